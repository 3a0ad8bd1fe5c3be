"""What a reload does beside the change: what was not loaded comes along, adverts pause, some weights are forgotten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import Plan, make
from tests.support.guarding import MISC, both, level, told
from tests.support.pair import REAL, SERVICE, WHEN, drain, facts, pair, text


def test_misc_dynamic_anywhere_is_asked_about_and_its_rows_may_change() -> None:
    config = text().replace("TCP_CHECK {\n            connect_timeout 3\n        }", MISC, 1)  # of 8081
    plan = make(drain(), both(config))
    assert level(plan, "misc-dynamic") == "ask"
    assert [{key[1].port for key in one.tolerated} for one in plan.directors] == [{8081}, {8081}]
    assert "end the drain" not in told(plan, "misc-dynamic")[0].text
    mine = make(drain("192.168.211.13:8081"), both(config))
    assert any("end the drain" in guard.text for guard in told(mine, "misc-dynamic"))


def test_what_misc_dynamic_forgets_may_be_needed_for_the_quorum() -> None:
    config = text(extra="quorum 3").replace("TCP_CHECK {\n            connect_timeout 3\n        }", MISC, 1)
    heavy = config.replace("weight 1", "weight 5", 2).replace("weight 5", "weight 1", 1)  # 8082: five
    more = Intent("weight", drain().targets, 9, "ana@ops1", WHEN)
    assert "until then the live weight is below the quorum" not in told(make(more, both(heavy)), "misc-dynamic")[0].text
    plan = make(Intent("weight", drain().targets, 2, "ana@ops1", WHEN), both(config.replace("quorum 3", "quorum 4")))
    assert "the live weight is below the quorum of tcp/10.10.0.20:80 (3 of 4)" in told(plan, "misc-dynamic")[0].text


def test_what_is_not_loaded_yet_is_shown_where_it_is_known() -> None:
    def plan(loaded: str | None) -> Plan:
        directors = both(text(), pending=True)
        files = None if loaded is None else facts("director1", "MASTER", loaded).files
        return make(drain(), [replace(one, loaded=files) for one in directors])

    known = plan(text().replace("connect_timeout 3", "connect_timeout 9", 1))
    assert level(known, "pending") == "ask"
    assert "1 line added, 1 removed" in told(known, "pending")[0].text
    assert "-            connect_timeout 9\n+            connect_timeout 3\n" in known.directors[0].pending
    unknown = plan(None)
    assert level(unknown, "pending") == "ask"
    assert "cannot be shown" in told(unknown, "pending")[0].text
    assert level(plan(text()), "pending") == "note"  # touched, and nothing else


@pytest.mark.parametrize("loaded", [None, text().replace("connect_timeout 3", "connect_timeout 9", 1)])
def test_that_interfaces_are_not_known_is_said_of_what_is_not_loaded(loaded: str | None) -> None:
    files = None if loaded is None else facts("director1", "MASTER", loaded).files
    directors = [replace(one, loaded=files) for one in both(text(), pending=True)]
    said = "Whether the interfaces in them are there is not known"
    assert said not in told(make(drain(), directors), "pending")[0].text
    unknown = make(drain(), [replace(one, links_known=False) for one in directors])
    assert (level(unknown, "pending"), said in told(unknown, "pending")[0].text) == ("ask", True)


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
        assert configuration.vrrp[0].master_down == pytest.approx(seconds)


def test_the_other_director_may_wait_for_one_advert_only() -> None:
    """1 s and the skew with `down_timer_adverts 1`, 3 s and the skew without it."""
    for lines, expected in (("", None), ("    down_timer_adverts 1\n", "ask")):
        config = text("BACKUP", 50).replace("    priority 50\n", f"    priority 50\n{lines}")
        directors = [facts("director1", "MASTER", version="2.3.3"), facts("director2", "BACKUP", config, "2.3.3")]
        plan = make(drain(), [replace(one, reload_s=2.5) for one in directors])
        assert level(plan, "reload-time") == expected
