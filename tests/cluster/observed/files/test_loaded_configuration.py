"""What keepalived has loaded: by its own copy, and without one."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from lvstui.cluster.observed.files.installed import Installed
from lvstui.cluster.views import status
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.keepalived_messages import DaemonProcess, LoadedConfiguration, Log, LogLine
from tests.support.silent_pair import known, silent
from tests.support.telling import MAIN, Pair, configuration, row

KEY = ("tcp/10.10.0.20:80", "192.168.211.13:8081")


def copied(data: bytes) -> bytes:
    return b"# " + MAIN.encode() + b"\n" + b"".join(line.strip() + b"\n" for line in data.splitlines()) + b"!\n"


def copy(pair: Pair, data: bytes, name: str = "director1", *, wall: float | None = None, pid: int = 100) -> None:
    wall = pair.wall(900.5) if wall is None else wall
    pair.say(name, LoadedConfiguration(pair.now, wall, pid, 1, copied(data), None))


def test_a_touched_file_is_not_pending_and_one_that_says_something_else_is() -> None:
    pair = Pair().up()
    copy(pair, configuration())
    pair.after(10).files("director1", configuration(), mtime=pair.wall())
    assert known(pair)[0] is False
    pair.files("director1", b"# by ana\n" + configuration(), mtime=pair.wall())
    assert known(pair)[0] is False, "a comment is nothing to load"
    pair.files("director1", configuration(extra=" quorum_down /bin/x\n"), mtime=pair.wall(800.0))
    assert known(pair)[0] is True, "whatever the file's time says, and though no dump tells it"
    pair.files("director1", configuration(), mtime=pair.wall())
    assert known(pair)[0] is False, "an edit that was undone"


def test_the_copy_tells_when_it_was_loaded_and_no_log_is_needed() -> None:
    pair = Pair().up()
    pair.say("director1", Log(pair.now, "", True, (), "no log of keepalived was found"))
    copy(pair, configuration(), wall=pair.wall(950.0))
    assert known(pair) == (False, 950.0 + 1_800_000_000.0)
    pair.files("director1", configuration({8081: 0, 8082: 1, 8083: 1}), mtime=pair.wall())
    assert known(pair)[0] is True
    copy(pair, configuration({8081: 0, 8082: 1, 8083: 1}), wall=pair.wall())
    assert known(pair) == (False, pair.now + 1_800_000_000.0)
    shown = status.as_json(pair.view())["directors"]
    assert isinstance(shown, list)
    assert shown[0]["keepalived"] | {"version": ""} == {
        "version": "", "running": True, "config": MAIN, "pending": False, "pending_known": True,
        "loaded_at": pair.now + 1_800_000_000.0,
    }  # fmt: skip


def test_a_copy_of_another_life_of_the_daemon_says_nothing() -> None:
    pair = Pair().up()
    copy(pair, configuration({8081: 3}), pid=7)
    assert known(pair)[0] is False, "by the times alone"


@pytest.mark.parametrize("process", [(True, None), (False, 990.0)])
def test_a_process_that_hangs_may_not_have_loaded_what_its_parent_has_read(process: tuple[bool, float | None]) -> None:
    pair = Pair().up()
    copy(pair, configuration())
    daemon = pair.state.director("director1").keepalived
    assert daemon is not None
    pair.say("director1", replace(daemon, processes=(DaemonProcess("checkers", 102, 1, *process),)))
    shown = pair.director("director1").keepalived
    assert (shown.pending, shown.pending_judged) == (None, True)


def test_what_is_pending_is_told_with_the_lines_as_they_were_loaded() -> None:
    pair = Pair().up()
    copy(pair, configuration())
    pair.files("director1", configuration({8081: 5, 8082: 1, 8083: 1}), mtime=pair.wall())
    loaded = pair.state.facts("director1").loaded
    assert loaded is not None and loaded.files[0].data == configuration()


def test_each_server_is_pending_for_itself() -> None:
    pair = Pair().up()
    copy(pair, configuration())
    pair.files("director1", configuration({8081: 1, 8082: 5, 8084: 1}), mtime=pair.wall())
    director = pair.state.director("director1")
    assert director.configuration is not None
    (server,) = director.configuration.virtual_servers
    pending = {str(real.key): director.pending_server((server.id, str(real.key)), real) for real in server.real_servers}
    assert pending == {"192.168.211.13:8081": False, "192.168.211.13:8082": True, "192.168.211.13:8084": True}
    assert director.pending_server((server.id, "192.168.211.13:8083"), None) is True
    assert director.pending_server((server.id, "192.168.211.13:8085"), None) is False


def test_rows_are_judged_again_when_pending_becomes_known() -> None:
    pair = Pair().up()
    copy(pair, configuration())
    pair.files("director1", configuration({8081: 5, 8082: 1, 8083: 1}), mtime=pair.wall())
    pair.view()
    pair.ipvs("director1", row(8081, 3), row(8082), row(8083))
    assert pair.real().directors["director1"].state == "PENDING"
    pair.after(1)
    copy(pair, configuration({8081: 5, 8082: 1, 8083: 1}), wall=pair.wall())
    pair.view()
    pair.after(60).sample()
    assert pair.real().directors["director1"].state == "DRIFT"


def test_a_row_is_not_pending_because_another_is() -> None:
    """A weight that somebody's ipvsadm changed, while an edit of another server waits to be loaded."""
    pair = Pair().up()
    copy(pair, configuration())
    pair.files("director1", configuration({8081: 1, 8082: 5, 8083: 1}), mtime=pair.wall())
    pair.ipvs("director1", row(8081, 3), row(8082), row(8083))
    pair.view()
    pair.after(60).sample()
    states = {id: pair.real(id).directors["director1"].state for id in ("192.168.211.13:8081", "192.168.211.13:8082")}
    assert states == {"192.168.211.13:8081": "DRIFT", "192.168.211.13:8082": "PENDING"}


