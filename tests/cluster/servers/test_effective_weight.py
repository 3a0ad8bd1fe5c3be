"""What checkers make of a configured weight: FILE_CHECK, MISC_CHECK with misc_dynamic; and what each kernel serves then."""

from __future__ import annotations

import pytest

from lvstui.cluster.servers.entry import DRIFT_LASTS
from lvstui.cluster.view import RealServerState, RealServerView
from lvstui.cluster.views.status import as_json, as_text
from lvstui.director.protocol.keepalived_messages import Keepalived, LoadedConfiguration
from tests.support.quorum_pair import DYNAMIC, FILE_CHECK, ID, MARK, TRACK, weighed, weighed_pair
from tests.support.telling import NAMES, Pair, checked, configuration, row

UP, DRAINED, DRAINING = RealServerState.UP, RealServerState.DRAINED, RealServerState.DRAINING
DRIFT, PENDING = RealServerState.DRIFT, RealServerState.PENDING


def real(pair: Pair) -> RealServerView:
    return pair.real(ID)


@pytest.mark.parametrize(
    ("weight", "effective", "kernel", "state", "reason"),
    [
        (10, 15, 15, UP, None),
        (10, 15, 10, DRIFT, "weight 10 in the file, 15 with what its checkers add, 10 in the kernel of director1"),
        (0, 5, 5, UP, "FILE_CHECK gives it weight 5, the file 0, on director1: clients are still sent there"),
        (MARK, 5, 5, DRAINING, "FILE_CHECK gives it weight 5, the file 0, on director1: clients are still sent there"),
        (0, 5, 0, DRIFT, "weight 0 in the file, 5 with what its checkers add, 0 in the kernel of director1"),
        (10, 0, 0, DRAINED, "FILE_CHECK gives it weight 0, the file 10, on director1"),
        (0, 0, 0, DRAINED, "weight 0 by configuration"),
    ],
)
def test_a_file_check_adds_to_the_configured_weight(
    weight: int | str, effective: int, kernel: int, state: RealServerState, reason: str | None
) -> None:
    shown = real(weighed_pair(weight, effective, kernel))
    assert (shown.state, shown.reason) == (state, reason)
    assert shown.directors["director1"].effective_weight == effective


def test_a_drain_that_a_checker_undoes_is_never_safe() -> None:
    pair = weighed_pair(MARK, 5, 5)
    (drain,) = pair.view().drains
    assert not drain.safe and drain.sending == NAMES
    assert not any("safe to stop" in event for event in pair.events())


def test_misc_dynamic_sets_the_weight() -> None:
    assert real(weighed_pair(10, 3, 3, checker=DYNAMIC)).state is UP
    shown = real(weighed_pair(10, 0, 0, checker=DYNAMIC))
    assert (shown.state, shown.reason) == (DRAINED, "MISC_CHECK gives it weight 0, the file 10, on director1")


def test_the_log_tells_of_a_weight_that_a_checker_changes_between_two_dumps() -> None:
    pair = weighed_pair(10, 15, 15)
    for name in NAMES:
        line = "Changing weight from 15 to 20 for active service [192.168.211.13]:tcp:8081 of VS [10.10.0.20]:tcp:80"
        pair.log(name, line)
        pair.ipvs(name, row(8081, 20), full=False)
    pair.after(DRIFT_LASTS + 1.0).sample()
    assert (real(pair).state, real(pair).directors["director1"].effective_weight) == (UP, 20)
    quorum = pair.view().virtual_servers[0].quorum
    assert quorum is not None and quorum.live_weight == 22


def test_what_checkers_add_counts_for_the_quorum() -> None:
    quorum = weighed_pair(0, 5, 5).view().virtual_servers[0].quorum
    assert quorum is not None and quorum.live_weight == 7


