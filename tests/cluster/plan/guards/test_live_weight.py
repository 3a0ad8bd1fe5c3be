"""Whether enough weight stays alive: the quorum, its scripts, and the last server."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import make
from tests.support.guarding import both, level, told, tracking
from tests.support.pair import REAL, SERVICE, WHEN, drain, text

SCRIPTS = """quorum_up "/sbin/ip addr add 10.10.0.20/32 dev lo"
    quorum_down "/sbin/ip addr del 10.10.0.20/32 dev lo"
"""


DOWN = "quorum_down (/sbin/ip addr del 10.10.0.20/32 dev lo)"


def test_a_quorum_that_is_lost_already_does_not_stop_a_restore() -> None:
    dead = {(SERVICE, f"192.168.211.13:{port}"): False for port in (8081, 8082, 8083)}
    drained = make(drain(), both(text(extra="quorum 2\n    sorry_server 10.0.0.1 80"), alive=dead))
    assert level(drained, "quorum") == "note"


def test_the_last_live_server_is_asked_about_though_the_quorum_is_lost_already() -> None:
    """Without a sorry server, keepalived leaves what lives in the kernel when the quorum is lost."""
    alone = {(SERVICE, "192.168.211.13:8081"): False, (SERVICE, REAL): True}
    config = text(extra=f"quorum 2\n{SCRIPTS}", ports=(8081, 8082))
    plan = make(drain(), both(config, alive=alone))
    assert (level(plan, "quorum"), level(plan, "last-server")) == (None, "ask")
    assert told(plan, "last-server")[0].text.endswith("every new client is refused")  # quorum_down has been run
    with_sorry = make(drain(), both(config.replace("quorum 2", "quorum 2\nsorry_server 10.0.0.1 80"), alive=alone))
    assert (level(with_sorry, "quorum"), level(with_sorry, "last-server")) == ("note", None)


def test_a_quorum_that_is_lost_runs_its_script_and_that_is_said() -> None:
    dead = {(SERVICE, "192.168.211.13:8081"): False, (SERVICE, "192.168.211.13:8083"): True, (SERVICE, REAL): True}
    plan = make(drain(), both(text(extra=f"quorum 2\n{SCRIPTS}"), alive=dead))  # one of two that live, of three
    assert level(plan, "quorum") == "ask"
    assert f"and keepalived would run {DOWN}" in told(plan, "quorum")[0].text


def test_the_last_server_runs_it_too() -> None:
    plan = make(drain("192.168.211.13:8081", REAL, "192.168.211.13:8083"), both(text(extra=SCRIPTS)))
    assert level(plan, "last-server") == "ask"
    assert f"every new client is refused; and keepalived would run {DOWN}" in told(plan, "last-server")[0].text


def test_a_quorum_that_keepalived_lowers_is_not_lost_and_that_is_said() -> None:
    """Two servers of weight 1 and a quorum of 2: with one of them at 0, keepalived reads 1."""
    plan = make(drain(), both(text(extra=f"quorum 2\n{SCRIPTS}", ports=(8081, 8082))))
    assert level(plan, "quorum") == "ask"
    assert f"keepalived lowers it to 1, the most that its weights can reach, so it does not run {DOWN} before" in (
        told(plan, "quorum")[0].text
    )


def test_a_remove_that_runs_quorum_down_and_no_quorum_up_is_refused() -> None:
    """keepalived compares what is left with the quorum of before the reload; the quorum of after is met all the time."""
    remove = Intent("remove", (Target(SERVICE, REAL),), None, "ana@ops1", WHEN)
    config = text(extra=f"quorum 3\n{SCRIPTS}")
    refused = make(remove, both(config))
    assert level(refused, "quorum") == "refuse"
    said = told(refused, "quorum")[0].text
    assert f"without {REAL}, 2 of the 3 that {SERVICE} needs until the reload would be alive" in said
    assert f"keepalived would run {DOWN}, and no quorum_up after it" in said and "Drain it first" in said

    assert level(make(drain(), both(config)), "quorum") == "ask"  # which runs none
    drained = make(drain(), both(config)).directors[0].replacements[0].data.decode()
    assert level(make(remove, both(drained)), "quorum") == "note"
    assert level(make(remove, both(text(extra="quorum 3"))), "quorum") == "ask"  # there is no script
    assert level(make(remove, both(text(extra=f"quorum 3\nhysteresis 1\n{SCRIPTS}"))), "quorum") == "ok"
    dead = make(remove, both(text(extra=f"quorum 2\n{SCRIPTS}"), alive={(SERVICE, REAL): False}))
    assert level(dead, "quorum") == "ok"


def test_a_quorum_that_the_weights_do_not_reach_is_no_reason_against_an_add_or_a_restore() -> None:
    config = text(extra=f"quorum 2\n{SCRIPTS}", ports=(8081, 8082))
    add = Intent("add", (Target(SERVICE, "192.168.211.13:8084"),), 1, "ana@ops1", WHEN)
    assert level(make(add, both(config)), "quorum") == "ok"
    alone = both(config.replace("quorum 2", "quorum 9"))
    assert level(make(add, alone), "quorum") == "note"
    assert "is already below its quorum of 9 (2 after this)" in told(make(add, alone), "quorum")[0].text
    assert level(make(drain(), alone), "quorum") == "ask"


def test_a_quorum_that_is_gained_again_runs_its_script() -> None:
    drained = text(extra=SCRIPTS).replace("weight 1", "weight 0  # drained, was 1, 2026-11-22 14:01 by ana@ops1")
    restore = Intent("restore", (Target(SERVICE, REAL),), None, "ana@ops1", WHEN)
    plan = make(restore, both(drained))
    assert any(guard.level == "note" and "runs quorum_up (/sbin/ip addr add" in guard.text for guard in plan.guards)


def test_the_quorum_counts_what_checkers_add() -> None:
    """Configured weights 1, 10, 1: a file takes 9 from the second, so the two others are under a quorum of 3."""
    for added, expected in (({}, "ok"), ({(SERVICE, REAL): -9}, "ask")):
        plan = make(drain("192.168.211.13:8081"), tracking(added, "quorum 3"))
        assert level(plan, "quorum") == expected, added


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

    def lives(weights: list[int]) -> int:
        return sum(one for one, (_, up) in zip(weights, reals, strict=True) if up)

    def kept(weights: list[int]) -> bool:
        total = sum(weights)
        effective = min(quorum, total)
        need = max(1, effective - min(hysteresis, max(effective - 1, 0)))
        return lives(weights) >= need

    before = [one for one, _ in reals]
    after = [weight if n == target else one for n, one in enumerate(before)]
    grave = {guard.level for guard in plan.guards if guard.kind in ("quorum", "last-server")}
    if kept(before) and not kept(after):
        assert grave == ({"refuse"} if sorry else {"ask"})
    elif kept(after):
        assert "refuse" not in grave
    else:
        assert grave == ({"ask"} if lives(before) and not lives(after) and not sorry else {"note"})
