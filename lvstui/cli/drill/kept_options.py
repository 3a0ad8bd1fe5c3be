"""Read the options of the commands of `lvsctl drill` that show what was kept, and call what does it."""

from __future__ import annotations

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from lvstui.cli.help_text import examples
from lvstui.cli.main import JSON, Pair
from lvstui.cli.past.pair_recordings import cluster_named

_ID = "ID is as lvsctl drill list lists it, or its beginning; last: the last one."
_FORMS = ("markdown", "json", "html")


def _of(pair: Pair) -> str | None:
    """Return the cluster whose drills are meant; None: of all. Raises click.UsageError where a recording is named."""
    if pair.at is not None or pair.replay is not None:
        raise click.UsageError(
            "drills are not read from a recording: leave out --at and --replay. To measure the failovers of a recording, and keep"
            " them, run lvstui --replay FILE, and press D, then w"
        )
    return cluster_named(pair)


def _ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the drills that were kept on this machine."""
    from lvstui.report.kept_drills import LAST, SUFFIX
    from lvstui.settings import places

    try:
        names = sorted(path.name.removesuffix(SUFFIX) for path in places.drills_folder().glob(f"*/*{SUFFIX}"))
    except OSError:
        return []
    return [CompletionItem(name) for name in (*reversed(names), LAST) if name.startswith(incomplete)]


@click.command("list", epilog=examples("drill list", "-c web-prod drill list --json"))
@JSON
@click.pass_obj
def list_(pair: Pair, as_json: bool) -> None:
    """List the drills kept on this machine. With -c or -d: only those of that pair."""
    from lvstui.cli.drill import kept_command

    raise SystemExit(kept_command.list_drills(_of(pair), as_json=as_json or pair.as_json))


@click.command(
    epilog=examples(
        "drill show last",
        "-c web-prod drill show 2026-11-29 --format html -o drill.html",
        names=(_ID,),
    )
)
@click.argument("id", shell_complete=_ids)
@click.option("--format", "form", type=click.Choice(_FORMS), help="The form of the report; default: markdown.")
@click.option("-o", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write it into this new file.")
@JSON
@click.pass_obj
def show(pair: Pair, id: str, form: str | None, file: Path | None, as_json: bool) -> None:
    """Show the report of a drill. Verdict, context, what was expected and measured, and the timeline."""
    from lvstui.cli.drill import kept_command

    as_json = as_json or pair.as_json
    if as_json and form not in (None, "json"):
        raise click.UsageError(f"--json is a format of its own: leave out --format {form}")
    chosen = "json" if as_json else form or "markdown"
    raise SystemExit(kept_command.show_drill(id, _of(pair), chosen, file))


@click.command(
    epilog=examples(
        "-c web-prod drill compare",
        "drill compare 2026-11-28T0200 2026-11-29T0200",
        names=(_ID,),
    )
)
@click.argument("ids", nargs=-1, metavar="[ID [ID]]", shell_complete=_ids)
@JSON
@click.pass_obj
def compare(pair: Pair, ids: tuple[str, ...], as_json: bool) -> None:
    """Compare drills. Two with each other, or one (default: the last) with earlier ones of the same cluster and cause.

    A figure is called longer or shorter than before only if the uncertainties cannot explain the difference.
    """
    from lvstui.cli.drill import kept_command

    if len(ids) > 2:
        raise click.UsageError("name two drills at most")
    raise SystemExit(kept_command.compare_drills(ids, _of(pair), as_json=as_json or pair.as_json))


COMMANDS = (list_, show, compare)
