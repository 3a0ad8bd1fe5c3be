"""What is forgotten with a life of keepalived, and what is of the next one."""

from __future__ import annotations

from tests.support.pair import SERVICE
from tests.support.telling import OFF, REAL, Pair, checked


def test_a_daemon_whose_start_is_told_a_little_differently_is_the_same_one() -> None:
    """The agent of a new link reads the clocks anew, and rounds another fraction of a second."""
    pair = Pair().up()
    known = pair.director("director2")
    pair.after(1).keepalived("director2", later=0.1)
    assert (pair.real().directors["director2"].alive, pair.director("director2").role) == (True, known.role)
    pair.after(1).keepalived("director2", later=5.0)
    assert pair.real().directors["director2"].alive is None, (
        "another daemon of the same pid, whose dump is still to come"
    )


def test_what_the_log_of_a_new_daemon_said_before_it_was_known_holds() -> None:
    """The line comes at once, the daemon with the next look."""
    pair = Pair().up()
    pair.after(5).keepalived("director2", running=False)
    pair.after(5).log(
        "director2",
        "Starting Keepalived v2.2.7 (01/16,2022)",
        "Removing service [192.168.211.13]:tcp:8081 from VS [10.10.0.20]:tcp:80",
    )
    gone = pair.wall() - OFF
    pair.after(0.5).keepalived("director2", pid=900)
    pair.after(0.5).checkers("director2", checked(8081, alive=False), checked(8082), checked(8083))
    known = pair.state.director("director2").verdicts.get((SERVICE, REAL))
    assert known is not None and (known.alive, known.since) == (False, gone)
