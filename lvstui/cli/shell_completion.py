"""Print the completion scripts of bash, zsh and fish. Not for: the answers to them (see `completion`)."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

# click's own scripts lose a word that has a ":" or a "=" in it, as 192.0.2.11:80 and --from=tcp/10.0.0.1:80 have: bash breaks
# words there, zsh and fish would put the value in the place of the option. What click is asked and answers is as it wants it.
_BASH = r"""
%(complete_func)s() {
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
    done < <(COMP_WORDS=$line COMP_CWORD=$((${#words[@]} - 1)) %(complete_var)s=bash_complete "$1")

    # bash replaces what follows the last ":" alone
    local word=${words[${#words[@]} - 1]}
    [[ $word == --*=* ]] && word=${word#*=}
    if [[ $word == *:* && $COMP_WORDBREAKS == *:* ]]; then
        COMPREPLY=("${COMPREPLY[@]#"${word%%"${word##*:}"}"}")
    fi
}

complete -o nosort -F %(complete_func)s %(prog_name)s
"""

_ZSH = r"""#compdef %(prog_name)s

%(complete_func)s() {
    (( $+commands[%(prog_name)s] )) || return 1
    local kind value help
    local -a answer plain helped
    answer=("${(@f)$(COMP_WORDS="${words[*]}" COMP_CWORD=$((CURRENT - 1)) %(complete_var)s=zsh_complete %(prog_name)s)}")
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
    %(complete_func)s "$@"
else
    compdef %(complete_func)s %(prog_name)s
fi
"""

_FISH = r"""
function %(complete_func)s
    set -l word (commandline -ct)
    set -l option (string match -r -- '^--[^=]*=' $word)
    for line in (env %(complete_var)s=fish_complete COMP_WORDS=(commandline -cp) COMP_CWORD="$word" %(prog_name)s)
        set -l answer (string split -m 1 , -- $line)
        switch $answer[1]
            case dir
                __fish_complete_directories $answer[2]
            case file
                __fish_complete_path $answer[2]
            case plain
                echo "$option$answer[2]"
        end
    end
end

complete --no-files --command %(prog_name)s --arguments "(%(complete_func)s)"
"""

_SCRIPTS = {"bash": _BASH, "zsh": _ZSH, "fish": _FISH}
SHELLS = tuple(_SCRIPTS)


def script(shell: str, name: str, command: click.Command) -> str:
    """Return the script that makes a shell complete the command of that name."""
    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(command, {}, name, f"_{name.upper()}_COMPLETE")
    return (_SCRIPTS[shell] % made.source_vars()).lstrip("\n")


@click.command(epilog='\b\nExamples:\n  eval "$(lvsctl completion bash)"\n  lvsctl completion fish | source')
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print the completion script for both commands."""
    from lvstui.cli import main

    for name, command in (("lvstui", main.lvstui), ("lvsctl", main.lvsctl)):
        click.echo(script(shell, name, command))