# --- no copy: before 2.2 ---


def test_a_link_that_leads_to_an_older_file_is_pending_until_it_leads_back_or_a_reload() -> None:
    pair = Pair().up()
    assert known(pair)[0] is False
    pair.after(10).files("director1", configuration(extra=" quorum_down /bin/x\n"), mtime=pair.wall(700.0))
    assert known(pair)[0] is True
    pair.files("director1", configuration(), mtime=pair.wall(800.0))
    assert known(pair)[0] is False
    pair.files("director1", configuration(extra=" quorum_down /bin/x\n"), mtime=pair.wall(700.0))
    assert known(pair)[0] is True
    pair.after(5).keepalived("director1", loaded=pair.wall())
    assert known(pair)[0] is False


def test_a_file_that_is_told_after_the_load_that_read_it_is_not_pending() -> None:
    pair = Pair().up()
    assert known(pair)[0] is False
    written = pair.after(10).wall()
    pair.after(1).keepalived("director1", loaded=pair.wall())
    assert known(pair)[0] is False
    pair.files("director1", configuration(extra=" quorum_down /bin/x\n"), mtime=written)
    assert known(pair)[0] is False


def coarse(pair: Pair, *, seen: float = 1.0) -> float:
    """A log with whole seconds tells of a reload; `seen`: so long after that second the agent saw the line."""
    second = float(int(pair.after(10).wall()))
    pair.say(
        "director1", Log(pair.now, "/var/log/messages", False, (LogLine(second, "Keepalived", "Reloading"),), None)
    )
    pair.keepalived("director1", loaded=second + seen)
    return second


EDITED = configuration(extra=" quorum_down /bin/x\n")  # which no dump tells


@pytest.mark.parametrize(
    ("written", "seen", "pending"),
    [
        (-0.1, 1.0, False),
        (0.0, 1.0, False),
        (0.4, 1.0, None),  # before the load or after it, in the second that the log tells
        (1.0, 1.0, None),
        (1.4, 1.0, True),
        (0.4, 0.6, None),
        (0.7, 0.6, True),  # written when the load was seen already
    ],
)
def test_an_edit_in_the_very_second_of_a_load_may_be_loaded_or_not(
    written: float, seen: float, pending: bool | None
) -> None:
    pair = Pair().up()
    assert known(pair)[0] is False
    second = coarse(pair, seen=seen)
    pair.files("director1", EDITED, mtime=second + written)
    assert known(pair)[0] is pending


