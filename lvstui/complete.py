"""What a shell is told when it asks how a word may go on: from files on this machine alone, never from a Director.

A completion must not fail and must not wait: what cannot be read gives nothing.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem, get_completion_class

_DEPTH = 5  # Include within Include


def clusters(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Those of clusters.toml."""
    from lvstui.settings import clusters, places
    from lvstui.settings.facts import SettingsError

    try:
        known = clusters.load(places.clusters_file()).clusters
    except SettingsError:
        return []
    return [
        CompletionItem(name, help=" ".join(director.host for director in one.directors))
        for name, one in known.items()
        if name.startswith(incomplete)
    ]


def directors(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """The hosts that the ssh configuration names."""
    given = ctx.params.get("ssh_config") or (ctx.parent.params.get("ssh_config") if ctx.parent else None)
    hosts = ssh_hosts(Path(given) if given else Path("~/.ssh/config").expanduser())
    return _beginning(incomplete, hosts)


def clusters_and_directors(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    already = ctx.params.get("names") or ()
    return [*(clusters(ctx, param, incomplete) if not already else ()), *directors(ctx, param, incomplete)]


def real_servers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Those of the file that is named before, or those that were changed from this machine before."""
    return _beginning(incomplete, [real for _, real in _servers(ctx) if real])


def virtual_servers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    return _beginning(incomplete, [virtual for virtual, _ in _servers(ctx)])


def _servers(ctx: click.Context) -> list[tuple[str, str]]:
    """(virtual server, real server), as far as this machine knows."""
    file = ctx.parent.params.get("file") if ctx.parent is not None else None
    try:
        if file is not None:
            from lvstui.conf_command import Disk
            from lvstui.keepalived import load

            read = load(file, Disk(), platform.node().partition(".")[0]).virtual_servers
            return [(one.id, str(real.key)) for one in read for real in one.real_servers]
        from lvstui.history import HistoryFile
        from lvstui.settings import places

        return [
            (t.virtual_server, t.real_server)
            for record in HistoryFile(places.history_file()).read()
            for t in record.targets
        ]
    except OSError:
        return []


def themes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from lvstui.settings.preferences import OWN_THEMES

    return _beginning(incomplete, OWN_THEMES)


def _beginning(incomplete: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in dict.fromkeys(names) if name.startswith(incomplete)]


def ssh_hosts(path: Path, depth: int = 0) -> Iterator[str]:
    """The names after Host, without patterns; Include is followed."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        keyword, _, rest = line.strip().replace("=", " ", 1).partition(" ")
        words = [word.strip('"') for word in rest.split()]
        if keyword.lower() == "host":
            yield from (word for word in words if not set("*?!") & set(word))
        elif keyword.lower() == "include" and depth < _DEPTH:
            for word in words:
                pattern = Path(word).expanduser()
                folder = Path("/") if pattern.is_absolute() else Path("~/.ssh").expanduser()
                for found in sorted(folder.glob(str(pattern).lstrip("/"))):
                    yield from ssh_hosts(found, depth + 1)


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
    """What makes a shell ask the command of that name."""
    kind = get_completion_class(shell)
    assert kind is not None
    made = kind(command, {}, name, f"_{name.upper()}_COMPLETE")
    return (_SCRIPTS[shell] % made.source_vars()).lstrip("\n")


@click.command()
@click.argument("shell", type=click.Choice(SHELLS))
def completion(shell: str) -> None:
    """Print what makes a shell complete both commands: eval "$(lvsctl completion bash)"."""
    from lvstui import cli

    for name, command in (("lvstui", cli.lvstui), ("lvsctl", cli.lvsctl)):
        click.echo(script(shell, name, command))
