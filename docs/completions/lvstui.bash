_lvstui_completion() {
    local line=${COMP_LINE:0:COMP_POINT} kind value
    local -a words
    read -ra words <<< "$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    COMPREPLY=()
    while IFS=, read -r kind value; do
        case $kind in
            dir) compopt -o dirnames ;;
            file) compopt -o default ;;
            plain) COMPREPLY+=("$value") ;;
        esac
    done < <(COMP_WORDS=$line COMP_CWORD=$((${#words[@]} - 1)) _LVSTUI_COMPLETE=bash_complete "$1")

    # bash replaces what follows the last ":" alone
    local word=${words[${#words[@]} - 1]}
    [[ $word == --*=* ]] && word=${word#*=}
    if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*:}"}"}")
    fi
}

complete -o nosort -F _lvstui_completion lvstui
