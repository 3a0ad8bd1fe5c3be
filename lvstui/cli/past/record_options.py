"""Read the options of the commands of `lvsctl` that record and show the past, and call what does it.

Not for: doing it (see `past_command`, `recording_command`).
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

import click

from lvstui.cli.help_text import examples
from lvstui.cli.main import JSON, RECORDING, Pair, UnusableSettings
from lvstui.cli.past.option_times import range_of
from lvstui.cluster.moments import FORMS, duration
from lvstui.cluster.view import Severity
from lvstui.settings.values import SettingsError

_SINCE = click.option("--since", metavar="T", help=f"Only from T on: {FORMS}.")
_UNTIL = click.option("--until", metavar="T", help="Only up to T.")


@click.command(epilog=examples("-c web-prod record", "-d director1 -d director2 record --for 8h"))
@click.option(
    "--for", "length", metavar="DURATION", help="End by itself after so long: 90s, 5m, 8h; default: Ctrl-C ends it."
)
@JSON
@click.pass_obj
def record(pair: Pair, length: str | None, as_json: bool) -> None:
    """Record the pair without a screen. The console does the same while it is open."""
    from lvstui.cli import launch
    from lvstui.cli.past import recording_command

    try:
        seconds = None if length is None else duration(length)
    except ValueError as error:
        raise click.UsageError(f"--for: {error}") from error
    pair.check_named()
    try:
        session, recorder = launch.script_recorded(pair.cluster, pair.directors, pair.ssh_config)
    except SettingsError as error:
        raise UnusableSettings(str(error)) from error
    told = recording_command.record(session, recorder, seconds, as_json=as_json or pair.as_json)
    raise SystemExit(asyncio.run(told))


@click.command(
    epilog=examples(
        "-c web-prod events --since 8h",
        "-c web-prod events --since 03:10 --until 03:20 --json",
        "--demo events --follow",
    )
)
@_SINCE
@_UNTIL
@click.option("--follow", is_flag=True, help="Connect, and print what happens until interrupted.")
@click.option(
    "--severity", type=click.Choice([one.value for one in Severity]), default="info", help="Only these and graver ones."
)
@JSON
@click.pass_obj
def events(pair: Pair, since: str | None, until: str | None, follow: bool, severity: str, as_json: bool) -> None:
    """List what happened, from the pair's recordings. One line or one JSON object for each event.

    What was not recorded is no answer: it is refused (1), or told on standard error where it is a part of the range.
    """
    from lvstui.cli.past import past_command

    asked = past_command.Asked(*range_of(since, until, pair.replay, pair.at), Severity(severity))
    as_json = as_json or pair.as_json
    if not follow:
        raise SystemExit(past_command.show_events(pair, asked, as_json=as_json))
    if until is not None:
        raise click.UsageError("--follow has no end: leave out --until")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(past_command.follow(pair.session(), pair, asked, as_json=as_json))


@click.group(
    epilog=examples("recording list", "-c web-prod recording export failover.lvsrec --since 03:10 --until 03:20")
)
def recording() -> None:
    """List, export, import and print recordings."""


@recording.command("list", epilog=examples("recording list", "-c web-prod recording list --json"))
@JSON
@click.pass_obj
def list_(pair: Pair, as_json: bool) -> None:
    """List the recordings of the pair; without -c or -d, of all."""
    from lvstui.cli.past import recording_command

    raise SystemExit(recording_command.list_recordings(pair, as_json=as_json or pair.as_json))


@recording.command(
    epilog=examples(
        "-c web-prod recording export failover.lvsrec --since 03:10 --until 03:20",
        "-c web-prod recording export bug.lvsrec --since 10m --anonymise",
    )
)
@click.argument("file", type=RECORDING)
@_SINCE
@_UNTIL
@click.option("--anonymise", is_flag=True, help="Put invented names, addresses, comments and paths in place of all.")
@JSON
@click.pass_obj
def export(pair: Pair, file: Path, since: str | None, until: str | None, anonymise: bool, as_json: bool) -> None:
    """Write whole minutes of the recording that has most of a range into FILE. Secrets are masked; --anonymise hides names."""
    from lvstui.cli.past import recording_command

    begin, end = range_of(since, until, pair.replay)
    told = recording_command.export(pair, file, begin, end, anonymous=anonymise, as_json=as_json or pair.as_json)
    raise SystemExit(told)


@recording.command(
    epilog=examples(
        "-c web-prod recording dump active --since 03:10 --until 03:20",
        "-c web-prod recording dump connections_per_s 192.168.211.13 --since 1h --every 10s --json",
    )
)
@click.argument("field", metavar="FIELD")
@click.argument("words", nargs=-1, metavar="[WORD]...")
@_SINCE
@_UNTIL
@click.option("--every", metavar="DURATION", default="1s", help="From one value to the next: 1s, 10s, 5m; default: 1s.")
@JSON
@click.pass_obj
def dump(
    pair: Pair, field: str, words: tuple[str, ...], since: str | None, until: str | None, every: str, as_json: bool
) -> None:
    """Print how a figure of the real servers changed. One line for each moment, real server and Director.

    FIELD: state, active, inactive, persistent, connections, connections_per_s, in_bytes, out_bytes, in_bps, out_bps,
    kernel_weight, configured_weight, effective_weight or alive. WORD: only real servers that match, as in the console's filter.
    """
    from lvstui.cli.past import dump_command
    from lvstui.cluster.filter import BadFilter, parse

    if field not in dump_command.FIELDS:
        raise click.UsageError(f"no field {field}; there are {', '.join(dump_command.FIELDS)}")
    try:
        only, seconds = parse(" ".join(words)), duration(every)
    except BadFilter as error:
        raise click.UsageError(str(error)) from error
    except ValueError as error:
        raise click.UsageError(f"--every: {error}") from error
    if seconds <= 0:
        raise click.UsageError("--every: it is to be more than nothing")
    begin, end = range_of(since, until, pair.replay)
    as_json = as_json or pair.as_json
    raise SystemExit(dump_command.dump(pair, field, only, begin, end, seconds, as_json=as_json))


@recording.command(
    "import", epilog=examples("recording import failover.lvsrec", "-c web-prod recording import failover.lvsrec")
)
@click.argument("file", type=RECORDING)
@JSON
@click.pass_obj
def import_(pair: Pair, file: Path, as_json: bool) -> None:
    """Copy FILE to the recordings of its cluster; with -c, of that one."""
    from lvstui.cli.past import recording_command

    raise SystemExit(recording_command.take_in(pair, file, as_json=as_json or pair.as_json))
