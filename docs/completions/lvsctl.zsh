#compdef lvsctl

_lvsctl_completion() {
    (( $+commands[lvsctl] )) || return 1
    local kind value help
    local -a answer plain helped
    answer=("${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) _LVSCTL_COMPLETE=zsh_complete lvsctl)}")
    [[ ${words[CURRENT]} == --*=* ]] && compset -P "*="

    for kind value help in $answer; do
        case $kind in
            dir) _path_files -/ ;;
            file) _path_files -f ;;
            plain)
                if [[ $help == _ ]]; then
                    plain+=("$value")
                else
                    helped+=("${value//:/\\:}:$help")
                fi
                ;;
        esac
    done
    (( $#helped )) && _describe -V unsorted helped
    (( $#plain )) && compadd -V unsorted -a plain
}

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _lvsctl_completion "$@"
else
    compdef _lvsctl_completion lvsctl
fi
