"""Each guard: when it speaks, how gravely, and when it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.facts import Facts, kernel_keys
from lvstui.cluster.guards import Guard
from lvstui.cluster.guards.reloading import master_down
from lvstui.cluster.intent import Action, Intent, Target, undo_of
from lvstui.cluster.outcome import Outcome
from lvstui.cluster.plan import Plan, PlanRefused, make, record
from lvstui.cluster.view import UnfinishedView

from .pair import PATH, REAL, SERVICE, WHEN, drain, facts, pair, text

MISC = "MISC_CHECK {\n            misc_path /bin/true\n            misc_dynamic\n        }"


def told(plan: Plan, name: str) -> list[Guard]:
    return [guard for guard in plan.guards if guard.name == name]


def level(plan: Plan, name: str) -> str | None:
    found = {guard.level for guard in told(plan, name)}
    assert len(found) < 2
    return found.pop() if found else None


def both(config: str, **known: object) -> list[Facts]:
    made = [facts("director1", "MASTER", config), facts("director2", "BACKUP", config)]
    return [replace(one, **known) for one in made]  # type: ignore[arg-type]


def held(one: Facts, count: int) -> Facts:
    """With so many persistence templates for each real server."""
    return replace(one, persistent=dict.fromkeys(one.weights or {}, count))


@pytest.mark.parametrize(
    ("sysctl", "clients", "expected"),
    [(None, 5, "note"), ("0", 5, "ask"), ("0", 0, "note"), ("1", 5, "ok")],
)
def test_persistence_is_judged_by_the_kernels_setting(sysctl: str | None, clients: int, expected: str) -> None:
    sysctls = {} if sysctl is None else {"net.ipv4.vs.expire_quiescent_template": sysctl}
    directors = [held(one, clients) for one in both(text(extra="persistence_timeout 300"), sysctls=sysctls)]
    assert level(make(drain(), directors), "persistence") == expected


def test_a_weight_above_0_asks_nothing_of_a_drain() -> None:
    config = text(extra="lb_algo sh\n    persistence_timeout 300")
    plan = make(Intent("weight", drain().targets, 5, "ana@ops1", WHEN), both(config))
    assert not told(plan, "hash")
    assert not told(plan, "persistence")


def test_a_weight_that_is_set_to_0_is_judged_like_a_drain() -> None:
    plan = make(Intent("weight", drain().targets, 0, "ana@ops1", WHEN), both(text(extra="lb_algo sh")))
    assert level(plan, "hash") == "ask"


def test_misc_dynamic_anywhere_is_asked_about_and_its_rows_may_change() -> None:
    config = text().replace("TCP_CHECK {\n            connect_timeout 3\n        }", MISC, 1)  # of 8081
    plan = make(drain(), both(config))
    assert level(plan, "misc-dynamic") == "ask"
    assert [{key[1].port for key in one.tolerated} for one in plan.directors] == [{8081}, {8081}]
    assert "end the drain" not in told(plan, "misc-dynamic")[0].text
    mine = make(drain("192.168.211.13:8081"), both(config))
    assert any("end the drain" in guard.text for guard in told(mine, "misc-dynamic"))


def test_what_is_not_loaded_yet_is_shown_where_it_is_known() -> None:
    def plan(loaded: str | None) -> Plan:
        directors = both(text(), pending=True)
        files = None if loaded is None else facts("director1", "MASTER", loaded).files
        return make(drain(), [replace(one, loaded=files) for one in directors])

    known = plan(text().replace("connect_timeout 3", "connect_timeout 9", 1))
    assert level(known, "pending") == "ask"
    assert "1 lines more, 1 less" in told(known, "pending")[0].text
    assert "-            connect_timeout 9\n+            connect_timeout 3\n" in known.directors[0].pending
    unknown = plan(None)
    assert level(unknown, "pending") == "ask"
    assert "not known" in told(unknown, "pending")[0].text
    assert level(plan(text()), "pending") == "note"  # touched, and nothing else


def test_a_server_that_is_down_would_come_back_with_another_checker() -> None:
    loaded = facts("director1", "MASTER", text().replace("connect_timeout 3", "connect_timeout 9")).files
    dead = {(SERVICE, "192.168.211.13:8081"): False, (SERVICE, "192.168.211.13:8083"): True, (SERVICE, REAL): True}
    plan = make(drain(), both(text(), pending=True, loaded=loaded, alive=dead))
    assert level(plan, "revived") == "ask"
    assert "8081" in told(plan, "revived")[0].text
    assert not told(make(drain(), both(text(), alive=dead)), "revived")


@pytest.mark.parametrize(("seconds", "expected"), [(0.1, None), (3.0, None), (3.9, "ask"), (97.0, "ask"), (None, None)])
def test_a_reload_that_takes_longer_than_the_other_director_waits(seconds: float | None, expected: str | None) -> None:
    assert level(make(drain(), pair(reload_s=seconds)), "reload-time") == expected


def test_a_huge_table_that_was_never_reloaded_is_estimated() -> None:
    master, backup = pair()
    [first, *_] = master.weights or {}
    huge = {(first[0], first[1]._replace(address=f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}")): 1 for n in range(5000)}
    plan = make(drain(), [replace(master, weights={**(master.weights or {}), **huge}), backup])
    [guard] = told(plan, "reload-time")
    assert (guard.level, guard.director) == ("ask", "director1")


def test_the_master_down_interval_is_that_of_the_backup() -> None:
    two = text("BACKUP", 50).replace("priority 50", "priority 50\n    advert_int 2")
    three = two.replace("advert_int 2", "advert_int 0.1\n    version 3")
    for config, seconds in ((two, 6 + 206 / 256), (three, 0.3 + 206 / 256 * 0.1)):
        configuration = facts("director2", "BACKUP", config).configuration
        assert configuration is not None
        assert master_down(configuration.vrrp[0]) == pytest.approx(seconds)


def test_a_change_that_is_unfinished_has_to_be_settled_first() -> None:
    one, other = pair()
    left = UnfinishedView("t1", "Drain x", "ben@ops2", 1.0, ())
    with pytest.raises(PlanRefused, match=r"director2: the change “Drain x” by ben@ops2 .* settle it first") as refused:
        make(drain(), [one, replace(other, unfinished=left)])
    assert refused.value.guard is not None
    assert refused.value.guard.name == "unfinished"


@pytest.mark.parametrize(
    ("sysctl", "word"), [(None, "end when"), ("0", "dropped without a word"), ("1", "next packet")]
)
def test_connections_of_what_is_removed_are_counted(sysctl: str | None, word: str) -> None:
    sysctls = {} if sysctl is None else {"net.ipv4.vs.expire_nodest_conn": sysctl}
    intent = Intent("remove", (Target(SERVICE, REAL),), None, "ana@ops1", WHEN)
    [guard, _] = told(make(intent, pair(sysctls=sysctls)), "connections")
    assert guard.level == "ask"
    assert "7 connections" in guard.text
    assert word in guard.text


def test_what_is_in_the_kernel_already_is_asked_about() -> None:
    new = Target(SERVICE, "192.168.211.13:8083")
    without = both(text(ports=(8081, 8082)))
    full = facts("director1", "MASTER").weights
    plan = make(Intent("add", (new,), None, "ana@ops1", WHEN), [replace(one, weights=full) for one in without])
    assert level(plan, "unmanaged") == "ask"


def test_a_quorum_that_is_lost_already_does_not_stop_a_restore() -> None:
    dead = {(SERVICE, f"192.168.211.13:{port}"): False for port in (8081, 8082, 8083)}
    drained = make(drain(), both(text(extra="quorum 2\n    sorry_server 10.0.0.1 80"), alive=dead))
    assert level(drained, "quorum") == "note"


# --- properties ---

_WEIGHTS = st.lists(st.tuples(st.integers(0, 9), st.booleans()), min_size=2, max_size=5)


@given(reals=_WEIGHTS, quorum=st.integers(1, 12), hysteresis=st.integers(0, 6), sorry=st.booleans(), data=st.data())
def test_no_change_that_is_let_through_takes_the_live_servers_away(
    reals: list[tuple[int, bool]], quorum: int, hysteresis: int, sorry: bool, data: st.DataObject
) -> None:
    """keepalived drops every live server when their weight falls under its quorum; a reload only lowers what it has."""
    extra = f"quorum {quorum}\n    hysteresis {hysteresis}" + ("\n    sorry_server 10.0.0.1 80" if sorry else "")
    blocks = "".join(f"real_server 10.0.0.{n} 80 {{\n weight {w}\n }}\n" for n, (w, _) in enumerate(reals))
    config = f"virtual_server 10.10.0.20 80 {{\n lb_algo rr\n protocol TCP\n {extra}\n {blocks}}}\n"
    alive = {(SERVICE, f"10.0.0.{n}:80"): up for n, (_, up) in enumerate(reals)}
    target = data.draw(st.integers(0, len(reals) - 1))
    weight = data.draw(st.integers(0, 12).filter(lambda one: one != reals[target][0]))
    intent = Intent("weight", (Target(SERVICE, f"10.0.0.{target}:80"),), weight, "ana@ops1", WHEN)
    plan = make(intent, both(config, alive=alive))

    def kept(weights: list[int]) -> bool:
        total = sum(weights)
        effective = min(quorum, total)
        need = max(1, effective - min(hysteresis, max(effective - 1, 0)))
        return sum(one for one, (_, up) in zip(weights, reals, strict=True) if up) >= need

    before = [one for one, _ in reals]
    after = [weight if n == target else one for n, one in enumerate(before)]
    grave = {guard.level for guard in plan.guards if guard.name in ("quorum", "last-server")}
    if kept(before) and not kept(after):
        assert grave == ({"refuse"} if sorry else {"ask"})
    elif kept(after):
        assert "refuse" not in grave
    else:
        assert grave == {"note"}


@given(data=st.data())
def test_any_change_is_undone_to_the_byte_and_predicts_what_its_files_say(data: st.DataObject) -> None:
    extra = data.draw(st.sampled_from(["", "weight 3", "alpha", "persistence_timeout 60"]))
    directors = [facts(name, role, text(role, 100, extra)) for name, role in (("d1", "MASTER"), ("d2", "BACKUP"))]
    ports = data.draw(st.lists(st.sampled_from((8081, 8082, 8083)), min_size=1, max_size=2, unique=True))
    targets = tuple(Target(SERVICE, f"192.168.211.13:{port}") for port in ports)
    actions: tuple[Action, ...] = ("drain", "weight", "remove", "add")
    action = data.draw(st.sampled_from(actions))
    if action == "add":
        targets = (Target(SERVICE, f"192.168.211.13:{data.draw(st.integers(9000, 9009))}"),)
    weight = data.draw(st.integers(2, 9)) if action in ("weight", "add") else None
    reason = data.draw(st.text(max_size=40))
    plan = make(Intent(action, targets, weight, "ana@ops1", WHEN, reason), directors)
    after = [facts(one.name, one.role or "", one.replacements[0].data.decode()) for one in plan.directors]
    for one, now in zip(plan.directors, after, strict=True):
        assert now.weights is not None
        assert all(now.weights.get(key) == weight for key, weight in one.expected)
    told = record(plan, Outcome("done", 0, "", {}), id="1", wall=1.0, overrides=frozenset())
    undo = make(undo_of(told, "ana@ops1", WHEN), after)
    if undo.follow_up is not None:
        middle = [facts(one.name, one.role or "", one.replacements[0].data.decode()) for one in undo.directors]
        undo = make(undo.follow_up.intent, middle)
    original = {one.name: one.files.files[0].data for one in directors if one.files is not None}
    assert {one.name: one.replacements[0].data for one in undo.directors} == original
    assert all(one.replacements[0].path == PATH for one in undo.directors)


def test_every_row_of_a_group_is_predicted() -> None:
    config = text().replace("virtual_server 10.10.0.20 80 {", "virtual_server group web {")
    group = "virtual_server_group web {\n    10.10.0.20 80\n    10.10.0.21 81\n    fwmark 3\n}\n"
    directors = both(group + config)
    plan = make(Intent("drain", (Target("group/web", REAL),), None, "ana@ops1", WHEN), directors)
    configuration = directors[0].configuration
    assert configuration is not None
    server = configuration.virtual_servers[0]
    real = next(one for one in server.real_servers if str(one.key) == REAL)
    assert [key for key, _ in plan.directors[0].expected] == list(kernel_keys(server, real))
    assert len(plan.directors[0].expected) == 3
