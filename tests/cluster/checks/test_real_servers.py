"""What is told of real servers that are not as they should be."""

from __future__ import annotations

from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import Problem
from tests.support.telling import NAMES, Pair, checked, row


def down(*ports: int, why: bool = True) -> Problem:
    """Return the problem of these ports, which the checkers have removed on both Directors."""
    pair = Pair().up()
    pair.view()
    for _ in range(3):
        pair.after(1.0)
        for name in NAMES:
            pair.ipvs(name, row(8081), full=True)
            pair.checkers(name, *(checked(port, alive=port not in ports) for port in (8081, 8082, 8083)))
            for port in ports if why else ():
                service = f"service [192.168.211.13]:tcp:{port}"
                gone = f"Removing {service} from VS [10.10.0.20]:tcp:80"
                pair.log(name, f"TCP_CHECK on {service} failed after 3 retries.", gone)
        pair.view()
    pair.after(5.0)
    (problem,) = (one for one in pair.view().problems if one.kind is ProblemKind.DOWN)
    return problem


def test_why_a_server_is_down_is_told_with_it_and_one_reason_once() -> None:
    found = down(8082, 8083)
    assert found.detail.startswith("Removed by keepalived's checkers: ") and found.detail.count("TCP_CHECK") == 1
    assert "failed after 3 retries" in found.detail


def test_without_a_word_of_the_log_it_is_told_that_the_checkers_did_it_and_no_more() -> None:
    assert down(8082, why=False).detail == "Removed by keepalived's checkers."
