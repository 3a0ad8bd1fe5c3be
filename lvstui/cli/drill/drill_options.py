"""Read the options of the commands of `lvsctl drill`, and call what does it."""

from __future__ import annotations

import asyncio
from typing import Any

import click
from click.core import ParameterSource

from lvstui.cli import completion
from lvstui.cli.change_options import DRY_RUN, OVERRIDE, REASON, YES
from lvstui.cli.drill import kept_options
from lvstui.cli.help_text import VIRTUAL_FORM, examples
from lvstui.cli.main import JSON, Pair
from lvstui.cli.number_range import FiniteRange
from lvstui.cluster.moments import duration
from lvstui.cluster.plan.drill_plan import LONGEST_HOLD, SHORTEST_HOLD, DrillHow
from lvstui.probe.probe_wish import FASTEST, LONGEST, SLOWEST

_ENDS_WITH_IT = (
    "the simulated pair of --demo ends with the command: to measure a failover there, run lvstui --demo and press D"
)
PROBED = f"VIRTUAL is {VIRTUAL_FORM}, or the URL of a VIP: http://10.10.0.20/health, tcp://10.10.0.20:80."


class Seconds(click.ParamType[float]):
    """A duration: 90s, 5m, 1.5s, or a number of seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the seconds, or fail as a usage error."""
        if isinstance(value, float):
            return value
        text = str(value)
        try:
            seconds = duration(text) if text[-1:].isalpha() else float(text)
        except ValueError:
            self.fail(f"{text!r} is not a duration: write it as 90s, 5m or 1.5s.", param, ctx)
        if not 0 < seconds < float("inf"):
            self.fail(f"{text} is not a positive length of time.", param, ctx)
        return seconds


FROM = click.option(
    "--from",
    "host",
    metavar="HOST",
    shell_complete=completion.directors,
    help="Send requests from this host, which ssh reaches and which has python3; default: this machine.",
)
RATE = click.option(
    "--rate",
    type=FiniteRange(SLOWEST, FASTEST),
    default=50.0,
    metavar="N",
    help=f"Requests per second, {SLOWEST:g} to {FASTEST:g}; default: 50.",
)
HTTP = click.option(
    "--http", "path", default="", metavar="PATH", help="Ask by HTTP for this path; default: by TCP connections."
)
MAX_OUTAGE = click.option(
    "--max-outage",
    type=Seconds(),
    metavar="DURATION",
    help="Exit status 6 if an outage was longer than this, such as 1.5s.",
)


@click.group(
    epilog=examples(
        "-c web-prod drill watch",
        "-c web-prod drill probe tcp/10.10.0.20:80 --for 60s",
        "drill show last",
        "-c web-prod drill compare",
    )
)
def drill() -> None:
    """Measure a failover of the pair."""


@drill.command(
    epilog=examples(
        "-c web-prod drill probe tcp/10.10.0.20:80",
        "-c web-prod drill probe tcp/10.10.0.20:80 --http /health --rate 100 --for 5m --from client1",
        names=(PROBED,),
    )
)
@click.argument("virtual", shell_complete=completion.virtual_servers)
@FROM
@RATE
@click.option(
    "--for",
    "length",
    type=Seconds(),
    default=10.0,
    metavar="DURATION",
    help=f"Ask for so long, at most {LONGEST:g} s; default: 10s.",
)
@HTTP
@MAX_OUTAGE
@JSON
@click.pass_obj
def probe(
    pair: Pair,
    virtual: str,
    host: str | None,
    rate: float,
    length: float,
    path: str,
    max_outage: float | None,
    as_json: bool,
) -> None:
    """Send requests to one virtual server. As its clients do; reports outages as they see them.

    A probe ends by itself, and with this command. It opens a new connection for each request, and holds one more open.
    """
    from lvstui.cli import launch
    from lvstui.cli.drill import probe_command

    if pair.simulated:
        raise click.UsageError("the demo is simulated: no real server answers a probe")
    asked = probe_command.ProbeRequest(virtual, host, rate, length, path, max_outage, as_json or pair.as_json)
    session = pair.session()
    ssh_config = pair.ssh_config or launch.ssh_config_of(pair.cluster)
    raise SystemExit(asyncio.run(probe_command.probe(session, asked, ssh_config)))


