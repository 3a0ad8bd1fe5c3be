"""Read the options of the commands of `lvsctl` that change something, or tell what was changed; and call what does it.

Not for: doing it (see `change_command`, `settle_command`, `history_command`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from lvstui.cli import completion
from lvstui.cli.help_text import MACHINE, REAL, REAL_FORM, VIRTUAL, VIRTUAL_FORM, examples, guards
from lvstui.cli.main import JSON, Pair
from lvstui.cli.number_range import FiniteRange, WholeRange
from lvstui.cluster.moments import FORMS, moment
from lvstui.cluster.plan.guards.guard import OVERRIDABLE, GuardKind
from lvstui.keepalived.editing.edit import MAX_WEIGHT
from lvstui.keepalived.keys import RealServerKey, ServiceKey, canonical_address

if TYPE_CHECKING:
    from lvstui.cli.change_command import ChangeRequest
    from lvstui.cluster.plan.intent import Action


class _RealServerName(click.ParamType[str]):
    """The name of a real server, refused before anything is connected; with `machine`, a bare address too."""

    name = "real"

    def __init__(self, *, machine: bool) -> None:
        self._machine = machine

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            if self._machine:
                canonical_address(value.strip("[]"))
                return value
        except ValueError:
            pass  # no bare address
        try:
            RealServerKey.parse(value)
        except ValueError as error:
            bare = "; or a bare ADDRESS for every port of that machine" if self._machine else ""
            self.fail(f"{error}. Give {REAL_FORM}{bare}. `lvsctl status` lists them.", param, ctx)
        return value


class _VirtualServerName(click.ParamType[str]):
    """The name of a virtual server, by its form alone."""

    name = "virtual"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        kind, _, rest = value.partition("/")
        if kind == "group" and rest:
            return value
        try:
            ServiceKey.parse(value)
        except ValueError:
            self.fail(
                f"{value!r} is not a virtual server. Give {VIRTUAL_FORM}. `lvsctl status` lists them.", param, ctx
            )
        return value


class _GuardName(click.ParamType[str]):
    """The name of a guard, refused before anything is connected where there is no such guard."""

    name = "guard"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in set(GuardKind):
            self.fail(
                f"{value!r} is not a guard. Guards that can be overridden: {', '.join(sorted(OVERRIDABLE))}.",
                param,
                ctx,
            )
        return value


_REAL = click.argument("real", type=_RealServerName(machine=True), shell_complete=completion.real_servers)
_ONE_REAL = click.argument("real", type=_RealServerName(machine=False), shell_complete=completion.real_servers)
_FROM = click.option(
    "--from",
    "virtual",
    type=_VirtualServerName(),
    multiple=True,
    metavar="VIRTUAL",
    shell_complete=completion.virtual_servers,
    help="Only in this virtual server (repeatable).",
)
REASON = click.option("--reason", default="", metavar="TEXT", help="The reason, kept in the history.")
DRY_RUN = click.option("--dry-run", is_flag=True, help="Show the plan, change nothing.")
YES = click.option("--yes", is_flag=True, help="Apply without asking for confirmation.")
OVERRIDE = click.option("--override", type=_GuardName(), multiple=True, metavar="GUARD", help=guards(OVERRIDABLE))
_WEIGHT = WholeRange(0, MAX_WEIGHT)
_NEGATIVE = {"ignore_unknown_options": True}  # -5 is a weight out of range, and no option


def change_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in (JSON, OVERRIDE, YES, DRY_RUN):
        command = option(command)
    return command


def run_change(pair: Pair, action: Action, real: str, options: dict[str, Any], **more: Any) -> None:
    from lvstui.cli import change_command

    request: ChangeRequest = change_command.ChangeRequest(
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
    raise SystemExit(asyncio.run(change_command.make_change(pair.session(), request)))


@click.command(
    epilog=examples(
        '-c web-prod drain 192.168.211.13:8082 --reason "kernel update" --wait 300',
        "-d director1 -d director2 drain 192.168.211.13 --from tcp/10.10.0.20:80 --dry-run",
        names=(MACHINE, VIRTUAL),
    )
)
@_REAL
@_FROM
@change_options
@click.option(
    "--wait",
    type=FiniteRange(min=0),
    metavar="SECONDS",
    help="Wait at most this long for its connections to end; exit status 6 if some are left.",
)
@click.option(
    "--reason",
    default="",
    metavar="TEXT",
    help="The reason, kept in the configuration beside the weight and in the history.",
)
@click.pass_obj
def drain(pair: Pair, /, real: str, virtual: tuple[str, ...], wait: float | None, reason: str, **options: Any) -> None:
    """Drain a real server on both Directors: weight 0. Existing connections continue; no new ones are sent to it."""
    run_change(pair, "drain", real, options, virtual=virtual, reason=reason, wait=wait)


@click.command(
    epilog=examples(
        "-c web-prod restore 192.168.211.13:8082", "-c web-prod restore 192.168.211.13 --yes", names=(MACHINE, VIRTUAL)
    )
)
@_REAL
@_FROM
@change_options
@REASON
@click.pass_obj
def restore(pair: Pair, /, real: str, virtual: tuple[str, ...], reason: str, **options: Any) -> None:
    """Restore a drained real server on both Directors. Its weight, and its line in the file, become what they were before."""
    run_change(pair, "restore", real, options, virtual=virtual, reason=reason)


@click.command(
    context_settings=_NEGATIVE,
    epilog=examples(
        "-c web-prod weight 192.168.211.13:8082 5",
        "-c web-prod weight 192.168.211.13 0 --dry-run",
        names=(MACHINE, VIRTUAL),
    ),
)
@_REAL
@click.argument("n", type=_WEIGHT)
@_FROM
@change_options
@REASON
@click.pass_obj
def weight(pair: Pair, /, real: str, n: int, virtual: tuple[str, ...], reason: str, **options: Any) -> None:
    """Set the weight of a real server on both Directors."""
    run_change(pair, "weight", real, options, virtual=virtual, weight=n, reason=reason)


@click.command(
    epilog=examples(
        "-c web-prod add tcp/10.10.0.20:80 192.168.211.14:8081",
        "-c web-prod add group/web 192.168.211.14:8081 --weight 3 --like 192.168.211.13:8081",
        names=(REAL, VIRTUAL),
    )
)
@click.argument("virtual", type=_VirtualServerName(), shell_complete=completion.virtual_servers)
@_ONE_REAL
@click.option(
    "--weight", "n", type=_WEIGHT, metavar="N", help="The weight; default: that of the real server it is modelled on."
)
@click.option(
    "--like",
    type=_RealServerName(machine=False),
    metavar="REAL",
    shell_complete=completion.real_servers,
    help="The real server to model it on; default: the last one.",
)
@change_options
@REASON
@click.pass_obj
def add(pair: Pair, /, virtual: str, real: str, n: int | None, like: str | None, reason: str, **options: Any) -> None:
    """Add a real server on both Directors. It starts at weight 0, and is raised when the checkers of both have seen it alive."""
    run_change(pair, "add", real, options, virtual=(virtual,), weight=n, like=like, reason=reason)


@click.command(
    epilog=examples("-c web-prod remove 192.168.211.13:8082 --from tcp/10.10.0.20:80", names=(MACHINE, VIRTUAL))
)
@_REAL
@click.option(
    "--from",
    "virtual",
    type=_VirtualServerName(),
    required=True,
    metavar="VIRTUAL",
    shell_complete=completion.virtual_servers,
    help="The virtual server to remove it from.",
)
@change_options
@REASON
@click.pass_obj
def remove(pair: Pair, /, real: str, virtual: str, reason: str, **options: Any) -> None:
    """Remove a real server from both configurations and kernels. Drain it first: open connections do not survive."""
    run_change(pair, "remove", real, options, virtual=(virtual,), reason=reason)


@click.command(epilog=examples("-c web-prod undo --dry-run", "-c web-prod undo --yes"))
@change_options
@REASON
@click.pass_obj
def undo(pair: Pair, /, reason: str, **options: Any) -> None:
    """Revert the last change made from this machine. A second undo makes it again."""
    run_change(pair, "undo", "", options, reason=reason)


@click.command(epilog=examples("history", "-c web-prod history --since 8h", "history --since 03:12 --json"))
@click.option("--since", metavar="T", help=f"Only changes made since T: {FORMS}.")
@JSON
@click.pass_obj
def history(pair: Pair, since: str | None, as_json: bool) -> None:
    """List the changes made from this machine, the newest last. With -c or -d: only the changes of that pair."""
    from lvstui.cli import history_command

    try:
        begin = None if since is None else moment(since, datetime.now().astimezone())
    except ValueError as error:
        raise click.UsageError(f"--since: {error}") from error
    session = pair.session() if pair.named else None
    raise SystemExit(history_command.show_history(session, as_json=as_json or pair.as_json, since=begin))


@click.command(epilog=examples("-c web-prod settle --dry-run", "-c web-prod settle --put-back"))
@click.option("--put-back/--keep", "put_back", default=None, help="Put the old files back, or keep the current ones.")
@DRY_RUN
@YES
@JSON
@click.pass_obj
def settle(pair: Pair, put_back: bool | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Finish a change that was left unfinished. Put the old files back, or keep the current ones."""
    from lvstui.cli import settle_command

    asked = settle_command.SettleRequest(put_back, dry_run, yes, as_json or pair.as_json)
    raise SystemExit(asyncio.run(settle_command.settle(pair.session(), asked)))
