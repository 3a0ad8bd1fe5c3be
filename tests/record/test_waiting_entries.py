"""A disk that hangs costs no more memory than so many entries; the table is right when it goes on, and it is told once."""

from __future__ import annotations

import asyncio
import random
import threading
from typing import cast

import pytest

from lvstui.cluster.observed.ipvs_table import KernelTable
from lvstui.cluster.view import EventView
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.host_messages import Host
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServerId, ServiceChange, ServiceId
from lvstui.record import recorder as recorder_module
from lvstui.record.chunk_writer import Batch, ChunkWriter
from lvstui.record.recorded_entries import Entry
from lvstui.record.recorder import Recorder
from lvstui.record.waiting_entries import WaitingEntries, thinned
from tests.support.telling import NAMES, row, service
from tests.support.waiting import limit, until_seen

IDS = [ServiceId("inet", "tcp", f"10.10.0.{number}", 80, 0) for number in range(3)]


def changed(id: ServiceId, *active: tuple[int, int], gone: tuple[int, ...] = ()) -> ServiceChange:
    there = tuple(row(port, active=number) for port, number in active)
    return ServiceChange(service(id), there, tuple(RealServerId(row(port).address, port) for port in gone))


def samples(seed: int, number: int) -> list[Ipvs]:
    """Return what a Director says whose services and real servers come, go and change by chance."""
    chance, told = random.Random(seed), [Ipvs(0.0, True, True, (changed(IDS[0], (8081, 1)),), (), None)]
    for at in range(1, number):
        ids = chance.sample(IDS, chance.randint(0, 2))
        changes = [
            changed(
                id,
                *((port, chance.randint(0, 99)) for port in chance.sample(range(8081, 8086), 2)),
                gone=tuple(chance.sample(range(8086, 8089), 1)) if chance.random() < 0.5 else (),
            )
            for id in ids
        ]
        gone = tuple(id for id in IDS if id not in ids and chance.random() < 0.1)
        error = "no module" if chance.random() < 0.1 else None
        full = chance.random() < 0.05
        told.append(Ipvs(float(at), full, True, () if error else tuple(changes), () if error or full else gone, error))
    return told


def table(told: list[Ipvs]) -> tuple[object, ...]:
    kernel = KernelTable()
    for sample in told:
        kernel.apply(sample)
    return kernel.services, kernel.rows, kernel.at, kernel.error


def message(value: object, at: float = 0.0, director: str = NAMES[0]) -> Entry:
    return Entry("message", at, at, director, value)


@pytest.mark.parametrize("seed", range(40))
def test_the_table_is_the_same_with_and_without_what_is_left_out(seed: int) -> None:
    told = samples(seed, 30)
    kept = [entry.value for entry in thinned([message(one, one.at) for one in told])]
    assert len(kept) <= 2, "one of the table, one of an error"
    assert table(kept) == table(told)


def test_what_is_told_once_stays_and_of_the_rest_the_last() -> None:
    host = Host(1.0, 0.5, 4, 12.0, 40.0, (), 5_000, 262_144, None)
    entries = [Entry("connected", 0.0, 0.0, NAMES[0], "root"), message(Files(0.0, "/a", (), (), None))]
    entries += [message(host, at, name) for at in range(5) for name in NAMES]
    entries += [Entry("shown", 9.0, 9.0, "", None), Entry("outcome", 9.0, 9.0, "", "done")]
    kept = thinned(entries)
    assert [entry.kind for entry in kept] == ["connected", "message", "message", "message", "outcome"]
    assert [entry.now for entry in kept if entry.value == host] == [4, 4]


def test_there_are_so_many_at_most_by_number_and_by_size() -> None:
    waiting = WaitingEntries(most=100)
    told = samples(3, 5_000)
    assert sum(waiting.put(message(one, one.at)) for one in told) > 10
    assert len(waiting) <= 101
    assert table([entry.value for entry in waiting.take()]) == table(told)
    waiting = WaitingEntries(most_bytes=100_000)
    assert sum(waiting.put(message(one, one.at)) for one in told) > 0
    assert len(waiting) < 200


def test_what_cannot_be_left_out_is_not_gone_through_each_time() -> None:
    waiting = WaitingEntries(most=100)
    looked = sum(waiting.put(Entry("outcome", 0.0, 0.0, "", number)) for number in range(10_000))
    assert len(waiting) == 10_000 and looked < 20


class HangingWriter:
    """A disk that takes what it is given when it is let go."""

    path = None

    def __init__(self) -> None:
        self.batches: list[Batch] = []
        self.go = threading.Event()

    def write(self, batch: Batch) -> None:
        self.batches.append(batch)
        self.go.wait()

    def close(self) -> None:
        """Do nothing."""


async def test_a_disk_that_hangs_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "WaitingEntries", lambda: WaitingEntries(most=100))
    writer, said = HangingWriter(), list[EventView]()
    recorder = Recorder(cast(ChunkWriter, writer), lambda: 1.0, lambda: 1.0)
    recorder.note = said.append
    async with limit():
        writing = asyncio.create_task(recorder.commit())
        await until_seen(lambda: len(writer.batches) == 1)
        told = samples(5, 3_000)
        for sample in told:
            recorder.put("message", NAMES[0], sample, sample.at, sample.at)
        assert [one.text for one in said] == [
            "what is recorded waits for the disk: the oldest figures are left out meanwhile"
        ]
        writer.go.set()
        await writing
        await recorder.commit()
    assert [one.text for one in said[1:]] == ["it is recorded again"]
    written = writer.batches[-1].entries
    assert len(written) <= 101
    assert table([entry.value for entry in written]) == table(told)
