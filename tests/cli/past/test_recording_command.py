"""An export has as much of its range as any recording has, and tells what it has and lacks."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lvstui.cli.main import lvsctl
from lvstui.record.past.coverage import covered
from tests.support.kept_recordings import CLUSTER, keep, stop_clocks

REFUSED = 1
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
MORNING = datetime(2026, 11, 22, 8, 0).timestamp()


def exported(file: Path, *arguments: str, before: tuple[str, ...] = ("-c", CLUSTER)) -> Result:
    return CliRunner().invoke(lvsctl, [*before, "recording", "export", str(file), *arguments])


def at(wall: float) -> str:
    """Return a moment as it is written after an option, and printed."""
    return f"{datetime.fromtimestamp(wall):%Y-%m-%d %H:%M:%S}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.lvsrec"


@pytest.mark.parametrize("options", [("--since", "30m"), (), ("--until", "now")])
def test_of_two_that_are_open_it_is_the_one_with_most_of_the_range(
    file: Path, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    now = stop_clocks(monkeypatch)
    keep(now - HOUR, now - 1)
    short = keep(now - MINUTE, now, process=2)
    ran = exported(file, *options)
    assert (ran.exit_code, ran.stdout.splitlines()[0]) == (0, f"exported: {file}")
    assert covered(file).began <= now - (30 * MINUTE if "--since" in options else HOUR)
    assert covered(file).ended == now - 1
    assert f"also recorded, in {short}: {at(now - MINUTE)} to {at(now)}\n" in ran.stderr
    assert "not in it" not in ran.stderr


def test_what_the_range_lacks_and_who_has_it_is_told(file: Path) -> None:
    first = keep(MORNING, MORNING + 20 * MINUTE)
    keep(MORNING + 25 * MINUTE, MORNING + HOUR)
    since, until = MORNING + 10 * MINUTE, MORNING + 2 * HOUR
    ran = exported(file, "--since", at(since), "--until", at(until), "--json")
    assert (ran.exit_code, json.loads(ran.stdout)) == (
        0,
        {
            "exported": str(file),
            "began": MORNING + 25 * MINUTE,
            "ended": MORNING + HOUR,
            "lacking": [
                {"began": since, "ended": MORNING + 25 * MINUTE},
                {"began": MORNING + HOUR, "ended": until},
            ],
            "others": [{"path": str(first), "began": MORNING, "ended": MORNING + 20 * MINUTE}],
        },
    )
    assert ran.stderr.splitlines()[:2] == [
        f"not in it: {at(since)} to {at(MORNING + 25 * MINUTE)}; {at(MORNING + HOUR)} to {at(until)}",
        f"also recorded, in {first}: {at(MORNING)} to {at(MORNING + 20 * MINUTE)}",
    ]
    other = file.with_name("b.lvsrec")
    ran = exported(other, "--since", at(since), before=("--replay", str(first)))
    assert ran.stdout.splitlines() == [f"exported: {other}", f"from {at(since)} to {at(MORNING + 20 * MINUTE)}"]
    assert (ran.exit_code, ran.stderr) == (0, "")


def test_a_range_without_a_beginning_ends_where_it_was_asked_to(file: Path) -> None:
    keep(MORNING - DAY, MORNING - DAY + 8 * HOUR)
    keep(MORNING, MORNING + HOUR)
    ran = exported(file, "--until", at(MORNING + 10 * MINUTE))
    assert (ran.exit_code, covered(file).began) == (0, MORNING)
    file.unlink()
    assert exported(file, "--until", at(MORNING - HOUR)).exit_code == 0
    assert covered(file).began == MORNING - DAY


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--since", "10m"), "since "),
        (("--since", at(MORNING + 2 * HOUR)), f"since {at(MORNING + 2 * HOUR)}"),
        (("--until", at(MORNING - HOUR)), f"until {at(MORNING - HOUR)}"),
        (
            ("--since", at(MORNING + 22 * MINUTE), "--until", at(MORNING + 23 * MINUTE)),
            f"from {at(MORNING + 22 * MINUTE)} to {at(MORNING + 23 * MINUTE)}",
        ),
    ],
)
def test_a_range_of_which_nothing_was_recorded_is_refused(file: Path, options: tuple[str, ...], said: str) -> None:
    keep(MORNING, MORNING + 20 * MINUTE)
    keep(MORNING + 25 * MINUTE, MORNING + HOUR)
    ran = exported(file, *options)
    assert (ran.exit_code, ran.stdout, file.exists()) == (REFUSED, "", False)
    assert ran.stderr.startswith(f"refused: nothing was recorded of {CLUSTER} {said}")
    assert ran.stderr.endswith(
        f". There is: {at(MORNING)} to {at(MORNING + 20 * MINUTE)}; {at(MORNING + 25 * MINUTE)} to {at(MORNING + HOUR)}\n"
    )


def test_what_was_never_recorded_is_refused(file: Path) -> None:
    ran = exported(file, "--since", "10m")
    assert (ran.exit_code, ran.stdout) == (REFUSED, "")
    assert f"there is no recording of {CLUSTER} in " in ran.stderr and "lvsctl record" in ran.stderr