def test_what_an_observer_cannot_know_is_not_called_drift() -> None:
    """keepalived tells only root what its checkers have added."""
    pair = Pair()
    data = TRACK + configuration({8081: 0, 8082: 1, 8083: 1}).replace(b"TCP_CHECK {\n  }", FILE_CHECK, 1)
    for name in NAMES:
        pair.link(name, root=False)
        pair.ipvs(name, row(8081, 5), row(8082), row(8083))
        pair.keepalived(name)
        pair.files(name, data)
    shown = real(pair)
    assert (shown.state, shown.directors["director1"].effective_weight) == (UP, None)
    assert shown.reason == "FILE_CHECK gives it weight 5, the file 0, on director1: clients are still sent there"


def test_both_weights_are_printed() -> None:
    view = weighed_pair(0, 5, 5).view()
    servers = as_json(view)["virtual_servers"]
    assert isinstance(servers, list)
    figures = servers[0]["real_servers"][0]["directors"]["director1"]
    assert (figures["configured_weight"], figures["effective_weight"], figures["kernel_weight"]) == (0, 5, 5)
    line = next(line for line in as_text(view).splitlines() if ID in line)
    assert line.split()[:5] == [ID, "UP", "director1", "0+5", "5"]


def test_one_director_whose_checker_gives_it_a_weight_is_no_pair_that_is_drained() -> None:
    pair = weighed_pair(0, 0, 0)
    pair.checkers("director1", weighed(0, 5), checked(8082), checked(8083))
    pair.ipvs("director1", row(8081, 5), full=False)
    assert real(pair).state is DRAINING
    pair.after(20.0).sample()
    shown = real(pair)
    assert (shown.state, shown.reason) == (DRIFT, "the Directors disagree: weight 5 on director1, 0 on director2")


# --- what the kernels serve, and what is loaded ---


def test_drift_and_pending_servers_that_the_kernels_serve_are_counted() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.ipvs(name, row(8081, 5), row(8082), row(8083), full=False)
        pair.files(name, configuration({8081: 1, 8082: 4, 8083: 1}), mtime=pair.wall())
    pair.after(5.0).sample().view()
    pair.after(5.0).sample()
    (server,) = pair.view().virtual_servers
    assert server.states == (DRIFT, PENDING, UP) and server.up == 3
    assert not server.as_it_should_be


def touched(pair: Pair, data: bytes) -> None:
    """Files that were written after keepalived read them, and say what it has loaded."""
    for name in NAMES:
        pair.files(name, data, mtime=pair.wall())
        copy = LoadedConfiguration(pair.now, pair.wall(900.5), 100, 1, b"# keepalived.conf\n" + data + b"!\n", None)
        pair.say(name, copy)


def test_a_touched_file_explains_no_weight_that_somebody_has_set() -> None:
    pair = Pair().up()
    pair.view()
    touched(pair.after(5.0), configuration())
    for name in NAMES:
        pair.ipvs(name, row(8081, 5), full=False)
    pair.view()
    pair.after(5.0).sample()
    assert pair.real().state is DRIFT and "drift" in pair.problems()


def test_a_row_is_judged_again_when_it_becomes_known_what_is_loaded() -> None:
    pair = Pair()
    for name in NAMES:
        pair.link(name)
        pair.ipvs(name, row(8081, 5), row(8082), row(8083))
        pair.files(name, configuration(), mtime=pair.wall())
        loaded, pids = pair.wall(900.5), (100, 101, 102)
        pair.say(
            name,
            Keepalived(
                pair.now, True, *pids, loaded, "2.2.7", "/etc/keepalived/keepalived.conf", name, "systemd", loaded, None
            ),
        )
    pair.view()
    for name in NAMES:
        pair.after(1.0).log(name, "Reloading", at=pair.now + 5.0)
    pair.after(5.0).sample()
    assert pair.real().state is DRIFT
    pair.files("director1", configuration({8081: 3, 8082: 1, 8083: 1}), mtime=pair.wall(pair.now + 60.0))
    assert pair.real().directors["director1"].state is PENDING
