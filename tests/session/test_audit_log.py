"""The audit log's file: whole lines, private, and torn ones passed over."""

from __future__ import annotations

import stat
from dataclasses import replace
from pathlib import Path

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import ChangeRecord, DirectorRecord, WeightChange
from lvstui.session.audit_log import HistoryFile

RECORD = ChangeRecord(
    id="a1",
    wall=1.5,
    by="ana",
    host="ops1",
    action="drain",
    title="Drain 10.0.0.1:80 in tcp/10.0.0.9:80",
    reason='it\'s "$(true)"\n[b]\udce9',
    targets=(Target("tcp/10.0.0.9:80", "10.0.0.1:80"),),
    overrides=("pending",),
    outcome="done",
    text="verified",
    directors=(
        DirectorRecord(
            "d1", "--- a\n+++ a\n-\udcff\n", (WeightChange("tcp/10.0.0.9:80", "10.0.0.1:80", 1, 0),), "changed"
        ),
    ),
)


def test_what_was_written_is_read_again_bytes_that_are_no_text_too(tmp_path: Path) -> None:
    history = HistoryFile(tmp_path / "state" / "lvstui" / "history.jsonl")
    assert history.read() == ()
    history.append(RECORD)
    history.append(replace(RECORD, id="a2"))
    assert history.read() == (RECORD, replace(RECORD, id="a2"))
    assert history.path.read_bytes().count(b"\n") == 2
    assert stat.S_IMODE(history.path.stat().st_mode) == 0o600


def test_a_torn_line_is_passed_over_and_the_next_record_is_whole(tmp_path: Path) -> None:
    history = HistoryFile(tmp_path / "history.jsonl")
    history.append(RECORD)
    whole = history.path.read_bytes()
    for torn in (whole[: len(whole) // 2], b"\xff\x00", b"[1]", b'{"id": 3}'):
        history.path.write_bytes(whole + torn)
        assert history.read() == (RECORD,)
        history.append(replace(RECORD, id="a2"))
        assert history.read() == (RECORD, replace(RECORD, id="a2"))


def test_a_change_that_was_told_of_twice_is_one(tmp_path: Path) -> None:
    history = HistoryFile(tmp_path / "history.jsonl")
    for one in (RECORD, replace(RECORD, id="a2"), replace(RECORD, text="raised")):
        history.append(one)
    assert history.read() == (replace(RECORD, text="raised"), replace(RECORD, id="a2"))
