from __future__ import annotations

from lvstui.cluster.finding import A_FAILOVER
from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import LinkState, Severity
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.ipvs_messages import RealServerId
from lvstui.director.protocol.keepalived_messages import Keepalived
from tests.support.telling import MAIN, NAMES, VIPS, Pair, checked, configuration, row

DEAD = "192.168.211.13:8083"


def test_nothing_is_wrong_with_a_pair_as_it_should_be() -> None:
    pair = Pair().up()
    pair.after(3).sample()
    assert pair.problems() == {}


def test_split_brain_is_told_when_it_lasts_and_not_before() -> None:
    pair = Pair().up()
    pair.after(5).sample().view()
    began = pair.now
    pair.log("director2", "(VI_1) Entering MASTER STATE")
    pair.network("director2", VIPS["VI_1"])
    assert pair.problems() == {}
    pair.after(A_FAILOVER - 0.01).sample()
    assert pair.problems() == {}
    pair.after(0.02)
    problems = {problem.id: problem for problem in pair.view().problems}
    split = problems["split:VI_1"]
    text = "SPLIT BRAIN  VI_1 (ens33, IPv4): director1 and director2 are both MASTER; 10.10.0.20 is on both"
    assert (split.severity, split.text) == (Severity.CRITICAL, text)
    assert split.since == pair.wall(began) - 40.0
    assert "vip-twice:10.10.0.20" not in problems, "told once"
    assert "split:VI_2" not in problems


def test_split_brain_is_not_told_of_a_director_that_is_not_heard() -> None:
    pair = Pair().up(masters=NAMES)
    pair.after(16).sample()
    pair.view()
    pair.after(2)
    pair.ipvs("director1", full=False)
    pair.after(1.5).ipvs("director1", full=False)
    assert pair.director("director2").state is LinkState.STALE
    problems = pair.problems()
    assert "split:VI_1" not in problems
    assert "vip-twice:10.10.0.20" not in problems
    assert problems["link:director2"] == "director2 is silent"


def test_a_failover_is_no_problem_but_no_master_is() -> None:
    pair = Pair().up()
    pair.after(5).sample().view()
    pair.log("director1", "(VI_1) Entering BACKUP STATE")
    pair.network("director1", VIPS["VI_2"])
    assert pair.problems() == {}
    pair.after(1).sample()
    assert pair.problems() == {}
    pair.after(1).sample()
    assert pair.problems() == {"no-master:VI_1": "VI_1 has no MASTER: no Director answers for 10.10.0.20"}
    pair.network("director2", VIPS["VI_1"])
    assert pair.problems() == {}


def test_a_vip_that_is_gone_under_its_master() -> None:
    pair = Pair().up()
    pair.after(5).network("director1", VIPS["VI_2"])
    pair.after(1).sample().vrrp("director1", "MASTER")
    pair.view()
    pair.after(2).sample()
    assert pair.problems() == {
        "vip-nowhere:10.10.0.20": "10.10.0.20 is on no Director, though director1 is MASTER of VI_1"
    }


def test_no_keepalived_at_all_is_no_master() -> None:
    pair = Pair().up()
    for name in NAMES:
        pair.keepalived(name, running=False)
        pair.network(name)
    pair.view()
    pair.after(2).sample()
    assert pair.problems().keys() == {
        "keepalived:director1", "keepalived:director2", "no-master:VI_1", "no-master:VI_2",
    }  # fmt: skip


def test_fault_is_told_with_where_to_look() -> None:
    pair = Pair().up()
    pair.after(5).log("director2", "(VI_1) Entering FAULT STATE")
    problem = next(problem for problem in pair.view().problems)
    assert (problem.id, problem.director) == ("fault:director2:VI_1", "director2")
    assert "ens33" in problem.detail


def test_down_and_a_virtual_server_without_a_live_one() -> None:
    pair = Pair().up()
    for name in NAMES:
        for port in (8081, 8082, 8083):
            pair.log(name, f"Removing service [192.168.211.13]:tcp:{port} from VS [10.10.0.20]:tcp:80")
        pair.ipvs(name, full=False, gone=[RealServerId("192.168.211.13", port) for port in (8081, 8082, 8083)])
    shown = pair.view().problems
    assert [problem.id for problem in shown] == ["dead:tcp/10.10.0.20:80", "down"]
    assert shown[0].severity is Severity.CRITICAL


def test_a_newer_file_and_a_mended_one() -> None:
    pair = Pair().up()
    pair.files("director2", configuration(extra=" ha_suspend\n"), mtime=pair.wall())
    assert pair.problems() == {"pending:director2": "director2: the files have changes that keepalived has not loaded"}
    pair.after(1).keepalived("director2", loaded=pair.wall())
    assert pair.problems() == {}
    assert pair.events() == ["director2 keepalived keepalived has reloaded its configuration"]


def test_a_load_time_of_whole_seconds_does_not_make_a_file_newer() -> None:
    pair = Pair().up()
    loaded = float(int(pair.wall()))
    pair.keepalived("director1", loaded=loaded)
    pair.files("director1", configuration(), mtime=loaded + 0.7)
    assert pair.director("director1").keepalived.pending is False
    pair.files("director1", configuration({8081: 7}), mtime=loaded + 1.3)
    assert pair.director("director1").keepalived.pending is True


def test_a_configuration_that_cannot_be_read_is_said_and_nothing_is_made_up() -> None:
    pair = Pair().up()
    pair.say("director1", Files(pair.now, MAIN, (File(MAIN, b"", "", 0.0, 0, 0, 0, "Permission denied"),), (), None))
    assert {real.directors["director1"].state for s in pair.view().virtual_servers for real in s.real_servers} == {
        "UNKNOWN"
    }
    pair.after(2).sample()
    assert pair.problems()["configuration:director1"] == f"director1: {MAIN} cannot be read: Permission denied"


def test_a_virtual_server_that_counts_for_nothing() -> None:
    pair = Pair().up()
    twice = (
        configuration() + b"virtual_server 10.10.0.20 80 {\n protocol TCP\n real_server 192.168.211.13 8081 {\n }\n}\n"
    )
    pair.files("director1", twice)
    assert [id.split(":")[0] for id in pair.problems()] == ["shared"]


def test_what_an_observer_cannot_see_is_told() -> None:
    pair = Pair().up()
    none = (0, 0, 0)
    pair.say("director1", Keepalived(pair.now, False, *none, 0.0, "", "", "", "signal", 0.0, "/proc is hidden"))
    assert pair.director("director1").keepalived.running is None
    assert pair.problems()["missing:director1:keepalived"] == "director1: keepalived: /proc is hidden"
    assert "keepalived:director1" not in pair.problems()


def test_an_unmanaged_row_is_a_problem_until_it_is_gone() -> None:
    pair = Pair().up()
    pair.ipvs("director1", row(9000), full=False)
    assert pair.problems() == {"unmanaged": "192.168.211.13:9000 in tcp/10.10.0.20:80 is in a kernel but in no file"}
    pair.after(1).ipvs("director1", full=False, gone=[RealServerId("192.168.211.13", 9000)])
    assert pair.problems() == {}


def test_a_problem_says_what_it_is_about_as_facts_and_not_only_in_words() -> None:
    pair = Pair().up()
    pair.ipvs("director1", row(8081), row(8082), full=False, gone=[RealServerId("192.168.211.13", 8083)])
    pair.checkers("director1", checked(8081), checked(8082), checked(8083, alive=False))
    found = {problem.id: problem.subject for problem in pair.view().problems}
    assert found["down"].targets == (Target("tcp/10.10.0.20:80", DEAD),)
