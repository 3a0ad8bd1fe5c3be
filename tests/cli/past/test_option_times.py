"""A moment of a recording is counted from its end, which may be of another day; one that it does not have is refused."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lvstui.cli import launch
from lvstui.cli.main import lvsctl, lvstui
from lvstui.cli.past.option_times import wall_of
from lvstui.settings.values import SettingsError
from tests.support.kept_recordings import CLUSTER, keep

REFUSED, USAGE = 1, 2
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
BEGAN = datetime(2026, 11, 21, 23, 30).timestamp()
ENDED = BEGAN + HOUR + MINUTE / 2


@pytest.fixture
def path() -> Path:
    return keep(BEGAN, ENDED, {BEGAN + 20 * MINUTE: "it fails"})


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("23:50", BEGAN + 20 * MINUTE),
        ("00:10", BEGAN + 40 * MINUTE),
        ("00:30:30", ENDED),
        ("00:31", ENDED + MINUTE / 2 - DAY),  # not after the end, and so of the day before
        ("10m", ENDED - 10 * MINUTE),
        ("now", ENDED),
        ("2026-11-22T00:31", ENDED + MINUTE / 2),
    ],
)
def test_a_time_is_counted_from_the_end_of_the_recording(path: Path, written: str, meant: float) -> None:
    assert wall_of(written, "--at", path) == meant


def test_a_file_that_cannot_be_read_tells_so_itself(tmp_path: Path) -> None:
    path = tmp_path / "no.lvsrec"
    path.write_bytes(b"")
    ran = CliRunner().invoke(lvsctl, ["--replay", str(path), "--at", "03:12", "status"])
    assert (ran.exit_code, ran.stderr) == (REFUSED, f"refused: {path}: it is empty\n")


@pytest.mark.parametrize("command", [["events"], ["recording", "export", "copy.lvsrec"]])
def test_a_range_is_counted_from_there_too(
    path: Path, command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for since, until in (("23:40", "00:10"), ("50m", "10m")):
        ran = CliRunner().invoke(lvsctl, ["--replay", str(path), *command, "--since", since, "--until", until])
        assert (ran.exit_code, ran.stderr) == (0, "")
        assert ran.stdout
        (tmp_path / "copy.lvsrec").unlink(missing_ok=True)


@pytest.mark.parametrize("command", ["events", "recording export copy.lvsrec", "recording dump active"])
def test_a_range_that_ends_before_it_begins_is_a_wrong_one(command: str) -> None:
    options = ["--since", "2026-11-22T00:10", "--until", "2026-11-21T23:40"]
    ran = CliRunner().invoke(lvsctl, ["-c", CLUSTER, *command.split(), *options])
    assert ran.exit_code == USAGE
    assert "it is from 2026-11-22 00:10:00 to 2026-11-21 23:40:00. Give dates, too" in " ".join(ran.stderr.split())


def at(path: Path, moment: str) -> Result:
    return CliRunner().invoke(lvsctl, ["--replay", str(path), "--at", moment, "events"])


def test_events_before_a_moment_of_the_day_on_which_it_was_recorded(path: Path) -> None:
    assert "it fails" in at(path, "23:55").stdout
    assert (at(path, "23:45").exit_code, at(path, "23:45").stdout) == (0, "")
    assert at(path, "23:20").exit_code == REFUSED


@pytest.mark.usefixtures("terminal")
def test_the_console_opens_at_a_moment_of_that_day(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted: list[launch.Wanted] = []

    def opened(one: launch.Wanted) -> int:
        wanted.append(one)
        raise SettingsError("it is not drawn here")

    monkeypatch.setattr(launch, "console", opened)
    with pytest.raises(SystemExit):
        lvstui.main(["--replay", str(path), "--at", "23:50"])
    assert [one.at for one in wanted] == [BEGAN + 20 * MINUTE]


@pytest.mark.usefixtures("terminal")
@pytest.mark.parametrize("moment", ["23:20", "00:31", "2026-11-23"])
def test_the_console_refuses_a_moment_that_was_not_recorded(
    path: Path, moment: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        lvstui.main(["--replay", str(path), "--at", moment])
    assert (ended.value.code, capsys.readouterr().err.splitlines()) == (
        REFUSED,
        [
            f"Error: nothing was recorded in {path} at {datetime.fromtimestamp(wall_of(moment, '--at', path) or 0.0)}. "
            "There is: 2026-11-21 23:30:00 to 2026-11-22 00:30:30"
        ],
    )
