"""What is asked of the past is answered as far as it was recorded; what was not recorded is no answer."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime

import pytest
from click.testing import CliRunner, Result

from lvstui.cli.main import Pair, lvsctl
from lvstui.cli.past import past_command
from lvstui.cluster.view import Severity
from lvstui.settings import places
from tests.support.kept_recordings import CLUSTER, keep, stop_clocks

REFUSED = 1
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
MORNING = datetime(2026, 11, 22, 8, 0).timestamp()


def asked(*arguments: str) -> Result:
    return CliRunner().invoke(lvsctl, arguments)


def at(wall: float) -> str:
    """Return a moment as it is written after an option, and printed."""
    return f"{datetime.fromtimestamp(wall):%Y-%m-%d %H:%M:%S}"


@pytest.mark.parametrize("wall", [MORNING - MINUTE, MORNING + HOUR + MINUTE, MORNING + DAY])
def test_a_moment_that_a_file_does_not_have_is_refused_with_those_that_it_has(wall: float) -> None:
    path = keep(MORNING, MORNING + HOUR)
    ran = asked("--replay", str(path), "--at", at(wall), "status")
    there = f"{at(MORNING)} to {at(MORNING + HOUR)}"
    said = f"refused: nothing was recorded in {path} at {at(wall)}. There is: {there}\n"
    assert (ran.exit_code, ran.stdout, ran.stderr) == (REFUSED, "", said)


def test_the_moments_that_a_refusal_names_are_shown() -> None:
    demo = ("--replay", "demo")
    refused = asked(*demo, "--at", "2020-01-01", "status").stderr
    began, _, ended = refused.partition(". There is: ")[2].strip().partition(" to ")
    for moment in (began, ended):
        ran = asked(*demo, "--at", moment, "status")
        assert ran.exit_code == 0, ran.stderr
        assert "lost" not in ran.stdout


EVENTS = ("-c", CLUSTER, "events")


@pytest.mark.parametrize("options", [(), ("--severity", "error", "--json"), ("--since", "8h")])
def test_events_of_what_was_never_recorded_are_refused(options: tuple[str, ...]) -> None:
    keep(MORNING, MORNING + HOUR, cluster="another")
    ran = asked(*EVENTS, *options)
    assert (ran.exit_code, ran.stdout) == (REFUSED, "")
    assert ran.stderr.startswith(f"refused: there is no recording of {CLUSTER} in {places.recordings_folder()}: ")
    assert "lvsctl record" in ran.stderr


def test_events_of_recordings_that_cannot_be_read_are_refused() -> None:
    path = keep(MORNING, MORNING + HOUR)
    path.write_bytes(b"")
    ran = asked(*EVENTS)
    skipped, said = ran.stderr.splitlines()
    assert (ran.exit_code, ran.stdout, skipped) == (REFUSED, "", f"skipped: {path}: it is empty")
    assert said.startswith(f"refused: no recording of {CLUSTER} in {path.parent} can be read: ")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--since", "10m", "--severity", "error"), "since "),
        (("--until", at(MORNING - 1)), f"until {at(MORNING - 1)}"),
        (
            ("--since", at(MORNING - HOUR), "--until", at(MORNING - 1)),
            f"from {at(MORNING - HOUR)} to {at(MORNING - 1)}",
        ),
    ],
)
def test_events_of_a_range_of_which_nothing_was_recorded_are_refused(options: tuple[str, ...], said: str) -> None:
    keep(MORNING, MORNING + HOUR)
    ran = asked(*EVENTS, *options)
    assert (ran.exit_code, ran.stdout) == (REFUSED, "")
    assert ran.stderr.startswith(f"refused: nothing was recorded of {CLUSTER} {said}")
    assert ran.stderr.endswith(f". There is: {at(MORNING)} to {at(MORNING + HOUR)}\n")


def test_which_parts_of_a_range_were_not_recorded_is_told_beside_its_events() -> None:
    keep(MORNING, MORNING + 20 * MINUTE, {MORNING + MINUTE: "early", MORNING + 15 * MINUTE: "it fails"})
    keep(MORNING + 25 * MINUTE, MORNING + HOUR, {MORNING + 30 * MINUTE: "it fails again"})
    since, until = MORNING + 10 * MINUTE, MORNING + 50 * MINUTE
    ran = asked(*EVENTS, "--since", at(since), "--until", at(until), "--json")
    assert [json.loads(line)["text"] for line in ran.stdout.splitlines()] == ["it fails", "it fails again"]
    gap = f"{at(MORNING + 20 * MINUTE)} to {at(MORNING + 25 * MINUTE)}"
    assert (ran.exit_code, ran.stderr) == (0, f"not recorded, so what happened then is not known: {gap}\n")
    ran = asked(*EVENTS, "--since", at(since), "--severity", "critical")
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert f"{gap}; {at(MORNING + HOUR)} to " in ran.stderr


def test_nothing_is_told_of_a_range_that_was_recorded_up_to_now_or_was_not_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = stop_clocks(monkeypatch)
    keep(now - HOUR, now, {now - MINUTE: "it fails"})
    for options in (("--since", "30m"), ("--since", "30m", "--until", "now"), ()):
        ran = asked(*EVENTS, *options)
        assert (ran.exit_code, "it fails" in ran.stdout, ran.stderr) == (0, True, ""), options


def test_events_that_cannot_be_read_any_more_are_told() -> None:
    path = keep(MORNING, MORNING + HOUR, {MORNING + MINUTE: "it fails"})
    with sqlite3.connect(path) as database:
        database.execute("DROP TABLE event")
    database.close()
    ran = asked(*EVENTS)
    assert (ran.exit_code, ran.stdout) == (0, "")
    assert ran.stderr == f"{path}: not all of its events can be read: no such table: event\n"


def test_a_file_is_asked_up_to_its_own_end() -> None:
    path = keep(MORNING, MORNING + HOUR, {MORNING + MINUTE: "it fails"})
    ran = asked("--replay", str(path), "events", "--since", at(MORNING))
    assert (ran.exit_code, "it fails" in ran.stdout, ran.stderr) == (0, True, "")


async def test_what_happens_is_followed_though_nothing_was_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    class Ended(Exception):
        """Somebody interrupts."""

    class Live:
        def subscribe(self, told: object) -> None: ...
        async def __aenter__(self) -> None:
            raise Ended

        async def __aexit__(self, *_: object) -> None: ...

    asked_for = past_command.Asked(MORNING, None, Severity.INFO)
    pair = Pair((), CLUSTER, None, False)
    with pytest.raises(Ended):
        await past_command.follow(Live(), pair, asked_for, as_json=True)  # type: ignore[arg-type]
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"there is no recording of {CLUSTER} in ")
