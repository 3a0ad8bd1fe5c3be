"""`lvsctl conf`: how lvstui reads a keepalived.conf on this machine, and a change of it as a unified diff.

Not for: Directors (see `session`); nothing is ever written.
"""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import click

from lvstui import complete
from lvstui.disk import Disk
from lvstui.keepalived import Configuration, EditRefused, RealServer, RealServerKey, VirtualServer, edit, load
from lvstui.keepalived.edit import Change
from lvstui.operator import operator

REFUSED = 1  # exit status


@dataclass(frozen=True)
class Request:
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
                takes_value = rest[0] == "--config-id"
                options += rest[: 1 + takes_value]
                del rest[: 1 + takes_value]
        return super().parse_args(ctx, [*options, *file, *rest])


@click.group("conf", cls=FileFirst, invoke_without_command=True)
@click.argument("file", type=click.Path())
@click.option("--config-id", metavar="ID", help="As for keepalived -i; the short hostname unless given.")
@click.option("--json", "as_json", is_flag=True, help="For scripts.")
@click.pass_context
def conf(ctx: click.Context, file: str, config_id: str | None, as_json: bool) -> None:
    """Show how lvstui reads a keepalived.conf, includes followed; or a change of it, as a diff."""
    try:
        configuration = load(file, Disk(), config_id or platform.node().partition(".")[0])
    except OSError as error:
        raise click.UsageError(f"{file} cannot be read: {error.strerror or error}") from error
    ctx.obj = Request(configuration, as_json or bool(ctx.find_root().params.get("as_json")))
    if ctx.invoked_subcommand is None:
        if ctx.obj.as_json:
            click.echo(json.dumps(as_data(configuration), indent=2))
        else:
            _show(configuration)


REAL = click.argument("real", shell_complete=complete.real_servers)
_from = click.option(
    "--from",
    "virtual_servers",
    metavar="VIRTUAL",
    multiple=True,
    shell_complete=complete.virtual_servers,
    help="Only in these virtual servers.",
)


@conf.command()
@REAL
@_from
@click.option("--reason", default="", help="Kept in the file, beside the weight.")
@click.pass_obj
def drain(request: Request, real: str, virtual_servers: tuple[str, ...], reason: str) -> None:
    """Weight 0, the weight remembered on its line."""
    by, when = operator(), datetime.now()
    chosen = _chosen(request, real, virtual_servers, lambda one: one.weight != 0)
    _print(request, [edit.Drain(server, key, by, when, reason) for server, key in chosen])


@conf.command()
@REAL
@_from
@click.pass_obj
def restore(request: Request, real: str, virtual_servers: tuple[str, ...]) -> None:
    """The line as it was before the drain."""
    chosen = _chosen(request, real, virtual_servers, lambda one: one.drained is not None)
    _print(request, [edit.Restore(server, key) for server, key in chosen])


@conf.command()
@REAL
@click.argument("weight", type=click.IntRange(min=0))
@_from
@click.pass_obj
def weight(request: Request, real: str, weight: int, virtual_servers: tuple[str, ...]) -> None:
    """Another weight."""
    chosen = _chosen(request, real, virtual_servers, lambda one: one.weight != weight or one.drained is not None)
    _print(request, [edit.SetWeight(server, key, weight) for server, key in chosen])


@conf.command()
@click.argument("virtual", shell_complete=complete.virtual_servers)
@REAL
@click.option("--weight", type=click.IntRange(min=0), help="That of the real server it is modelled on unless given.")
@click.option("--like", metavar="REAL", shell_complete=complete.real_servers, help="The real server to model it on.")
@click.pass_obj
def add(request: Request, virtual: str, real: str, weight: int | None, like: str | None) -> None:
    """One more real server."""
    _print(request, [edit.Add(virtual, _key(real), weight, None if like is None else _key(like))])


@conf.command()
@REAL
@click.option("--from", "virtual", metavar="VIRTUAL", required=True, shell_complete=complete.virtual_servers)
@click.pass_obj
def remove(request: Request, real: str, virtual: str) -> None:
    """One real server less."""
    _print(request, [edit.Remove(virtual, _key(real))])


def _key(text: str) -> RealServerKey:
    try:
        return RealServerKey.parse(text)
    except ValueError as error:
        raise click.UsageError(str(error)) from error


