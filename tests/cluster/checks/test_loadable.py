"""What keepalived would make of the files at the next reload: told before anybody reloads."""

from __future__ import annotations

import hashlib
from datetime import datetime

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import PlanRefused, make
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.view import Problem, Severity
from lvstui.director.protocol.file_messages import File, Files, Match
from lvstui.director.protocol.ipvs_messages import Ipvs
from tests.support.telling import MAIN, NAMES, REAL, Pair, checked, configuration

PART = "/etc/keepalived/conf.d/b.conf"


def file(pair: Pair, path: str, data: bytes, *, mode: int = 0o644, lacking: str = "") -> File:
    error = "No such file or directory" if lacking else None
    return File(path, data, hashlib.sha256(data).hexdigest(), pair.wall(800.0), 0, 0, mode, error, 0.0, lacking)


def problems(pair: Pair) -> dict[ProblemKind, Problem]:
    pair.view()
    return {problem.kind: problem for problem in pair.after(3).sample().view().problems}


def test_a_fatal_error_is_told_before_anybody_reloads() -> None:
    pair = Pair().up()
    pair.files(
        "director2",
        configuration() + b"vrrp_instance VI_3 {\n interface ens33\n virtual_router_id\n}\n",
        mtime=pair.wall(),
    )
    found = problems(pair)[ProblemKind.FATAL]
    assert (found.severity, found.director) == (Severity.ERROR, "director2")
    assert found.text.startswith("director2: a reload would end keepalived: /etc/keepalived/keepalived.conf line ")
    pair.files("director2", configuration(), mtime=pair.wall())
    assert ProblemKind.FATAL not in problems(pair)
    pair.files("director2", configuration() + b"vrrp_instance VI_3 {\n interface ens33\n virtual_router_id\n}\n")
    pair.keepalived("director2", running=False)
    assert problems(pair)[ProblemKind.FATAL].text.startswith("director2: keepalived does not start: ")


NEW = b"vrrp_instance VI_3 {\n interface ens99\n virtual_router_id 71\n priority 9\n virtual_ipaddress {\n 10.0.0.9\n }\n}\n"


DYNAMIC = b"global_defs {\n dynamic_interfaces\n}\n"
TRACK = b"vrrp_sync_group G {\n group {\n VI_1\n }\n track_interface {\n ens99\n }\n}\n"
BEAT = b"linkbeat_interfaces {\n ens99\n}\n"
DRAIN = Intent("drain", (Target("tcp/10.10.0.20:80", REAL),), None, "ana@ops1", datetime(2026, 11, 22, 14, 1))


def test_an_interface_that_is_not_there_ends_keepalived_too() -> None:
    pair = Pair().up()
    pair.files("director2", configuration() + NEW, mtime=pair.wall())
    line = configuration().count(b"\n") + 2
    said = f"{MAIN} line {line}: VI_3 names the interface ens99, which is not there"
    found = problems(pair)
    assert found[ProblemKind.FATAL].text == f"director2: a reload would end keepalived: {said}"
    assert ProblemKind.ABSENT_INTERFACE not in found, "one cause, one problem"
    facts = [pair.state.facts(name) for name in NAMES]
    refused = f"{MAIN} line {line}, which is not loaded yet: VI_3 names the interface ens99, which is not there; correct it first"
    with pytest.raises(PlanRefused, match=refused):
        make(DRAIN, facts)
    for written in (NEW.replace(b"ens99", b"ens36"), DYNAMIC + NEW):
        pair.files("director2", configuration() + written, mtime=pair.wall())
        assert ProblemKind.FATAL not in problems(pair)
    pair.files("director2", configuration() + NEW + DYNAMIC, mtime=pair.wall())  # read too late at a reload
    assert problems(pair)[ProblemKind.FATAL].text == f"director2: a reload would end keepalived: {said}"
    pair.keepalived("director2", running=False)  # at a start it is known before
    assert ProblemKind.FATAL not in problems(pair)


def test_a_tracked_interface_that_is_not_there_ends_keepalived_too() -> None:
    pair = Pair().up()
    pair.files("director2", configuration() + TRACK, mtime=pair.wall())
    said = "track_interface of the sync group G names the interface ens99, which is not there"
    line = configuration().count(b"\n") + 6
    found = problems(pair)
    assert found[ProblemKind.FATAL].text == f"director2: a reload would end keepalived: {MAIN} line {line}: {said}"
    with pytest.raises(PlanRefused, match=f"a reload would end keepalived: {MAIN} line {line}, .* {said}; correct it"):
        make(DRAIN, [pair.state.facts(name) for name in NAMES])
    pair.keepalived("director2", running=False)
    assert problems(pair)[ProblemKind.FATAL].text == f"director2: keepalived does not start: {MAIN} line {line}: {said}"


