"""Put a configuration that was read into text for a terminal, or into JSON. Nothing of it may command the terminal.

Not for: reading it (see `keepalived`).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import click

from lvstui.keepalived import Configuration, Diagnostic, VirtualServer
from lvstui.keepalived.secrets import masked_text, values_in


def as_data(configuration: Configuration) -> dict[str, object]:
    """Return the reading, as docs/keepalived-language.md and `lvsctl conf --json` have it."""
    masked = without_secrets(configuration)
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
                "family": one.family,
                "version": one.version,
                "advert_int": one.advert_int,
                "preempt": not one.nopreempt,
                "unicast_peers": list(one.unicast_peers),
                "vips_excluded": list(one.vips_excluded),
                "sync_group": one.sync_group,
                "file": one.path,
                "line": one.line,
            }
            for one in configuration.vrrp
        ],
        "virtual_servers": [_virtual_server(server) for server in configuration.virtual_servers],
        "fatal": None if configuration.fatal is None else masked(fatal_text(configuration.fatal)),
        "diagnostics": [
            {"file": one.path, "line": one.line, "column": one.column, "message": masked(one.message)}
            for one in configuration.diagnostics
        ],
    }


def fatal_text(fatal: Diagnostic) -> str:
    """Return why keepalived would end, with the file and the line."""
    return f"{fatal.path}:{fatal.line}: {fatal.message}"


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


def without_secrets(configuration: Configuration) -> Callable[[str], str]:
    """Return what masks, in a message about the configuration, the secrets of its files."""

    @cache
    def values() -> tuple[str, ...]:
        return values_in(source.data for source in configuration.files)

    return lambda text: masked_text(text, values())


def show(configuration: Configuration) -> None:
    """Print a reading: instances, virtual servers with their real servers, and keepalived's complaints."""
    for instance in configuration.vrrp:
        vips = " ".join(instance.vips)
        vrid = "no vrid" if instance.vrid is None else f"vrid {instance.vrid}"
        line = (
            f"{instance.name}  {vrid}  {instance.interface or 'no interface'}  {instance.state} {instance.priority}  {vips}"
            f"  VRRP {instance.version} every {instance.advert_int:g} s"
        )
        click.echo(safe(line))
    for server in configuration.virtual_servers:
        click.echo()
        click.echo(safe(f"{server.id}  {server.scheduler} {server.method}  {server.path}:{server.line}"))
        if server.group is not None:
            click.echo(
                safe("  is " + " ".join(map(str, server.services[:8])) + (" …" if len(server.services) > 8 else ""))
            )
        for real in server.real_servers:
            note = (
                ""
                if real.drained is None
                else f"  drained from {real.drained.weight} by {real.drained.by}: {real.drained.reason}"
            )
            checkers = " ".join(checker.kind for checker in real.checkers) or "no checker"
            click.echo(safe(f"  {real.key!s:<40} weight {real.weight:<6} {checkers}  line {real.line}{note}"))
    masked = without_secrets(configuration)
    if configuration.fatal is not None:
        fatal = fatal_text(configuration.fatal)
        click.echo()
        click.echo(safe(masked(f"keepalived would not start with this file, and a reload would end it: {fatal}")))
    if configuration.diagnostics:
        click.echo()
    for diagnostic in configuration.diagnostics:
        click.echo(safe(masked(str(diagnostic))))


def safe(text: str) -> str:
    """Return `text` without anything that a terminal would obey."""
    return "".join(one if one.isprintable() or one == "\t" else ascii(one)[1:-1] for one in text)
