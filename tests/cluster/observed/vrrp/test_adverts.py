"""Who hears whom: what the adverts make of a split brain, of a BACKUP, of a stranger, and of a Director without a link."""

from __future__ import annotations

import time

import pytest

from lvstui.cluster.finding import A_FAILOVER
from lvstui.cluster.observed.vrrp.adverts import patience
from lvstui.cluster.view import Problem, Severity
from tests.support.telling import NAMES, OFF, VIPS, Pair, advertiser

OWN = {"director1": "10.10.0.11", "director2": "10.10.0.12"}


def pair_with_addresses() -> Pair:
    """director2 hears director1, as it should be."""
    pair = Pair().up()
    pair.network("director1", OWN["director1"], *VIPS.values())
    pair.network("director2", OWN["director2"])
    for name in NAMES:
        pair.adverts(name)
    hears(pair)
    pair.sample()
    return pair


def hears(pair: Pair, *, adverts: int = 90) -> None:
    pair.adverts("director2", advertiser("10.10.0.11", pair.now, adverts=adverts))


def clock(pair: Pair, now: float) -> str:
    """As an operator reads it: messages carry the Director's clock, and the operator's is shown."""
    return time.strftime("%H:%M:%S %Z", time.localtime(pair.wall(now) - OFF))


def problem(pair: Pair, id: str) -> Problem:
    return next(one for one in pair.view().problems if one.id == id)


def splits(pair: Pair) -> None:
    """Both are MASTER of VI_1 for long enough to be told."""
    pair.log("director2", "(VI_1) Entering MASTER STATE")
    pair.network("director2", OWN["director2"], VIPS["VI_1"])
    pair.view()
    pair.after(A_FAILOVER + 0.1).sample()


def test_a_pair_that_hears_itself_is_well_and_the_rate_is_what_was_heard() -> None:
    pair = pair_with_addresses()
    assert pair.problems() == {}
    for number in range(1, 13):
        pair.after(1.0)
        hears(pair, adverts=90 + number)
        pair.sample()
    heard = pair.vrrp_of("director2").adverts
    assert heard is not None
    [one] = heard.heard
    assert (one.source, one.priority, one.silent_s, one.per_s) == ("10.10.0.11", 100, 0.0, 1.0)
    assert pair.vrrp_of("director2").adverts_per_s == 1.0
    assert pair.vrrp_of("director1").adverts_per_s == 1.0, "as director2 hears it"
    pair.after(patience(1.0, 100) + 0.1).sample()
    assert pair.vrrp_of("director2").adverts_per_s == 0.0


def test_split_brain_says_when_the_last_advert_was_heard() -> None:
    pair = pair_with_addresses()
    last = pair.now
    pair.after(4).sample()
    splits(pair)
    assert problem(pair, "split:VI_1").detail == (
        f"director2 hears no adverts from director1 on ens33 (last at {clock(pair, last)}). "
        f"director1 hears no adverts from director2 on ens33 (none since {clock(pair, 900.0)}). "
        "Check the network between them; clients may reach either."
    )


def test_split_brain_of_two_that_hear_each_other_is_no_matter_of_the_network() -> None:
    pair = pair_with_addresses()
    splits(pair)
    pair.adverts("director1", advertiser("10.10.0.12", pair.now, priority=50))
    hears(pair)
    detail = problem(pair, "split:VI_1").detail
    assert "director1 hears those of director2 on ens33, priority 50" in detail
    assert "director2 hears those of director1 on ens33, priority 100. The adverts are rejected: compare" in detail


@pytest.mark.parametrize("why", ["error", "just begun", "lost", "elsewhere"])
def test_silence_is_not_claimed_where_it_is_not_known(why: str) -> None:
    pair = pair_with_addresses()
    pair.after(4)
    for name in NAMES:
        if why == "error":
            pair.adverts(name, error="it needs root")
        elif why == "just begun":
            pair.adverts(name, since=pair.now)
        elif why == "lost":
            pair.adverts(name, lost=1)
        else:
            pair.adverts(name, interfaces=["ens36"])
    splits(pair)
    assert problem(pair, "split:VI_1").detail.startswith("Whether they hear each other's adverts is unknown")
    assert not [id for id in pair.problems() if id.startswith("unheard")]


@pytest.mark.parametrize(("since", "waits"), [(950.0, 1), (1000.5, 2)])
def test_a_backup_that_hears_nobody_is_told_when_it_should_have_acted(since: float, waits: int) -> None:
    """One that became BACKUP only after the last advert waits as long as any."""
    pair = pair_with_addresses()
    last = pair.now
    pair.vrrp("director2", "BACKUP", since=since, masters=waits - 1)
    told_after = 0.0
    while not told_after:
        pair.after(0.1).sample()
        if "unheard:director2:VI_1" in pair.problems():
            told_after = pair.now - last
    assert told_after == pytest.approx(waits * patience(1.0, 100) + A_FAILOVER, abs=0.2)
    found = problem(pair, "unheard:director2:VI_1")
    assert (found.severity, found.director) == (Severity.ERROR, "director2")
    assert found.text == f"director2 is BACKUP of VI_1 and hears no adverts on ens33 (last at {clock(pair, last)})"
    hears(pair)
    pair.sample()
    assert "unheard:director2:VI_1" not in pair.problems()


