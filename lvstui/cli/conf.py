"""Show with `lvsctl conf` how lvstui reads a keepalived.conf on this machine, or a change of it as a unified diff.

Not for: Directors (see `session`); nothing is ever written. Nor the form of what is shown (see `conf_text`).
"""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NoReturn

import click

from lvstui.cli import completion
from lvstui.cli.conf_text import as_data, safe, show, without_secrets
from lvstui.cli.exit_status import REFUSED
from lvstui.cli.help_text import MACHINE, REAL, REAL_FORM, VIRTUAL, examples
from lvstui.cli.local_files import LocalFiles
from lvstui.cli.number_range import WholeRange
from lvstui.director.linux.files.config_files import tidy
from lvstui.keepalived import (
    Configuration,
    ConfiguredRealServer,
    EditRefused,
    RealServerKey,
    load,
)
from lvstui.keepalived.editing import edit
from lvstui.keepalived.editing.edit import Change
from lvstui.keepalived.parsing.dialect import ASSUMED, OLDEST, version_of
from lvstui.keepalived.reading.names import (
    AmbiguousVirtualServer,
    UnknownVirtualServer,
    address_or_real_server,
    typed_virtual_server,
)
from lvstui.settings.operator import operator


@dataclass(frozen=True)
class FileContext:
    """A configuration that was read, for the commands that change it."""

    configuration: Configuration
    as_json: bool