def _chosen(
    request: Request, real: str, virtual_servers: Sequence[str], concerned: Callable[[RealServer], bool]
) -> list[tuple[str, RealServerKey]]:
    """The real servers that `real` names, one or every port of an address, in those virtual servers or in all.

    Those for which there is nothing to do are left out, unless all are such: then the refusal says why.
    """
    configuration = request.configuration
    unknown = [name for name in virtual_servers if configuration.virtual_server(name) is None]
    if unknown:
        raise click.UsageError(f"there is no virtual server {unknown[0]}")
    named = [
        (server.id, one)
        for server in configuration.virtual_servers
        if not virtual_servers or server.id in virtual_servers
        for one in server.real_servers
        if real in (str(one.key), one.key.address, f"[{one.key.address}]")
    ]
    if not named:
        raise click.UsageError(f"there is no real server {real}")
    chosen = [(server, one) for server, one in named if concerned(one)]
    return [(server, one.key) for server, one in chosen or named]


def _print(request: Request, changes: Sequence[Change]) -> None:
    try:
        made = edit.make(request.configuration, changes)
    except EditRefused as error:
        click.echo(_safe(str(error)), err=True)
        sys.exit(REFUSED)
    text = edit.diff(made)
    if request.as_json:
        shown = text.encode(errors="surrogateescape").decode(errors="backslashreplace")
        click.echo(
            json.dumps({"summary": made.summary, "files": [one.path for one in made.files], "diff": shown}, indent=2)
        )
    elif sys.stdout.isatty():
        click.echo("\n".join(map(_safe, text.split("\n"))), nl=False)
    else:
        sys.stdout.buffer.write(text.encode(errors="surrogateescape"))


def as_data(configuration: Configuration) -> dict[str, object]:
    """The reading, as docs/keepalived-language.md and `lvsctl conf --json` have it."""
    return {
        "files": [source.path for source in configuration.files],
        "vrrp": [
            {
                "name": one.name,
                "vrid": one.vrid,
                "interface": one.interface,
                "state": one.state,
                "priority": one.priority,
                "vips": list(one.vips),
                "file": one.path,
                "line": one.line,
            }
            for one in configuration.vrrp
        ],
        "virtual_servers": [_virtual_server(server) for server in configuration.virtual_servers],
        "diagnostics": [
            {"file": one.path, "line": one.line, "column": one.column, "message": one.message}
            for one in configuration.diagnostics
        ],
    }


def _virtual_server(server: VirtualServer) -> dict[str, object]:
    return {
        "id": server.id,
        "services": [str(service) for service in server.services],
        "scheduler": server.scheduler,
        "method": server.method,
        "quorum": server.quorum,
        "sorry_server": None if server.sorry_server is None else str(server.sorry_server.key),
        "file": server.path,
        "line": server.line,
        "real_servers": [
            {
                "id": str(real.key),
                "weight": real.weight,
                "drained_from": None if real.drained is None else real.drained.weight,
                "inhibit_on_failure": real.inhibit_on_failure,
                "checkers": [checker.kind for checker in real.checkers],
                "file": real.path,
                "line": real.line,
            }
            for real in server.real_servers
        ],
    }


def _show(configuration: Configuration) -> None:
    for instance in configuration.vrrp:
        vips = " ".join(instance.vips)
        line = (
            f"{instance.name}  vrid {instance.vrid}  {instance.interface}  {instance.state} {instance.priority}  {vips}"
        )
        click.echo(_safe(line))
    for server in configuration.virtual_servers:
        click.echo()
        click.echo(_safe(f"{server.id}  {server.scheduler} {server.method}  {server.path}:{server.line}"))
        if server.group is not None:
            click.echo(
                _safe("  is " + " ".join(map(str, server.services[:8])) + (" …" if len(server.services) > 8 else ""))
            )
        for real in server.real_servers:
            note = (
                ""
                if real.drained is None
                else f"  drained from {real.drained.weight} by {real.drained.by}: {real.drained.reason}"
            )
            checkers = " ".join(checker.kind for checker in real.checkers) or "no checker"
            click.echo(_safe(f"  {real.key!s:<40} weight {real.weight:<6} {checkers}  line {real.line}{note}"))
    if configuration.diagnostics:
        click.echo()
    for diagnostic in configuration.diagnostics:
        click.echo(_safe(str(diagnostic)))


def _safe(text: str) -> str:
    """`text` without anything that a terminal would obey."""
    return "".join(one if one.isprintable() or one == "\t" else ascii(one)[1:-1] for one in text)
