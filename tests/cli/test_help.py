"""Test the help of every command: each shows examples, and what an example types is accepted up to the work itself."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from lvstui.cli.main import lvsctl, lvstui
from tests.support.paths import ROOT

_INNER = re.compile(r"\$\((lvsctl [^)]*)\)")  # what a shell runs first, and puts in its place


def commands() -> Iterator[tuple[str, click.Command]]:
    yield "lvstui", lvstui
    yield from _below("lvsctl", lvsctl)


def _below(path: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _below(f"{path} {name}", inner)


def examples(command: click.Command) -> list[list[str]]:
    """Return the words of each example of a command's help; two where one command's output is a word of another."""
    _, found, block = (command.epilog or "").partition("Examples:\n")
    assert found, "no examples"
    typed: list[str] = []
    for line in block.splitlines():
        typed += _INNER.findall(line)
        typed.append(_INNER.sub(str(ROOT / "README.md"), line).partition("|")[0])
    return [words for line in typed if (words := shlex.split(line))[0] in ("lvstui", "lvsctl")]


def parse(words: list[str]) -> str:
    """Parse a command line without doing what it says. Return the path of the command; raise click.UsageError."""
    command: click.Command = lvstui if words[0] == "lvstui" else lvsctl
    context = command.make_context(words[0], words[1:])
    path = words[0]
    rest = [*context._protected_args, *context.args]
    while isinstance(command, click.Group) and rest:
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        path = f"{path} {name}"
        context, command = found.make_context(name, rest, parent=context), found
        rest = [*context._protected_args, *context.args] if isinstance(command, click.Group) else []
    return path


@pytest.mark.parametrize(("path", "command"), list(commands()), ids=[path for path, _ in commands()])
def test_each_command_has_examples_that_parse(path: str, command: click.Command) -> None:
    parsed = [parse(words) for words in examples(command)]
    assert any(one == path or one.startswith(f"{path} ") for one in parsed), parsed


@pytest.mark.parametrize(("path", "command"), list(commands()), ids=[path for path, _ in commands()])
def test_the_form_of_each_name_is_told_where_it_is_wanted(path: str, command: click.Command) -> None:
    wanted = {
        parameter.human_readable_name.upper() for parameter in command.params if isinstance(parameter, click.Argument)
    }
    wanted |= {
        parameter.metavar for parameter in command.params if isinstance(parameter, click.Option) and parameter.metavar
    }
    told = command.epilog or ""
    assert all(f"{name} is " in told for name in wanted & {"REAL", "VIRTUAL"})


def test_an_example_with_a_wrong_option_does_not_parse() -> None:
    with pytest.raises(click.UsageError, match="No such option"):
        parse(["lvsctl", "-c", "web", "drain", "10.0.0.1:80", "--for", "tcp/10.0.0.9:80"])
    with pytest.raises(click.UsageError, match="is not a guard"):
        parse(["lvsctl", "-c", "web", "drain", "10.0.0.1:80", "--override", "last"])