class FileFirst(click.Group):
    """A group whose options may stand on either side of FILE."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        options: list[str] = []
        file: list[str] = []
        rest = list(args)
        while rest and (rest[0].startswith("-") or not file):
            if not rest[0].startswith("-"):
                file.append(rest.pop(0))
            else:
                takes_value = rest[0] in ("--config-id", "--keepalived-version")
                options += rest[: 1 + takes_value]
                del rest[: 1 + takes_value]
        return super().parse_args(ctx, [*options, *file, *rest])


@click.group(
    "conf",
    cls=FileFirst,
    invoke_without_command=True,
    epilog=examples(
        "conf /etc/keepalived/keepalived.conf",
        "conf keepalived.conf --config-id lb1 --json",
        "conf keepalived.conf drain 192.168.211.13:8082 | patch --binary -p0",
    ),
)
@click.argument("file", type=click.Path())
@click.option(
    "--config-id", metavar="ID", help="The config id, as keepalived -i takes it; default: the short host name."
)
@click.option(
    "--keepalived-version", metavar="X.Y.Z", help="Read the file as this version of keepalived does; default: 2.2.7."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
@click.pass_context
def conf(ctx: click.Context, file: str, config_id: str | None, keepalived_version: str | None, as_json: bool) -> None:
    """Show how lvstui reads a keepalived.conf.

    Includes are followed. A subcommand prints a change of the file as a diff. No Director is needed; nothing is written.
    """
    version = ASSUMED if keepalived_version is None else version_of(keepalived_version)
    if version is None or version < OLDEST:
        raise click.UsageError(
            f"{keepalived_version} is not a version that lvstui reads: give 2.0 or newer, for example 2.2.7"
        )
    try:
        configuration = load(tidy(file), LocalFiles(), config_id or platform.node().partition(".")[0], version)
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    ctx.obj = FileContext(configuration, as_json or bool(ctx.find_root().params.get("as_json")))
    if ctx.invoked_subcommand is None:
        if ctx.obj.as_json:
            click.echo(json.dumps(as_data(configuration), indent=2))
        else:
            show(configuration)


_real = click.argument("real", shell_complete=completion.real_servers)
_from = click.option(
    "--from",
    "virtual_servers",
    metavar="VIRTUAL",
    multiple=True,
    shell_complete=completion.virtual_servers,
    help="Only in this virtual server (repeatable).",
)


@conf.command(epilog=examples("conf keepalived.conf drain 192.168.211.13:8082", names=(MACHINE, VIRTUAL)))
@_real
@_from
@click.option("--reason", default="", help="The reason, kept in the file beside the weight.")
@click.pass_obj
def drain(request: FileContext, real: str, virtual_servers: tuple[str, ...], reason: str) -> None:
    """Print a drain: weight 0. The old weight goes into a comment on that line."""
    by, when = operator(), datetime.now()
    chosen = _chosen(request, real, virtual_servers, lambda one: one.weight != 0)
    _print(request, [edit.DrainRealServer(server, key, by, when, reason) for server, key in chosen])


@conf.command(epilog=examples("conf keepalived.conf restore 192.168.211.13:8082", names=(MACHINE, VIRTUAL)))
@_real
@_from
@click.pass_obj
def restore(request: FileContext, real: str, virtual_servers: tuple[str, ...]) -> None:
    """Print a restore: the line as it was before the drain."""
    chosen = _chosen(request, real, virtual_servers, lambda one: one.drained is not None)
    _print(request, [edit.RestoreRealServer(server, key) for server, key in chosen])


@conf.command(epilog=examples("conf keepalived.conf weight 192.168.211.13:8082 5", names=(MACHINE, VIRTUAL)))
@_real
@click.argument("weight", type=WholeRange(0, edit.MAX_WEIGHT))
@_from
@click.pass_obj
def weight(request: FileContext, real: str, weight: int, virtual_servers: tuple[str, ...]) -> None:
    """Print a change of weight."""
    chosen = _chosen(request, real, virtual_servers, lambda one: one.weight != weight or one.drained is not None)
    _print(request, [edit.SetWeight(server, key, weight) for server, key in chosen])


@conf.command(
    epilog=examples("conf keepalived.conf add tcp/10.10.0.20:80 192.168.211.14:8081 --weight 3", names=(VIRTUAL, REAL))
)
@click.argument("virtual", shell_complete=completion.virtual_servers)
@_real
@click.option(
    "--weight",
    type=WholeRange(0, edit.MAX_WEIGHT),
    help="The weight; default: that of the real server it is modelled on.",
)
@click.option(
    "--like",
    metavar="REAL",
    shell_complete=completion.real_servers,
    help="The real server to model it on; default: the last one.",
)
@click.pass_obj
def add(request: FileContext, virtual: str, real: str, weight: int | None, like: str | None) -> None:
    """Print the addition of a real server."""
    _print(
        request,
        [edit.AddRealServer(_virtual(request, virtual), _key(real), weight, None if like is None else _key(like))],
    )


@conf.command(
    epilog=examples("conf keepalived.conf remove 192.168.211.13:8082 --from tcp/10.10.0.20:80", names=(REAL, VIRTUAL))
)
@_real
@click.option(
    "--from",
    "virtual",
    metavar="VIRTUAL",
    required=True,
    shell_complete=completion.virtual_servers,
    help="The virtual server to remove it from.",
)
@click.pass_obj
def remove(request: FileContext, real: str, virtual: str) -> None:
    """Print the removal of a real server."""
    _print(request, [edit.RemoveRealServer(_virtual(request, virtual), _key(real))])


def _virtual(request: FileContext, name: str) -> str:
    """Return the virtual server that is meant; the command ends where there is none, or more than one."""
    try:
        return typed_virtual_server(name, [one.id for one in request.configuration.virtual_servers])
    except AmbiguousVirtualServer as error:
        click.echo(safe(f"{error}; nothing was changed"), err=True)
        sys.exit(REFUSED)
    except UnknownVirtualServer as error:
        raise click.UsageError(safe(str(error))) from error


def _key(text: str) -> RealServerKey:
    try:
        return RealServerKey.parse(text)
    except ValueError as error:
        raise _no_real(error, "") from error


def _no_real(error: ValueError, bare: str) -> click.UsageError:
    return click.UsageError(safe(f"{error}. Give {REAL_FORM}{bare}. `lvsctl conf FILE` lists them."))


def _chosen(
    request: FileContext, real: str, virtual_servers: Sequence[str], concerned: Callable[[ConfiguredRealServer], bool]
) -> list[tuple[str, RealServerKey]]:
    """Return the real servers that `real` names, one or every port of an address, in those virtual servers or in all.

    Those for which there is nothing to do are left out, unless all are such: then the refusal says why.
    """
    configuration = request.configuration
    try:
        edit.refuse_if_fatal(configuration)
    except EditRefused as error:
        _refuse(error, configuration)
    wanted = {_virtual(request, name) for name in virtual_servers}
    try:
        meant = address_or_real_server(real)
    except ValueError as error:
        raise _no_real(error, "; or a bare ADDRESS for every port of that machine") from error
    named = [
        (server.id, one)
        for server in configuration.virtual_servers
        if not wanted or server.id in wanted
        for one in server.real_servers
        if meant in (str(one.key), one.key.address)
    ]
    if not named:
        raise click.UsageError(
            safe(f"no real server {real} in {request.configuration.files[0].path}; `lvsctl conf FILE` lists them")
        )
    chosen = [(server, one) for server, one in named if concerned(one)]
    return [(server, one.key) for server, one in chosen or named]


def _refuse(error: EditRefused, configuration: Configuration) -> NoReturn:
    click.echo(safe(without_secrets(configuration)(str(error))), err=True)
    sys.exit(REFUSED)


def _print(request: FileContext, changes: Sequence[Change]) -> None:
    try:
        made = edit.make(request.configuration, changes)
    except EditRefused as error:
        _refuse(error, request.configuration)
    renamed = tuple(replace(one, path=_for_patch(one.path)) for one in made.files)
    try:
        text = edit.patch(replace(made, files=renamed))
    except EditRefused as error:
        _refuse(error, request.configuration)
    if any(os.path.isabs(one.path) for one in renamed):
        click.echo("a file is outside this folder: apply the diff with `patch --binary -d / -p1`", err=True)
    if request.as_json:
        shown = text.encode(errors="surrogateescape").decode(errors="backslashreplace")
        click.echo(
            json.dumps({"summary": made.summary, "files": [one.path for one in made.files], "diff": shown}, indent=2)
        )
    elif sys.stdout.isatty():
        click.echo("\n".join(map(safe, text.split("\n"))), nl=False)
    else:
        sys.stdout.buffer.write(text.encode(errors="surrogateescape"))


def _for_patch(path: str) -> str:
    """Return the file's name from the current folder, which is all that `patch -p0` takes; whole where it is not below it."""
    whole = os.path.abspath(path)
    below = os.path.relpath(whole)
    return whole if below.split("/")[0] == ".." else below
