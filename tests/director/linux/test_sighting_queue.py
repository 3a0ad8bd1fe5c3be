"""What is seen is told soon, in few messages, bounded by rate; of the network what has changed."""

from __future__ import annotations

from lvstui.director.linux.sighting_queue import SightingQueue
from lvstui.director.protocol.host_messages import Address, Link, Network
from lvstui.director.protocol.sighting_messages import Sighting, Sightings
from tests.support.waiting import until_true

HOME = Address("ens33", "10.10.0.11", 24, 1.0)
VIP = Address("ens33", "10.10.0.20", 32, 99.990)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def network(at: float, *addresses: Address, up: bool = True) -> Network:
    return Network(at, (Link("ens33", up),), addresses, None)


async def told(*states: Network) -> list[Sighting]:
    messages: list[Sightings] = []
    queue = SightingQueue(messages.append, Clock())
    for state in states:
        queue.network(state)
    queue.flush()
    return [one for message in messages for one in message.seen]


async def test_an_address_was_added_between_the_kernels_stamp_and_its_reading() -> None:
    [seen] = await told(network(50.0, HOME), network(100.0, HOME, VIP))
    assert (seen.kind, seen.address, seen.family, seen.interface) == ("added", "10.10.0.20", "inet", "ens33")
    assert abs(seen.at - 99.995) < 1e-9
    assert abs(seen.uncertainty - 0.005) < 1e-9


async def test_a_stamp_that_cannot_be_right_is_passed_over() -> None:
    [seen] = await told(network(50.0), network(100.0, VIP._replace(created=0.0)))
    assert seen.at == 100.0
    [seen] = await told(network(50.0), network(100.0, VIP._replace(created=101.0)))
    assert seen.at == 100.0


async def test_what_an_agent_reads_late_was_put_there_after_the_state_before() -> None:
    [seen] = await told(network(50.0), network(100.0, VIP._replace(created=94.0)))
    assert (seen.at, seen.uncertainty) == (97.0, 3.0)
    [seen] = await told(network(95.0), network(100.0, VIP._replace(created=94.0)))
    assert seen.at == 100.0, "it was there before; its interface has a new name"


async def test_a_vip_that_is_removed_and_put_back_before_it_is_read_is_told_as_both() -> None:
    removed, added = await told(network(50.0, HOME, VIP._replace(created=10.0)), network(100.0, HOME, VIP))
    assert (removed.kind, added.kind) == ("removed", "added")
    assert {(one.address, one.interface, one.family) for one in (removed, added)} == {("10.10.0.20", "ens33", "inet")}
    assert removed.at == 99.990
    assert removed.at <= added.at
    assert abs(removed.uncertainty - 0.06) < 1e-9
    seen = await told(network(50.0, VIP._replace(created=10.0)), network(100.0, VIP._replace(created=101.0)))
    assert [(one.kind, one.at) for one in seen] == [("removed", 100.0), ("added", 100.0)], "the stamp cannot be right"


async def test_a_stamp_that_goes_back_is_passed_over() -> None:
    assert await told(network(50.0, VIP._replace(created=40.0)), network(100.0, VIP._replace(created=0.0))) == []


async def test_what_is_gone_and_a_link_that_goes_down_are_told() -> None:
    seen = await told(network(50.0, HOME, VIP), network(60.0, HOME), network(61.0, HOME, up=False))
    assert [(one.kind, one.at, one.address) for one in seen] == [("removed", 60.0, "10.10.0.20"), ("down", 61.0, "")]


async def test_the_first_state_and_one_after_an_error_tell_nothing() -> None:
    assert await told(network(50.0, HOME, VIP)) == []
    assert await told(network(50.0, VIP), Network(55.0, (), (), "lost"), network(60.0)) == []


async def test_nothing_is_told_when_nothing_is_new() -> None:
    messages: list[Sightings] = []
    queue = SightingQueue(messages.append, Clock())
    queue.flush()
    queue.flush()
    assert len(messages) == 1, "that nothing is watched, once"


async def test_what_was_told_is_told_again_to_whom_asks() -> None:
    messages: list[Sightings] = []
    queue = SightingQueue(messages.append, Clock())
    queue.flush()
    queue.tell_again()
    queue.flush()
    assert len(messages) == 2


async def test_a_flood_is_told_of_by_its_number_alone() -> None:
    messages: list[Sightings] = []
    clock = Clock()
    queue = SightingQueue(messages.append, clock)
    for number in range(10_000):
        queue.add(Sighting("advert", float(number), 0.001, "ens33", own=False, vrid=51))
    await until_true(lambda: bool(messages))
    [message] = messages
    assert len(message.seen) == 300
    assert message.lost == 9_700
    clock.now += 1
    for number in range(100):
        queue.add(Sighting("advert", float(number), 0.001, "ens33", own=False, vrid=51))
    queue.flush()
    assert len(messages[-1].seen) == 20
