"""Adverts that are news, gratuitous ARP, and interfaces: each told once, when it was seen."""

from __future__ import annotations

from lvstui.director.protocol.sighting_messages import Sighting, Sightings
from tests.support.telling import NAMES, VIPS, WALL, Pair, advertiser

ONE, TWO, STRANGER = "10.10.0.11", "10.10.0.12", "10.10.0.99"


def pair() -> Pair:
    up = Pair().up()
    up.network("director1", *VIPS.values(), ONE)
    up.network("director2", TWO)
    hears(up, ONE)
    up.view()
    return up.after(60.0)


def hears(told: Pair, source: str, *, last: float | None = None, priority: int = 100) -> None:
    told.adverts("director2", advertiser(source, told.now if last is None else last, priority=priority))
    told.sample()


def advert(told: Pair, source: str = ONE, *, priority: int = 100, own: bool = False) -> Sighting:
    at = told.now - 0.25
    return Sighting("advert", at, 0.0001, "ens33", own, "inet", source, "", 51, 2, priority, 1.0)


def sees(told: Pair, *seen: Sighting, by: str = "director2") -> list[tuple[float, str, str]]:
    """Return what it tells: when, source and text."""
    before = told.sample().view().events
    told.say(by, Sightings(told.now, seen, (), (), 0, None))
    return [(one.wall - WALL, one.source, one.text) for one in told.view().events if one not in before]


def test_what_is_heard_first_when_a_link_begins_is_how_things_are() -> None:
    told = Pair().up()
    told.network("director1", ONE)
    told.network("director2", TWO)
    assert sees(told.after(1.0), advert(told)) == []


def test_the_first_advert_after_a_silence() -> None:
    told = pair()
    (one,) = sees(told, advert(told))
    assert one == (told.now - 0.25, "director2", "first advert of director1 for VRID 51, priority 100")


def test_an_advert_with_priority_0_gives_up() -> None:
    told = pair()
    (one,) = sees(told, advert(told, priority=0))
    assert one[2] == "director1 gives up VRID 51: an advert with priority 0"


def test_another_priority() -> None:
    told = pair()
    sees(told, advert(told))
    (one,) = sees(told, advert(told, priority=80))
    assert one[2] == "director1 advertises VRID 51 with priority 80, before 100"


def test_a_foreign_router() -> None:
    told = pair()
    (one,) = sees(told, advert(told, STRANGER))
    assert one[2] == "a foreign router, 10.10.0.99, advertises VRID 51, priority 100"


def test_while_an_address_is_not_known_nobody_is_called_foreign() -> None:
    told = Pair()
    told.link("director2")
    told.network("director2", TWO)
    (one,) = sees(told.after(60.0), advert(told, STRANGER))
    assert one[2] == "first advert of 10.10.0.99 for VRID 51, priority 100"


def test_its_own_adverts_are_no_news_to_a_director() -> None:
    told = pair()
    assert sees(told, advert(told, own=True), by="director1") == []


def test_the_last_advert_is_told_with_its_own_time_once_nobody_waits_for_another() -> None:
    told = pair()
    hears(told, ONE)
    last = told.now
    told.view()
    for _ in range(8):
        told.after(1.0)
        hears(told, ONE, last=last)
        told.view()
    found = [(one.wall - WALL, one.source, one.text) for one in told.view().events if "last advert" in one.text]
    assert found == [(last, "director2", "last advert of director1 for VRID 51, priority 100")]


def test_who_gives_up_falls_silent_without_another_word() -> None:
    told = pair()
    hears(told, ONE)
    told.view()
    last = told.now
    for _ in range(8):
        told.after(1.0)
        hears(told, ONE, last=last, priority=0)
    assert [one.text for one in told.view().events if "last advert" in one.text] == []


def test_nothing_is_said_of_a_silence_that_another_link_has_hidden() -> None:
    told = pair()
    hears(told, ONE)
    told.view()
    told.after(20.0).link("director2")
    told.adverts("director2", since=told.now)
    told.sample().view()
    assert [one.text for one in told.after(10.0).view().events if "last advert" in one.text] == []


def test_gratuitous_arp_of_a_vip_and_no_other() -> None:
    told = pair()
    arp = Sighting("neighbour", told.now, 0.0001, "ens33", True, "inet", "02:00:00:00:00:01", VIPS["VI_1"])
    (one,) = sees(told, arp, by="director1")
    assert one[1:] == ("director1", f"announces {VIPS['VI_1']} by gratuitous ARP")
    assert sees(told, arp._replace(address=ONE), arp._replace(own=False), by="director1") == []


def test_an_interface_of_an_instance_that_goes_down() -> None:
    told = pair()
    down = Sighting("down", told.now, 0.001, "ens33", False)
    (one,) = sees(told, down, down._replace(interface="eth7"), by=NAMES[0])
    assert one == (told.now, "director1", "interface ens33 is down")