def test_what_a_dump_belies_in_that_second_is_pending_and_what_was_seen_in_force_since_is_not() -> None:
    pair = Pair().up()
    second = coarse(pair)
    assert known(pair)[0] is False
    pair.files("director1", configuration({8081: 7, 8082: 1, 8083: 1}), mtime=second + 0.4)
    assert known(pair)[0] is True
    pair.files("director1", configuration(), mtime=second + 0.6)
    assert known(pair)[0] is False, "an edit that was undone"


def test_a_file_of_that_second_is_not_taken_for_what_an_earlier_load_had() -> None:
    pair = Pair().up()
    second = float(int(pair.after(10).wall()))
    pair.files("director1", EDITED, mtime=second + 0.2)
    assert known(pair)[0] is True
    assert coarse(pair.after(-10)) == second
    assert known(pair)[0] is None
    pair.files("director1", configuration(), mtime=second + 0.8)
    assert known(pair)[0] is None


def test_what_a_change_of_ours_has_loaded_in_that_second_is_not_pending() -> None:
    pair = Pair().up()
    second = coarse(pair)
    pair.files("director1", EDITED, mtime=second + 0.3)
    assert known(pair)[0] is None
    verified = Installed(100, pair.wall(900.5), ((MAIN, hashlib.sha256(EDITED).hexdigest()),))
    pair.state.remember("director1", verified)
    assert known(pair)[0] is False


def test_a_newer_file_that_the_dump_does_not_belie_is_not_known_to_be_pending() -> None:
    pair = silent()
    shown = pair.director("director1").keepalived
    assert (shown.pending, shown.pending_judged, shown.loaded) == (None, True, None)


def test_a_newer_file_that_the_dump_belies_is_pending() -> None:
    assert silent(weight=4).director("director1").keepalived.pending is True


def test_a_file_with_an_old_time_that_was_put_there_later_is_newer() -> None:
    pair = silent()
    file = File(MAIN, configuration({8081: 2, 8082: 1, 8083: 1}), "x", pair.wall(800.0), 0, 0, 0o644, None, pair.wall())
    pair.say("director1", Files(pair.now, MAIN, (file,), (), None))
    assert pair.director("director1").keepalived.pending is True


def test_a_server_whose_weight_is_as_the_dump_says_is_not_pending() -> None:
    pair = silent()
    director = pair.state.director("director1")
    assert director.configuration is not None
    real = director.configuration.virtual_servers[0].real_servers[0]
    assert director.pending_server(KEY, real) is False
    assert director.pending_server(KEY, replace(real, weight=9)) is True


@pytest.mark.parametrize(
    ("pid", "started", "weight", "pending"),
    [
        (100, 0.0, 1, False),
        (100, 0.5, 1, False),  # the clock was set a little
        (101, 0.0, 1, None),  # another process has loaded who knows what
        (100, 60.0, 1, None),
        (100, 0.0, 2, None),  # changed since
    ],
)
def test_what_an_earlier_session_installed_is_loaded_while_the_same_process_runs(
    pid: int, started: float, weight: int, pending: bool | None
) -> None:
    pair = Pair()
    data = configuration({8081: weight, 8082: 1, 8083: 1})
    files = ((MAIN, hashlib.sha256(data).hexdigest()),)
    pair.state.remember("director1", Installed(pid, pair.wall(900.5) + started, files))
    assert silent(pair=pair).director("director1").keepalived.pending is pending
    assert silent(weight=4, pair=pair).director("director1").keepalived.pending is True, "the dump belies it"


def test_while_an_include_is_still_to_come_it_is_not_judged() -> None:
    pair = Pair().up()
    copy(pair, configuration())
    pair.files("director1", b"include conf.d/*.conf\n" + configuration(), mtime=pair.wall())
    shown = pair.director("director1").keepalived
    assert (shown.pending, shown.pending_judged) == (None, False)
    broken = File(MAIN, b"", "", 0.0, 0, 0, 0, "Permission denied")
    pair.say("director1", Files(pair.now, MAIN, (broken,), (), None))
    shown = pair.director("director1").keepalived
    assert (shown.pending, shown.pending_judged) == (None, True)
