"""The command line: `lvstui`, the console, and `lvsctl`, the same for scripts. Options in, a call of what does the work out.

Everything heavy is imported when it is needed: `--help` and the first frame wait for nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from lvstui import __version__

if TYPE_CHECKING:
    from lvstui.scripts import Request
    from lvstui.session import Session

SSH_CONFIG = click.option(
    "-F", "--ssh-config", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Instead of ~/.ssh/config."
)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("directors", nargs=-1, metavar="DIRECTOR DIRECTOR")
@SSH_CONFIG
@click.option("--demo", is_flag=True, help="The embedded, simulated pair; needs no network and no root.")
@click.option("--read-only", is_flag=True, help="No write can be issued, whatever is pressed.")
@click.option(
    "--interval",
    type=click.FloatRange(0.2, 10),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="Between samples.",
)
@click.option("--theme", metavar="NAME", help="lvstui-dark, lvstui-light, or any of Textual's.")
@click.version_option(__version__)
def lvstui(
    directors: tuple[str, ...],
    ssh_config: Path | None,
    demo: bool,
    read_only: bool,
    interval: float,
    theme: str | None,
) -> None:
    """Watch a pair of LVS + keepalived Directors, and change both or neither.

    DIRECTOR is any name that ssh understands.
    """
    if demo == bool(directors) or (directors and len(directors) != 2):
        raise click.UsageError("give the names of two Directors, or --demo alone")
    from lvstui import launch

    reason = "started with --read-only" if read_only else None
    launch.console(directors, ssh_config=ssh_config, demo=demo, read_only=reason, interval=interval, theme=theme)


class LazyGroup(click.Group):
    """A group some of whose commands live in modules that are imported when they are called."""

    lazy = {  # noqa: RUF012
        "conf": "lvstui.conf_command:conf",
        "lab": "lvstui.lab.cli:lab",
    }

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *self.lazy])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.lazy:
            module, _, name = self.lazy[cmd_name].partition(":")
            command: click.Command = getattr(import_module(module), name)
            return command
        return super().get_command(ctx, cmd_name)


class Pair:
    """The Directors and the form of answer that were asked for, before the command."""

    def __init__(self, directors: tuple[str, ...], ssh_config: Path | None, as_json: bool) -> None:
        self.directors = directors
        self.ssh_config = ssh_config
        self.as_json = as_json

    def session(self) -> Session:
        """Raises click.UsageError when the pair was not named."""
        if len(self.directors) != 2:
            raise click.UsageError("name the two Directors: lvsctl -d DIRECTOR -d DIRECTOR ...")
        from lvstui import launch

        return launch.script_session(self.directors, self.ssh_config)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@SSH_CONFIG
@click.option("-d", "--director", "directors", multiple=True, metavar="DIRECTOR", help="Given twice: the pair.")
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
@click.version_option(__version__)
@click.pass_context
def lvsctl(ctx: click.Context, ssh_config: Path | None, directors: tuple[str, ...], as_json: bool) -> None:
    """lvstui for scripts: the same reading, the same plan, the same guards.

    Exit status: 0 done and verified; 1 refused, nothing changed; 2 usage; 3 a Director cannot be reached; 4 failed and rolled
    back; 5 undecided: what is on each Director is printed; 6 drained, but connections are left after --wait.
    """
    ctx.obj = Pair(directors, ssh_config, as_json)


JSON = click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")


@lvsctl.command()
@JSON
@click.pass_obj
def status(pair: Pair, as_json: bool) -> None:
    """One look at everything."""
    from lvstui import scripts

    raise SystemExit(asyncio.run(scripts.show_status(pair.session(), as_json=as_json or pair.as_json)))


def _change_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(
        [
            click.option("--from", "virtual", multiple=True, metavar="VIRTUAL", help="In this virtual server alone."),
            click.option("--dry-run", is_flag=True, help="Show the plan, change nothing."),
            click.option("--yes", is_flag=True, help="Apply without asking."),
            click.option("--override", multiple=True, metavar="GUARD", help="Go on in spite of this guard."),
            JSON,
        ]
    ):
        command = option(command)
    return command


def _change(
    pair: Pair,
    action: Literal["drain", "restore", "weight"],
    real: str,
    options: dict[str, Any],
    *,
    weight: int | None = None,
    reason: str = "",
    wait: float | None = None,
) -> None:
    from lvstui import scripts

    request: Request = scripts.Request(
        action=action,
        real_server=real,
        virtual_servers=options["virtual"],
        weight=weight,
        reason=reason,
        dry_run=options["dry_run"],
        yes=options["yes"],
        as_json=options["as_json"] or pair.as_json,
        overrides=frozenset(options["override"]),
        wait=wait,
    )
    raise SystemExit(asyncio.run(scripts.make_change(pair.session(), request)))


@lvsctl.command()
@click.argument("real")
@_change_options
@click.option("--wait", type=click.FloatRange(min=0), metavar="SECONDS", help="Until its connections have left.")
@click.option("--reason", default="", metavar="TEXT", help="Kept with the drained weight, in the file.")
@click.pass_obj
def drain(pair: Pair, /, real: str, wait: float | None, reason: str, **options: Any) -> None:
    """Weight 0 on both Directors: no new connections, those that are there go on."""
    _change(pair, "drain", real, options, reason=reason, wait=wait)


@lvsctl.command()
@click.argument("real")
@_change_options
@click.pass_obj
def restore(pair: Pair, /, real: str, **options: Any) -> None:
    """The weight from before the drain, and the file's own bytes."""
    _change(pair, "restore", real, options)


@lvsctl.command()
@click.argument("real")
@click.argument("n", type=click.IntRange(0, 65535))
@_change_options
@click.pass_obj
def weight(pair: Pair, /, real: str, n: int, **options: Any) -> None:
    """Another weight on both Directors."""
    _change(pair, "weight", real, options, weight=n)
