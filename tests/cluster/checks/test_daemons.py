"""keepalived's processes that are stopped or hang."""

from __future__ import annotations

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import Severity
from lvstui.director.protocol.keepalived_messages import DaemonProcess, Keepalived
from tests.support.outage_pair import lasting, told, up
from tests.support.telling import Pair


def processes(pair: Pair, name: str, *, stopped: str = "", deaf: str = "") -> None:
    times = (pair.wall(900.5), "2.2.7")
    told = tuple(
        DaemonProcess(role, 100 + number, 7, role == stopped, pair.now - 60.0 if role == deaf else None)
        for number, role in enumerate(("parent", "vrrp", "checkers"))
    )
    pair.say(
        name,
        Keepalived(
            pair.now, True, 100, 101, 102, times[0], times[1], "/etc/keepalived/keepalived.conf", name, "systemd", times[0],
            None, told,
        ),
    )  # fmt: skip


def test_a_stopped_process_is_named_and_is_critical_where_clients_are() -> None:
    pair = up()
    processes(pair, "director1", stopped="checkers")
    [problem] = lasting(pair).values()
    assert (problem.kind, problem.severity) == (ProblemKind.HUNG, Severity.CRITICAL)
    assert problem.text == "keepalived's checkers process (102) on director1 is stopped"
    assert "`kill -CONT 102`" in problem.detail
    processes(pair, "director1")
    assert told(pair) == {}
    processes(pair, "director2", stopped="vrrp")
    assert lasting(pair)[ProblemKind.HUNG].severity is Severity.ERROR


def test_a_process_that_takes_no_signal_hangs_or_is_busy_for_long() -> None:
    pair = up()
    processes(pair, "director1", deaf="vrrp")
    [problem] = lasting(pair).values()
    assert (problem.kind, problem.severity) == (ProblemKind.HUNG, Severity.ERROR)
    assert "keepalived's VRRP process (101) on director1 has not answered for 6" in problem.text
    assert "kill -CONT" not in problem.detail
