"""The command line: `lvstui`, the console, and `lvsctl`, the same for scripts. Options in, a call of what does the work out.

Everything heavy is imported when it is needed: `--help` and the first frame wait for nothing.
"""

from __future__ import annotations

import asyncio
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lvstui import __version__, complete
from lvstui.settings.facts import LONGEST_INTERVAL, SHORTEST_INTERVAL, Preferences, SettingsError
from lvstui.settings.preferences import themes
from lvstui.settings.template import TEMPLATE

if TYPE_CHECKING:
    from lvstui.session import Session

SSH_CONFIG = click.option(
    "-F", "--ssh-config", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Instead of ~/.ssh/config."
)


class Unusable(click.ClickException):
    """A file of settings that cannot be used: usage, as a wrong option is."""

    exit_code = 2


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument(
    "names", nargs=-1, metavar="[CLUSTER | DIRECTOR DIRECTOR]", shell_complete=complete.clusters_and_directors
)
@SSH_CONFIG
@click.option("--demo", is_flag=True, help="The embedded, simulated pair; needs no network and no root.")
@click.option("--read-only", is_flag=True, help="No write can be issued, whatever is pressed.")
@click.option(
    "--interval",
    type=click.FloatRange(SHORTEST_INTERVAL, LONGEST_INTERVAL),
    metavar="SECONDS",
    help="Between samples, 0.2 to 10; 1 unless the settings say otherwise.",
)
@click.option("--theme", metavar="NAME", shell_complete=complete.themes, help="One of lvstui's own, or of Textual's.")
@click.option("--ascii", "only_ascii", is_flag=True, help="Only ASCII characters, for fonts without the others.")
@click.option("--config-template", is_flag=True, help="Print a clusters.toml that explains itself, and end.")
@click.version_option(__version__)
def lvstui(
    names: tuple[str, ...],
    ssh_config: Path | None,
    demo: bool,
    read_only: bool,
    interval: float | None,
    theme: str | None,
    only_ascii: bool,
    config_template: bool,
) -> None:
    """Watch a pair of LVS + keepalived Directors, and change both or neither.

    DIRECTOR is any name that ssh understands. CLUSTER is a table of clusters.toml in $XDG_CONFIG_HOME/lvstui; without
    arguments it is the only one there, or one is chosen on the screen.
    """
    if config_template:
        click.echo(TEMPLATE, nl=False)
        return
    if len(names) > 2 or (demo and names):
        raise click.UsageError("give a cluster, or two Directors, or --demo alone")
    if theme is not None and theme not in themes():
        raise click.UsageError(f"there is no theme {theme}; there are {', '.join(themes())}")
    if not sys.stdin.isatty():
        raise click.UsageError("the console needs a terminal; lvsctl is the same without one")
    from lvstui import launch
    from lvstui.console.leaving import leave

    said = Preferences(theme=theme, interval=interval, ascii=only_ascii or None)
    try:
        launch.console(launch.Wanted(names, ssh_config, demo, read_only, said))
    except SettingsError as error:
        raise Unusable(str(error)) from error
    leave()


class LazyGroup(click.Group):
    """A group some of whose commands live in modules that are imported when they are called."""

    lazy = {  # noqa: RUF012
        "add": "lvstui.change_commands:add",
        "completion": "lvstui.shells:completion",
        "conf": "lvstui.conf_command:conf",
        "drain": "lvstui.change_commands:drain",
        "history": "lvstui.change_commands:history",
        "lab": "lvstui.lab.cli:lab",
        "remove": "lvstui.change_commands:remove",
        "restore": "lvstui.change_commands:restore",
        "settle": "lvstui.change_commands:settle",
        "undo": "lvstui.change_commands:undo",
        "weight": "lvstui.change_commands:weight",
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

    def __init__(self, directors: tuple[str, ...], cluster: str | None, ssh_config: Path | None, as_json: bool) -> None:
        self.cluster = cluster
        self.directors = directors
        self.ssh_config = ssh_config
        self.as_json = as_json

    @property
    def named(self) -> bool:
        return self.cluster is not None or bool(self.directors)

    def session(self) -> Session:
        """Raises click.ClickException when the pair was not named, or its cluster is not to be found."""
        if (self.cluster is None) == (not self.directors) or (self.directors and len(self.directors) != 2):
            raise click.UsageError("name the pair: lvsctl -c CLUSTER ..., or lvsctl -d DIRECTOR -d DIRECTOR ...")
        from lvstui import launch

        if self.cluster is not None:
            try:
                return launch.script_cluster(self.cluster, self.ssh_config)
            except SettingsError as error:
                raise Unusable(str(error)) from error
        return launch.script_session(self.directors, self.ssh_config)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@SSH_CONFIG
@click.option("-c", "--cluster", metavar="CLUSTER", shell_complete=complete.clusters, help="A table of clusters.toml.")
@click.option(
    "-d",
    "--director",
    "directors",
    multiple=True,
    metavar="DIRECTOR",
    shell_complete=complete.directors,
    help="Given twice: the pair.",
)
@click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")
@click.version_option(__version__)
@click.pass_context
def lvsctl(
    ctx: click.Context, ssh_config: Path | None, cluster: str | None, directors: tuple[str, ...], as_json: bool
) -> None:
    """lvstui for scripts: the same reading, the same plan, the same guards.

    Exit status: 0 done and verified; 1 refused, nothing changed; 2 usage; 3 a Director cannot be reached; 4 failed and rolled
    back; 5 undecided: what is on each Director is printed; 6 done, but not in time what was waited for: connections are left
    after --wait, or a real server that was added was not seen alive and stays at weight 0.
    """
    ctx.obj = Pair(directors, cluster, ssh_config, as_json)


JSON = click.option("--json", "as_json", is_flag=True, help="JSON on standard output.")


@lvsctl.command()
@JSON
@click.pass_obj
def status(pair: Pair, as_json: bool) -> None:
    """One look at everything."""
    from lvstui import scripts

    raise SystemExit(asyncio.run(scripts.show_status(pair.session(), as_json=as_json or pair.as_json)))
