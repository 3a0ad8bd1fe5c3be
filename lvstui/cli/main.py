"""Read the command line: `lvstui`, the console, and `lvsctl`, the same for scripts; and call what does the work.

Everything heavy is imported when it is needed: `--help` and the first frame wait for nothing.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lvstui import __version__
from lvstui.cli import completion
from lvstui.cli.exit_status import ToldLostOutput
from lvstui.cli.help_text import MACHINE, VIRTUAL, examples
from lvstui.cli.number_range import FiniteRange
from lvstui.cli.past.option_times import wall_of
from lvstui.cli.past.recording_path import RecordingPath
from lvstui.cluster.moments import FORMS
from lvstui.session.audit_log import Memory
from lvstui.settings.preferences import themes
from lvstui.settings.template import TEMPLATE
from lvstui.settings.values import LONGEST_INTERVAL, SHORTEST_INTERVAL, Preferences, SettingsError

if TYPE_CHECKING:
    from lvstui.demo.pair import DemoPair
    from lvstui.session.session import Session

SSH_CONFIG = click.option(
    "-F",
    "--ssh-config",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Use this file instead of ~/.ssh/config.",
)

NAME_THE_PAIR = "name the pair: lvsctl -c CLUSTER ..., or lvsctl -d DIRECTOR -d DIRECTOR ...; or try lvsctl --demo ..."
NOT_RECORDED = "the demo is not recorded: it is new for each command; `lvsctl --demo events --follow` shows it live"
RECORDING = RecordingPath()


class UnusableSettings(click.ClickException):
    """A settings file that cannot be used: a usage error, like a wrong option."""

    exit_code = 2


@click.command(
    cls=ToldLostOutput,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "--demo", "--read-only director1 director2", "web-prod", "--replay web.lvsrec --at 03:12", command="lvstui"
    ),
)
@click.argument(
    "names", nargs=-1, metavar="[CLUSTER | DIRECTOR DIRECTOR]", shell_complete=completion.clusters_and_directors
)
@SSH_CONFIG
@click.option("--demo", is_flag=True, help="Open the embedded, simulated pair; needs no network and no root.")
@click.option("--replay", type=RECORDING, help="Open a recording instead of a pair; uses no network. demo: a failover.")
@click.option(
    "--at", metavar="T", help=f"With --replay: the moment to show, {FORMS}, counted from its end; default: the last."
)
@click.option("--read-only", is_flag=True, help="Never write to a Director, whatever key is pressed.")
@click.option(
    "--interval",
    type=FiniteRange(SHORTEST_INTERVAL, LONGEST_INTERVAL),
    metavar="SECONDS",
    help="Time between samples, 0.2 to 10; default: the settings', else 1.",
)
@click.option("--theme", metavar="NAME", shell_complete=completion.themes, help="A theme of lvstui or of Textual.")
@click.option("--ascii", "only_ascii", is_flag=True, help="Draw with ASCII characters only.")
@click.option("--config-template", is_flag=True, help="Print a commented template for clusters.toml and exit.")
@click.version_option(__version__)
def lvstui(
    names: tuple[str, ...],
    ssh_config: Path | None,
    demo: bool,
    replay: Path | None,
    at: str | None,
    read_only: bool,
    interval: float | None,
    theme: str | None,
    only_ascii: bool,
    config_template: bool,
) -> None:
    """Watch a pair of LVS + keepalived Directors, and change both or neither.

    DIRECTOR is any host name that ssh accepts. CLUSTER is a table of $XDG_CONFIG_HOME/lvstui/clusters.toml. Without
    arguments, lvstui opens the only cluster of that file, or shows a list to choose from.
    """
    if config_template:
        click.echo(TEMPLATE, nl=False)
        return
    if "" in names:
        raise click.UsageError("an empty name: give one cluster of clusters.toml, or two Directors")
    if len(names) > 2 or (demo and names):
        raise click.UsageError("give one cluster, two Directors, or --demo alone")
    if (replay is not None and (names or demo)) or (at is not None and replay is None):
        raise click.UsageError("give --replay FILE [--at T] alone")
    if theme is not None and theme not in themes():
        raise click.UsageError(f"unknown theme {theme}; choose one of {', '.join(themes())}")
    if not sys.stdin.isatty():
        raise click.UsageError("the console needs a terminal; use lvsctl in scripts")
    from lvstui.cli import launch
    from lvstui.console.runtime.shutdown import leave

    said = Preferences(theme=theme, interval=interval, ascii=only_ascii or None)
    try:
        moment = wall_of(at, "--at", replay)
        status = launch.console(launch.Wanted(names, ssh_config, demo, read_only, said, replay, moment))
    except SettingsError as error:
        raise UnusableSettings(str(error)) from error
    leave(status)


class LazyGroup(ToldLostOutput, click.Group):
    """A group that imports the module of a command when the command is called."""

    lazy = {  # noqa: RUF012
        "add": "lvstui.cli.change_options:add",
        "completion": "lvstui.cli.shell_completion:completion",
        "conf": "lvstui.cli.conf:conf",
        "drain": "lvstui.cli.change_options:drain",
        "drill": "lvstui.cli.drill.drill_options:drill",
        "events": "lvstui.cli.past.record_options:events",
        "handover": "lvstui.cli.maintenance.handover_options:handover",
        "history": "lvstui.cli.change_options:history",
        "lab": "lvstui.lab.lab_commands:lab",
        "record": "lvstui.cli.past.record_options:record",
        "recording": "lvstui.cli.past.record_options:recording",
        "remove": "lvstui.cli.change_options:remove",
        "restore": "lvstui.cli.change_options:restore",
        "settle": "lvstui.cli.change_options:settle",
        "takeback": "lvstui.cli.maintenance.handover_options:takeback",
        "undo": "lvstui.cli.change_options:undo",
        "weight": "lvstui.cli.change_options:weight",
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
    """The options that stand before the command: which Directors, and whether to answer in JSON."""

    def __init__(
        self,
        directors: tuple[str, ...],
        cluster: str | None,
        ssh_config: Path | None,
        as_json: bool,
        demo: Callable[[], DemoPair] | None = None,
        at: float | None = None,
        replay: Path | None = None,
    ) -> None:
        """`demo` starts the simulated pair, which ends with the command. `at` and `replay` ask for the past."""
        self.at = at
        self.replay = replay
        self.cluster = cluster
        self.directors = directors
        self.ssh_config = ssh_config
        self.as_json = as_json
        self._demo = demo

    @property
    def named(self) -> bool:
        return self.cluster is not None or bool(self.directors)

    def check_named(self) -> None:
        """Refuse a pair that was not named, and the demo. Raises click.UsageError."""
        if self._demo is not None:
            raise click.UsageError(NOT_RECORDED)
        if self.cluster == "":
            raise click.UsageError("-c has an empty name: give it a cluster of clusters.toml")
        if self.cluster is None and len(self.directors) == 1:
            raise click.UsageError(f"{self.directors[0]} is one Director of a pair: give both, -d DIRECTOR -d DIRECTOR")
        if (self.cluster is None) == (not self.directors) or len(self.directors) > 2:
            raise click.UsageError(NAME_THE_PAIR)

    @property
    def simulated(self) -> bool:
        return self._demo is not None

    def session(self) -> Session:
        """Return the session that is wanted. Raises click.ClickException when no pair was named, or its cluster is not found."""
        from lvstui.cli import launch

        if self.at is not None or self.replay is not None:
            raise click.UsageError("--at and --replay show the past: only status and events can")
        if self._demo is not None:
            if self.named or self.ssh_config is not None:
                raise click.UsageError("--demo opens its own pair: leave out -c, -d and -F")
            pair = self._demo()
            return launch.script_session(pair.names, pair.ssh_config, Memory())
        self.check_named()
        try:
            if self.cluster is not None:
                return launch.script_cluster(self.cluster, self.ssh_config)
            return launch.script_session(self.directors, self.ssh_config)
        except SettingsError as error:
            raise UnusableSettings(str(error)) from error


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "-d director1 -d director2 status",
        '-c web-prod drain 192.168.211.13:8082 --reason "kernel update" --wait 300',
        "--demo status",
        names=(MACHINE, VIRTUAL),
    ),
)
@SSH_CONFIG
@click.option(
    "-c", "--cluster", metavar="CLUSTER", shell_complete=completion.clusters, help="A cluster of clusters.toml."
)
@click.option(
    "-d",
    "--director",
    "directors",
    multiple=True,
    metavar="DIRECTOR",
    shell_complete=completion.directors,
    help="A Director, as ssh names it; give both.",
)
@click.option(
    "--demo", is_flag=True, help="Use the embedded, simulated pair, new for each command; needs no network and no root."
)
@click.option("--at", metavar="T", help=f"Show this moment of the recording: {FORMS}. With status and events.")
@click.option(
    "--replay",
    type=RECORDING,
    help="Read this recording instead of the cluster's own; T counts from its end. demo: a failover.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
@click.version_option(__version__)
@click.pass_context
def lvsctl(
    ctx: click.Context,
    ssh_config: Path | None,
    cluster: str | None,
    directors: tuple[str, ...],
    demo: bool,
    at: str | None,
    replay: Path | None,
    as_json: bool,
) -> None:
    """Show and change a pair of LVS + keepalived Directors from scripts, with the plans and guards of lvstui.

    Exit status: 0 done and verified; 1 refused, nothing changed; 2 usage error; 3 a Director cannot be reached, nothing changed;
    4 failed and rolled back; 5 undecided, the state of each Director is printed; 6 done, but timed out: connections are left
    after --wait, or an added real server was not seen alive and stays at weight 0.
    """
    root = ctx.find_root()

    def start() -> DemoPair:
        from lvstui.demo.pair import DemoPair

        return root.with_resource(DemoPair())

    moment = wall_of(at, "--at", replay)
    ctx.obj = Pair(directors, cluster, ssh_config, as_json, start if demo else None, moment, replay)


JSON = click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")


@lvsctl.command(
    epilog=examples(
        "-d director1 -d director2 status",
        "-c web-prod status --json",
        "-c web-prod --at 03:12 status",
        "--demo status",
    )
)
@JSON
@click.pass_obj
def status(pair: Pair, as_json: bool) -> None:
    """Show Directors, VRRP, servers and problems once."""
    from lvstui.cli import status_command

    if pair.at is not None or pair.replay is not None:
        from lvstui.cli.past import past_command

        raise SystemExit(past_command.show_status(pair, as_json=as_json or pair.as_json))
    raise SystemExit(asyncio.run(status_command.show_status(pair.session(), as_json=as_json or pair.as_json)))
