"""The commands of `lvsctl` that change something, or tell what was changed. Options in, a call of `scripts` out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from lvstui import complete
from lvstui.cli import JSON, Pair

if TYPE_CHECKING:
    from lvstui.cluster.intent import Action
    from lvstui.scripts import Request

_REAL = click.argument("real", shell_complete=complete.real_servers)
_FROM = click.option(
    "--from",
    "virtual",
    multiple=True,
    metavar="VIRTUAL",
    shell_complete=complete.virtual_servers,
    help="In this virtual server alone.",
)
_REASON = click.option("--reason", default="", metavar="TEXT", help="Why: kept in the history.")
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Show the plan, change nothing.")
_YES = click.option("--yes", is_flag=True, help="Apply without asking.")
_OVERRIDE = click.option("--override", multiple=True, metavar="GUARD", help="Go on in spite of this guard.")
_WEIGHT = click.IntRange(0, 65535)


def _change_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (JSON, _OVERRIDE, _YES, _DRY_RUN):
        command = option(command)
    return command


def _change(pair: Pair, action: Action, real: str, options: dict[str, Any], **more: Any) -> None:
    from lvstui import scripts

    request: Request = scripts.Request(
        action=action,
        real_server=real,
        virtual_servers=more.pop("virtual", ()),
        weight=more.pop("weight", None),
        reason=more.pop("reason", ""),
        dry_run=options["dry_run"],
        yes=options["yes"],
        as_json=options["as_json"] or pair.as_json,
        overrides=frozenset(options["override"]),
        wait=more.pop("wait", None),
        **more,
    )
    raise SystemExit(asyncio.run(scripts.make_change(pair.session(), request)))


@click.command()
@_REAL
@_FROM
@_change_options
@click.option("--wait", type=click.FloatRange(min=0), metavar="SECONDS", help="Until its connections have left.")
@click.option(
    "--reason", default="", metavar="TEXT", help="Kept with the drained weight in the file, and in the history."
)
@click.pass_obj
def drain(pair: Pair, /, real: str, virtual: tuple[str, ...], wait: float | None, reason: str, **options: Any) -> None:
    """Weight 0 on both Directors: no new connections, those that are there go on.

    REAL is ADDRESS:PORT; a bare ADDRESS is every port of that machine, in every virtual server.
    """
    _change(pair, "drain", real, options, virtual=virtual, reason=reason, wait=wait)


@click.command()
@_REAL
@_FROM
@_change_options
@_REASON
@click.pass_obj
def restore(pair: Pair, /, real: str, virtual: tuple[str, ...], reason: str, **options: Any) -> None:
    """The weight from before the drain, and the file's own bytes."""
    _change(pair, "restore", real, options, virtual=virtual, reason=reason)


@click.command()
@_REAL
@click.argument("n", type=_WEIGHT)
@_FROM
@_change_options
@_REASON
@click.pass_obj
def weight(pair: Pair, /, real: str, n: int, virtual: tuple[str, ...], reason: str, **options: Any) -> None:
    """Another weight on both Directors."""
    _change(pair, "weight", real, options, virtual=virtual, weight=n, reason=reason)


@click.command()
@click.argument("virtual", shell_complete=complete.virtual_servers)
@_REAL
@click.option(
    "--weight", "n", type=_WEIGHT, metavar="N", help="That of the real server it is modelled on unless given."
)
@click.option(
    "--like",
    metavar="REAL",
    shell_complete=complete.real_servers,
    help="The real server to model it on; the last one unless given.",
)
@_change_options
@_REASON
@click.pass_obj
def add(pair: Pair, /, virtual: str, real: str, n: int | None, like: str | None, reason: str, **options: Any) -> None:
    """One more real server: in at weight 0, raised to its weight when both Directors' checkers have seen it alive."""
    _change(pair, "add", real, options, virtual=(virtual,), weight=n, like=like, reason=reason)


@click.command()
@_REAL
@click.option(
    "--from",
    "virtual",
    required=True,
    metavar="VIRTUAL",
    shell_complete=complete.virtual_servers,
    help="Of this virtual server.",
)
@_change_options
@_REASON
@click.pass_obj
def remove(pair: Pair, /, real: str, virtual: str, reason: str, **options: Any) -> None:
    """One real server less. Drain it first: its connections end."""
    _change(pair, "remove", real, options, virtual=(virtual,), reason=reason)


@click.command()
@_change_options
@_REASON
@click.pass_obj
def undo(pair: Pair, /, reason: str, **options: Any) -> None:
    """The last change that was made from this machine, taken back; undone twice, it is made again."""
    _change(pair, "undo", "", options, reason=reason)


@click.command()
@JSON
@click.pass_obj
def history(pair: Pair, as_json: bool) -> None:
    """The changes that were made from this machine, the newest last; of one pair, when it is named."""
    from lvstui import chronicle

    session = pair.session() if pair.named else None
    raise SystemExit(chronicle.show_history(session, as_json=as_json or pair.as_json))


@click.command()
@click.option("--put-back/--keep", "put_back", default=None, help="The old files, or what lies there now.")
@_DRY_RUN
@_YES
@JSON
@click.pass_obj
def settle(pair: Pair, put_back: bool | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    """End a change that was left unfinished on a Director: put the old files back, or keep what lies there."""
    from lvstui import chronicle

    asked = chronicle.Asked(put_back, dry_run, yes, as_json or pair.as_json)
    raise SystemExit(asyncio.run(chronicle.settle(pair.session(), asked)))
