"""What lies there of a change that another agent left, and whether the keepalived of now can have read it."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lvstui.director.journal import INSTALLING, JournalEntry, Swapped, settles_itself
from lvstui.director.linux import write_access
from lvstui.director.linux.files import candidate, journal_file
from lvstui.director.linux.write_access import WriteAccess
from lvstui.director.protocol.change_messages import Replacement
from tests.support.waiting import LIMIT_S

OLD, NEW = b"global_defs {\n}\n", b"global_defs {\n}\n! new\n"


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("begun, has_read_it", [(-50.0, False), (-0.5, False), (LIMIT_S, True)])
def test_a_keepalived_that_runs_since_before_the_old_file_was_put_back_has_not_read_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: float, has_read_it: bool
) -> None:
    """The journal's line is older than the process: the agent was killed, or the disk full, before it could write another."""
    main = tmp_path / "keepalived.conf"
    main.write_bytes(OLD)
    main.chmod(0o644)
    change = Replacement(str(main), sha256(OLD), NEW)
    files = (Swapped(str(main), sha256(OLD), sha256(NEW)),)
    entry = JournalEntry("t1", "Hand over", "ana@ops1", time.time() - 100.0, INSTALLING, files)
    journal_file.write(candidate.swap_paths(str(main)).journal, entry)
    candidate.write(change)
    before = time.time()
    candidate.swap(change)
    candidate.put_back(str(main), sha256(NEW))
    monkeypatch.setattr(write_access, "started", lambda process: before + begun)
    daemon = SimpleNamespace(config=str(main), unit="", process=None)
    keepalived: Any = SimpleNamespace(read=lambda: daemon, look=lambda: daemon)
    left = WriteAccess(keepalived, root=True).left()
    assert left is not None
    assert [file.holds for file in left.files] == ["old"]
    assert (left.restarted, settles_itself(left)) == (has_read_it, has_read_it)