def test_between_two_slow_samples_silence_is_not_taken_for_one() -> None:
    pair = pair_with_addresses()
    for _ in range(20):
        pair.after(0.5).log("director2")  # anything else that it says
    heard = pair.vrrp_of("director2").adverts
    assert heard is not None and heard.heard


def lasts(pair: Pair, seconds: float) -> None:
    pair.view()
    pair.after(seconds).sample()


@pytest.mark.parametrize(
    ("vrid", "severity", "text"),
    [
        (
            51,
            Severity.ERROR,
            "10.10.0.66 advertises VRID 51 on ens33, the VRID of VI_1, but is not one of the Directors",
        ),
        (9, Severity.INFO, "10.10.0.66 advertises VRID 9 on ens33: a foreign router; no instance here has that VRID"),
    ],
)
def test_a_stranger_is_told_for_as_long_as_it_advertises(vrid: int, severity: Severity, text: str) -> None:
    pair = pair_with_addresses()
    strangers = [advertiser("10.10.0.66", pair.now + 2.0, vrid=vrid, priority=150)]
    pair.after(2.0).adverts("director1", *strangers)
    pair.adverts("director2", advertiser("10.10.0.11", pair.now), *strangers)
    pair.sample()
    lasts(pair, A_FAILOVER)
    found = problem(pair, f"foreign:ens33:{vrid}")
    assert (found.severity, found.text) == (severity, text)
    assert found.detail.startswith("Heard by director1 and director2, priority 150.")
    hears(pair)
    pair.after(4.0).sample()
    assert not [id for id in pair.problems() if id.startswith("foreign")]


def test_many_strangers_are_one_line() -> None:
    pair = pair_with_addresses()
    pair.adverts("director2", *(advertiser(f"10.10.1.{number}", pair.now, vrid=9) for number in range(40)))
    lasts(pair, A_FAILOVER)
    assert pair.problems()["foreign:ens33:9"].startswith(
        "10.10.1.0, 10.10.1.1, 10.10.1.10 and 37 more advertise VRID 9 on ens33"
    )


def test_a_director_whose_addresses_are_not_known_is_no_stranger() -> None:
    pair = Pair()
    pair.link("director2")
    pair.network("director2", OWN["director2"])
    pair.adverts("director2", advertiser("10.10.0.11", pair.now))
    pair.ipvs("director2")
    lasts(pair, A_FAILOVER)
    assert not [id for id in pair.problems() if id.startswith("foreign")]


def test_a_director_without_a_link_that_is_heard_is_said_to_be_alive() -> None:
    pair = pair_with_addresses()
    pair.state.failed("director1", "connection refused", "", permanent=True, retry_in=None, now=pair.now)
    hears(pair)
    pair.sample()
    detail = problem(pair, "link:director1").detail
    assert detail.startswith("director2 hears its adverts (VRID 51): it is alive, and MASTER. Nothing else is known")
    pair.after(4.1).sample()
    assert problem(pair, "link:director1").detail.startswith("Its state is unknown.")


def test_why_a_director_cannot_listen_is_told() -> None:
    pair = Pair().up()
    pair.adverts("director1", error="listening to VRRP adverts needs root (CAP_NET_RAW)")
    assert pair.problems() == {
        "missing:director1:VRRP adverts": "director1: VRRP adverts: listening to VRRP adverts needs root (CAP_NET_RAW)"
    }


def test_when_somebody_was_last_heard_outlives_the_agent() -> None:
    pair = pair_with_addresses()
    last = pair.now
    pair.after(4).link("director2")
    pair.keepalived("director2")
    pair.vrrp("director2", "BACKUP")
    pair.network("director2", OWN["director2"])
    pair.adverts("director2", since=pair.now)
    pair.ipvs("director2")
    for _ in range(12):
        pair.after(1.0).sample().view()
    assert pair.problems()["unheard:director2:VI_1"].endswith(f"(last at {clock(pair, last)})")


def test_one_of_many_silent_senders_is_not_kept_for_ever() -> None:
    pair = pair_with_addresses()
    for number in range(600):
        pair.after(0.01).adverts("director2", advertiser(f"10.{number >> 8}.{number & 255}.1", pair.now, vrid=9))
    director = pair.state._directors[1]
    assert len(list(director.adverts.senders())) <= 257


def test_who_waits_for_one_advert_is_not_heard_sooner() -> None:
    assert patience(5.0, 100, 2) == pytest.approx(15 + 156 / 256)
    assert patience(5.0, 100, 2, adverts=1) == pytest.approx(6.0)  # 5.6 s, and one may be on its way
    assert patience(0.1, 100, 3, adverts=1) == pytest.approx(1.1)
