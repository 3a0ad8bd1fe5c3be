"""Read the options of `lvsctl handover` and `lvsctl takeback`; and call what does it, as of the other changes."""

from __future__ import annotations

from typing import Any

import click

from lvstui.cli import completion
from lvstui.cli.change_options import REASON, change_options, run_change
from lvstui.cli.help_text import examples
from lvstui.cli.main import Pair

_DIRECTOR = click.argument("director", metavar="DIRECTOR", shell_complete=completion.directors)


@click.command(
    epilog=examples(
        '-c web-prod handover director1 --reason "kernel update"',
        "-d director1 -d director2 handover director1 --dry-run",
        "-c web-prod handover director1 --by-stop --override connections --yes",
    )
)
@_DIRECTOR
@click.option(
    "--by-stop",
    is_flag=True,
    help="Restart keepalived there, if the other Director has nopreempt. No MASTER for the skew time: less than 1 s, with VRRP 3 "
    "less than advert_int.",
)
@change_options
@click.option(
    "--reason",
    default="",
    metavar="TEXT",
    help="The reason, kept in the configuration beside the priority and in the history.",
)
@click.pass_obj
def handover(pair: Pair, /, director: str, by_stop: bool, reason: str, **options: Any) -> None:
    """Hand a Director over for maintenance. Its VRRP instances move; it may then be stopped, upgraded or rebooted.

    DIRECTOR is one of the pair. Its priorities are lowered below the other's, in its own file; `takeback` restores the lines.
    """
    run_change(pair, "handover", "", options, director=director, by_stop=by_stop, reason=reason)


@click.command(epilog=examples("-c web-prod takeback director1", "-c web-prod takeback director1 --dry-run"))
@_DIRECTOR
@change_options
@REASON
@click.pass_obj
def takeback(pair: Pair, /, director: str, reason: str, **options: Any) -> None:
    """Take a Director back after a handover. The lines in its file become what they were before.

    DIRECTOR is one of the pair. It becomes MASTER again if its priority is the higher one.
    """
    run_change(pair, "takeback", "", options, director=director, reason=reason)
