"""The recording that lvstui brings along: a failover of the lab's pair, without a name of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lvstui.cli.main import lvsctl
from lvstui.cli.past.recording_path import DEMO
from lvstui.cluster.event_kind import EventKind
from lvstui.cluster.events.event_order import unsettled
from lvstui.record.recording_reader import RecordingReader
from lvstui.session.replay_session import ReplaySession

OF_THE_LAB = (
    b"director1",
    b"director2",
    b"10.10.0.",
    b"192.168.211.",
    b"ens33",
    b"ana",
    b"ops1",
    b"kernel update",
    b"52:54:",
)


def test_a_failover_and_back_is_in_it() -> None:
    session = ReplaySession(DEMO)
    roles: list[list[str | None]] = []
    first, last = session.recorded.began, session.recorded.ended
    for second in range(int(last - first)):
        session.move(first + second)
        role = [director.role for director in session.view().directors]
        if None not in role and role not in roles[-1:]:
            roles.append(role)
    assert session.torn is None
    session.close()
    assert roles[0] == roles[-1] == ["MASTER", "BACKUP"]
    assert any(role[1] == "MASTER" for role in roles)


def test_its_events_are_in_order_by_clocks_that_were_compared() -> None:
    session = ReplaySession(DEMO)
    events = session.view().events
    session.close()
    kinds = {event.kind for event in events}
    assert {EventKind.VRRP, EventKind.VIP, EventKind.REAL_SERVER, EventKind.WEIGHT, EventKind.CHANGE} <= kinds
    assert EventKind.ADVERT in kinds
    assert [event.wall for event in events] == sorted(event.wall for event in events)
    clocks = [event.clock for event in events if event.clock is not None]
    assert all(clock.uncertainty_s is not None and clock.uncertainty_s < 0.2 for clock in clocks)
    assert not all(unsettled(events)), "the lab's clocks settle most of it"


def test_nothing_of_the_lab_is_in_its_bytes() -> None:
    with RecordingReader(DEMO) as reader:
        lines = [line for chunk in reader.chunks for line in reader.lines(chunk)]
        told = [row.data.encode() for row in reader.events()]
        about = [one.encode() for one in reader.about.values()]
    written = b"\n".join([*lines, *told, *about, DEMO.read_bytes()])
    assert [one for one in OF_THE_LAB if one in written] == []
    assert DEMO.stat().st_size < 500_000


def test_demo_is_its_name_unless_there_is_such_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = CliRunner().invoke(lvsctl, ["--replay", "demo", "--json", "status"])
    assert shown.exit_code == 0
    assert len(json.loads(shown.stdout)["directors"]) == 2
    (tmp_path / "demo").write_bytes(b"no recording, but longer than nothing is")
    assert CliRunner().invoke(lvsctl, ["--replay", "demo", "status"]).exit_code == 1
