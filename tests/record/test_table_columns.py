"""Samples of the kernel's tables are the same after they were columns, whatever came before them in the chunk."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, RealServerId, Service, ServiceChange, ServiceId
from lvstui.record.table_columns import TableColumns
from tests.support.telling import NAMES


def _number(chance: random.Random) -> int:
    return chance.choice([0, 1, 7, 4_294_967_296, 18_446_744_073_709_551_615])


def _row(chance: random.Random) -> RealServer:
    address = chance.choice(["192.0.2.1", "2001:db8::1", "192.0.2.2"])
    numbers = [_number(chance) for _ in range(8)]
    thresholds = chance.choice([(0, 0), (100, 80)])
    return RealServer(address, chance.choice([80, 8080]), chance.choice(["NAT", "DR"]), 5, *thresholds, *numbers)


def _service(chance: random.Random) -> Service:
    id = chance.choice([ServiceId("inet", "tcp", "10.0.0.1", 80, 0), ServiceId("inet6", "", "", 0, 7)])
    counters = [_number(chance) for _ in range(5)]
    return Service(id, chance.choice(["rr", "wlc"]), 1, 300, "255.255.255.255", "", *counters)


def _sample(chance: random.Random, at: float) -> Ipvs:
    changes = [
        ServiceChange(
            _service(chance),
            tuple(_row(chance) for _ in range(chance.randint(0, 4))),
            tuple(RealServerId("192.0.2.9", port) for port in range(chance.randint(0, 2))),
        )
        for _ in range(chance.randint(0, 3))
    ]
    gone = (ServiceId("inet", "udp", "10.0.0.2", 53, 0),) if chance.random() < 0.2 else ()
    error = "the ip_vs module is gone" if chance.random() < 0.1 else None
    return Ipvs(at, chance.random() < 0.2, chance.random() < 0.9, tuple(changes), gone, error)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_read_is_what_was_written(seed: int) -> None:
    chance = random.Random(seed)
    writer, reader = TableColumns(), TableColumns()
    for number in range(30):
        name, sample = chance.choice(NAMES), _sample(chance, number + chance.random())
        line = json.dumps(writer.encode(name, sample))
        assert reader.decode(name, json.loads(line)) == sample


def test_what_stays_is_named_once() -> None:
    columns, chance = TableColumns(), random.Random(1)
    sample = replace(_sample(chance, 1.0), changed=(ServiceChange(_service(chance), (_row(chance),), ()),))
    first, second = (json.dumps(columns.encode(NAMES[0], sample)) for _ in range(2))
    assert sample.changed[0].changed[0].address in first
    assert sample.changed[0].changed[0].address not in second


def test_a_damaged_line_is_an_error() -> None:
    for value in ([], [1.0, True, True, None, [], [], [], [1, [5], [1]], [0], []], {"a": 1}):
        with pytest.raises((ValueError, TypeError, LookupError)):
            TableColumns().decode(NAMES[0], value)  # type: ignore[arg-type]  # damaged