@drill.command(
    epilog=examples(
        "-c web-prod drill watch",
        "-c web-prod drill watch --for 8h --max-outage 1.5s --json",
    )
)
@click.option(
    "--for",
    "seconds",
    type=Seconds(),
    metavar="DURATION",
    help="Watch for so long, and judge each failover when it is over; default: until one is over.",
)
@MAX_OUTAGE
@JSON
@click.pass_obj
def watch(pair: Pair, seconds: float | None, max_outage: float | None, as_json: bool) -> None:
    """Recognise a failover and measure it. Whatever its cause; passive: nothing is sent to the networks.

    Prints the timeline of both Directors as it happens, then what was measured and what timers and priorities imply.
    Exit status: 0 as expected, or no failover in that time; 3 no Director can be reached; 6 not as expected. With --max-outage:
    0 no outage longer than that; 6 a longer one, or nobody took over, two MASTERs, or not measured.
    """
    from lvstui.cli import launch
    from lvstui.cli.drill import watch_command

    if pair.simulated:
        raise click.UsageError(_ENDS_WITH_IT)
    session = pair.session()
    cluster = launch.recording_name(pair.cluster, pair.directors)
    asked = watch_command.WatchRequest(cluster, seconds, max_outage, as_json or pair.as_json)
    raise SystemExit(asyncio.run(watch_command.watch(session, asked)))


@drill.command(
    epilog=examples(
        "-c web-prod drill run stop --probe tcp/10.10.0.20:80 --dry-run",
        "-c web-prod drill run handover --probe http://10.10.0.20/health --from client1",
        "-c web-stage drill run stop --probe tcp/10.10.0.20:80 --max-outage 1.5s --yes --reason nightly",
        names=(PROBED,),
    )
)
@click.argument("how", type=click.Choice(["handover", "stop", "kill"]))
@click.option(
    "--director",
    metavar="DIRECTOR",
    shell_complete=completion.directors,
    help="The Director to test; default: the MASTER.",
)
@click.option(
    "--hold",
    type=Seconds(),
    default=10.0,
    metavar="DURATION",
    help=f"Undo it after so long, {SHORTEST_HOLD:g} to {LONGEST_HOLD:g} s; default: 10s.",
)
@click.option(
    "--probe",
    metavar="VIRTUAL",
    shell_complete=completion.virtual_servers,
    help="Also measure what clients of this virtual server see.",
)
@FROM
@RATE
@HTTP
@MAX_OUTAGE
@OVERRIDE
@REASON
@DRY_RUN
@YES
@JSON
@click.pass_context
def run(ctx: click.Context, /, how: DrillHow, override: tuple[str, ...], as_json: bool, **options: Any) -> None:
    """Cause a failover, measure it, undo it, and wait for the failback.

    handover lowers the priorities of the MASTER's instances; stop stops keepalived there in order; kill kills all its processes.
    However it ends, what it began is undone: by its agent when this command, its link or its time is over, and by a process
    that outlives the agent. Without --yes it asks for a word on a terminal. Ctrl-C ends it early.

    Exit status: 0 as expected; 1 refused, nothing changed; 3 a Director cannot be reached; 4 something could not be undone, and
    is printed; 6 not as expected. With --max-outage: 0 no outage longer than that; 6 a longer one, or nobody took over, two
    MASTERs, or not measured.
    """
    from lvstui.cli import launch
    from lvstui.cli.drill import run_command

    pair: Pair = ctx.obj
    of_the_probe = {"host": "--from", "rate": "--rate", "path": "--http"}
    given = [name for key, name in of_the_probe.items() if ctx.get_parameter_source(key) is not ParameterSource.DEFAULT]
    if given and options["probe"] is None:
        raise click.UsageError(f"{given[0]} is an option of the probe: add --probe VIRTUAL, or leave out {given[0]}")
    if pair.simulated:
        raise click.UsageError(_ENDS_WITH_IT)
    session = pair.session()
    ssh_config = pair.ssh_config or launch.ssh_config_of(pair.cluster)
    cluster = launch.recording_name(pair.cluster, pair.directors)
    asked = run_command.RunRequest(
        how=how, overrides=frozenset(override), as_json=as_json or pair.as_json, cluster=cluster, **options
    )
    raise SystemExit(asyncio.run(run_command.run(session, asked, ssh_config)))


for command in kept_options.COMMANDS:
    drill.add_command(command)
