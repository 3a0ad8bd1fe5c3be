"""Make man pages, completion scripts and the README's keys from the commands and the table of actions: `make man`.

The wheel ships the pages and the scripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from lvstui import __version__
from lvstui.cli.main import lvsctl, lvstui
from lvstui.cli.shell_completion import SHELLS, script
from lvstui.console.actions import ACTIONS, FAMILIES, LVSTUI_KEYS

HERE = Path(__file__).resolve().parent
COMPLETIONS = HERE.parent / "completions"
README = HERE.parent.parent / "README.md"
KEYS = "<!-- keys: made by `make man` -->\n", "<!-- end of keys -->\n"

FILES = {
    "$XDG_CONFIG_HOME/lvstui/clusters.toml": "the clusters; lvstui \\-\\-config\\-template prints a commented template",
    "$XDG_CONFIG_HOME/lvstui/settings.toml": "the choices of the settings screen",
    "~/.ssh/config": "how to reach the Directors; see ssh_config(5)",
}


def quoted(text: str) -> str:
    """Return the text for troff, with nothing in it that is a request or an escape."""
    lines = (line.replace("\\", "\\e").replace("-", "\\-") for line in text.splitlines())
    return "\n".join(f"\\&{line}" if line[:1] in (".", "'") else line for line in lines)


def page(command: click.Command, name: str, see: str) -> str:
    context = click.Context(command, info_name=name, **command.context_settings)
    summary, _, rest = (command.help or "").partition("\n")
    lines = [f'.TH {name.upper()} 1 "" "lvstui {__version__}" "lvstui"', ".SH NAME"]
    lines += [f"{name} \\- {quoted(summary.rstrip('.'))}", ".SH SYNOPSIS", f".B {name}"]
    lines += [quoted(" ".join(command.collect_usage_pieces(context))), ".SH DESCRIPTION"]
    lines += _paragraphs(rest)
    lines += [".SH OPTIONS", *_options(command, context)]
    if isinstance(command, click.Group):
        lines += [".SH COMMANDS", *_commands(command, context, name)]
    else:
        lines += [".SH KEYS", "In brackets: the name of the action, for key bindings in clusters.toml."]
        for action in ACTIONS:
            lines += [
                ".TP",
                f".B {quoted(LVSTUI_KEYS.label(action))}",
                quoted(f"{action.label} [{action.name}]: {action.help}"),
            ]
    lines += [".SH EXAMPLES", *_paragraphs(command.epilog or "")]
    lines.append(".SH FILES")
    for path, what in FILES.items():
        lines += [".TP", f".I {quoted(path)}", what]
    return "\n".join([*lines, ".SH SEE ALSO", f".BR {see} (1), keepalived (8), ipvsadm (8), ssh_config (5)"]) + "\n"


def _paragraphs(text: str) -> Iterator[str]:
    """Yield the paragraphs; a block that click must not wrap keeps its lines."""
    for number, part in enumerate(filter(None, (part.strip() for part in text.split("\n\n")))):
        if number:
            yield ".PP"
        block = part.removeprefix("\b\n")
        if block == part:
            yield quoted(" ".join(part.split()))
        else:
            yield from (".nf", quoted(block.removeprefix("Examples:\n")), ".fi")


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None and record[1] and not (context.parent and "--help" in parameter.opts):
            yield from (".TP", f".B {quoted(record[0])}", quoted(" ".join(record[1].split())))


def _commands(group: click.Group, context: click.Context, path: str) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context, **command.context_settings)
        yield ".SS " + quoted(f"{path} {name} {' '.join(command.collect_usage_pieces(inner))}")
        yield from _paragraphs(command.help or "")
        yield from _options(command, inner)
        if command.epilog:
            yield ".PP"
            yield from _paragraphs(command.epilog)
        if isinstance(command, click.Group):
            yield from _commands(command, inner, f"{path} {name}")


def readme() -> str:
    """Return the README with the current table of keys."""
    before, _, rest = README.read_text().partition(KEYS[0])
    _, _, after = rest.partition(KEYS[1])
    lines = ["", "| key | action | effect |", "|---|---|---|"]
    for actions in FAMILIES.values():
        lines += [f"| `{LVSTUI_KEYS.label(action)}` | {action.label} | {action.help} |" for action in actions]
    return "".join([before, KEYS[0], "\n".join(lines), "\n\n", KEYS[1], after])


def pages() -> dict[Path, str]:
    """Return every file that is made, with its content."""
    made = {
        HERE / "lvstui.1": page(lvstui, "lvstui", "lvsctl"),
        HERE / "lvsctl.1": page(lvsctl, "lvsctl", "lvstui"),
        README: readme(),
    }
    for shell in SHELLS:
        for name, command in (("lvstui", lvstui), ("lvsctl", lvsctl)):
            made[COMPLETIONS / f"{name}.{shell}"] = script(shell, name, command)
    return made


def main() -> None:
    for path, content in pages().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
        print(path)


if __name__ == "__main__":
    main()