def test_a_keepalived_that_runs_knows_an_interface_that_was_taken_away_and_a_new_one_does_not() -> None:
    pair = Pair().up()
    pair.files("director2", configuration() + TRACK)  # it has loaded that
    line = configuration().count(b"\n") + 6
    said = f"{MAIN} line {line}: track_interface of the sync group G names the interface ens99, which is not there"
    found = problems(pair)
    assert ProblemKind.FATAL not in found
    problem = found[ProblemKind.ABSENT_INTERFACE]
    assert (problem.severity, problem.text) == (
        Severity.WARNING,
        f"director2: keepalived would not start again: {said}",
    )
    pair.files("director2", configuration({8081: 1, 8082: 1, 8083: 2}) + TRACK + NEW, mtime=pair.wall())
    found = problems(pair)
    assert ProblemKind.FATAL not in found, "the reload that brings another weight knows the interface as well"
    assert found[ProblemKind.ABSENT_INTERFACE].text.endswith("which is not there (and 1 more line)")
    assert pair.state.facts("director2").absent == ()


def test_where_it_cannot_be_known_what_is_loaded_it_is_said_to_end_keepalived() -> None:
    pair = Pair()
    for name in NAMES:
        pair.link(name)
        pair.keepalived(name)
        pair.network(name)
        pair.files(name, configuration() + TRACK, mtime=pair.wall())
    assert ProblemKind.FATAL not in problems(pair), "the log, or a dump, may tell yet that it is loaded"
    for name in NAMES:
        pair.log(name, history=True)
        pair.checkers(name, checked(8081), checked(8082), checked(8083))
    found = problems(pair)
    assert pair.state.facts("director1").pending is None
    assert ProblemKind.FATAL in found and ProblemKind.ABSENT_INTERFACE not in found


def test_a_line_that_keepalived_passes_over_for_want_of_its_interface() -> None:
    pair = Pair().up()
    pair.files("director2", configuration() + BEAT, mtime=pair.wall())
    line = configuration().count(b"\n") + 2
    found = problems(pair)
    assert ProblemKind.FATAL not in found
    said = f"{MAIN} line {line}: linkbeat_interfaces names the interface ens99, which is not there"
    assert found[ProblemKind.ABSENT_INTERFACE].text == f"director2: {said}"
    assert found[ProblemKind.ABSENT_INTERFACE].detail == "keepalived ignores the line."


@pytest.mark.parametrize(
    ("mode", "data", "lacking", "why"),
    [
        (0o744, configuration(), "", "it is executable"),
        (0o645, configuration(), "", "it is executable"),
        (0o644, b"", "", "it is empty"),
        (0, b"", "missing", "it is not there"),
        (0, b"", "irregular", "it is not a regular file"),
    ],
)
def test_a_main_file_that_keepalived_does_not_read(mode: int, data: bytes, lacking: str, why: str) -> None:
    pair = Pair().up()
    pair.say("director1", Files(pair.now, MAIN, (file(pair, MAIN, data, mode=mode, lacking=lacking),), (), None))
    found = problems(pair)
    problem = found[ProblemKind.UNUSABLE_FILE]
    assert problem.text == f"director1: keepalived does not read {MAIN}: {why}"
    assert problem.severity is Severity.ERROR
    assert ProblemKind.CONFIGURATION not in found, "one cause, one problem"


def test_what_a_reload_with_such_a_file_has_done_is_one_problem() -> None:
    pair = Pair().up()
    pair.say("director1", Files(pair.now, MAIN, (file(pair, MAIN, configuration(), mode=0o755),), (), None))
    pair.say("director1", Ipvs(pair.now, True, True, (), (), None))
    found = problems(pair)
    assert found[ProblemKind.UNUSABLE_FILE].severity is Severity.CRITICAL
    assert found[ProblemKind.UNUSABLE_FILE].text.endswith("Its IPVS table is empty: it serves nothing")
    assert ProblemKind.EMPTY_TABLE not in found


def test_an_included_file_that_is_executable_is_passed_over() -> None:
    pair = Pair().up()
    main = configuration() + b"include conf.d/*.conf\n"
    for name in NAMES:
        executable = (PART,) if name == "director2" else ()
        match = Match("/etc/keepalived/conf.d/*.conf", (), executable)
        pair.say(name, Files(pair.now, MAIN, (file(pair, MAIN, main),), (match,), None))
    problem = problems(pair)[ProblemKind.UNUSABLE_FILE]
    assert (problem.severity, problem.text) == (
        Severity.WARNING,
        f"director2: keepalived does not read {PART}: it is executable",
    )
    assert f"`chmod a-x {PART}`" in problem.detail
