"""Measure a recording of 500 real servers on each Director: its size, what it costs, and how soon a moment is reached.

    python -m tests.bench.bench_record [HOURS] [ROWS]

An hour unless HOURS is given; in each second ROWS of the MASTER's real servers have other figures, 50 unless it is given, and the
BACKUP's have none.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from lvstui.cluster.state import ClusterState
from lvstui.console.runtime.garbage_collection import GarbageCollectionSchedule
from lvstui.director.protocol.checker_messages import CheckersUnchanged
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.host_messages import Host, Nic
from lvstui.director.protocol.ipvs_messages import Ipvs, RealServer, Service, ServiceChange, ServiceId
from lvstui.director.protocol.keepalived_messages import Keepalived
from lvstui.director.protocol.link_messages import Hello, Pong
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.director.protocol.vrrp_messages import Adverts
from lvstui.record.chunk_writer import Batch, ChunkWriter
from lvstui.record.recorded_entries import Entry
from lvstui.record.recorded_state import RecordedState, ReplayedState
from lvstui.record.recorder import CHUNK, Recorder
from lvstui.record.recording_reader import RecordingReader
from lvstui.record.replay import Replay
from tests.support.telling import MAIN, NAMES, WALL, advertiser, service

SERVERS, OF_EACH = 25, 20  # virtual servers, and real servers in each
REACHED = 0.1  # seconds
COST = 2.0  # percent of a processor
_COMPARED = 180  # seconds
_MOMENTS = 200


def service_id(number: int) -> ServiceId:
    return ServiceId("inet", "tcp", f"10.10.{number}.20", 80, 0)


def configuration() -> bytes:
    parts = []
    for number in range(SERVERS):
        reals = "".join(
            f" real_server 192.168.{number}.{host + 1} 8080 {{\n  weight 1\n  TCP_CHECK {{\n   connect_timeout 3\n  }}\n }}\n"
            for host in range(OF_EACH)
        )
        parts.append(f"virtual_server 10.10.{number}.20 80 {{\n lb_algo wlc\n lb_kind NAT\n protocol TCP\n{reals}}}\n")
    return "".join(parts).encode()


class Kernel:
    """The MASTER's table: traffic by chance, the same each time."""

    def __init__(self) -> None:
        self._chance = random.Random(1)
        self.rows = {
            (number, host): RealServer(f"192.168.{number}.{host + 1}", 8080, "NAT", 1, 0, 0, 40, 20, 0, *[10_000] * 5)
            for number in range(SERVERS)
            for host in range(OF_EACH)
        }

    def _service(self, number: int) -> Service:
        """Return a service with the counters of its real servers together, as the kernel counts."""
        counters = zip(*[self.rows[number, host][-5:] for host in range(OF_EACH)], strict=True)
        return Service(*service(service_id(number))[:-5], *map(sum, counters))

    def full(self, at: float) -> Ipvs:
        changes = [
            ServiceChange(self._service(number), tuple(self.rows[number, host] for host in range(OF_EACH)), ())
            for number in range(SERVERS)
        ]
        return Ipvs(at, True, True, tuple(changes), (), None)

    def delta(self, at: float, rows: int) -> Ipvs:
        moved: dict[int, list[RealServer]] = {}
        for key in sorted(self._chance.sample(list(self.rows), rows)):  # in the kernel's order
            old, new = self.rows[key], self._chance.randint(1, 60)
            self.rows[key] = old._replace(
                active=max(0, old.active + self._chance.randint(-8, 8)),
                inactive=max(0, old.inactive + self._chance.randint(-8, 8)),
                connections=old.connections + new,
                in_packets=old.in_packets + 6 * new + self._chance.randint(0, 9),
                out_packets=old.out_packets + 5 * new + self._chance.randint(0, 9),
                in_bytes=old.in_bytes + self._chance.randint(300, 900) * new,
                out_bytes=old.out_bytes + self._chance.randint(3_000, 20_000) * new,
            )
            moved.setdefault(key[0], []).append(self.rows[key])
        changes = (ServiceChange(self._service(number), tuple(some), ()) for number, some in moved.items())
        return Ipvs(at, False, True, tuple(changes), (), None)


def told(kernel: Kernel, name: str, now: float, rows: int) -> Iterator[FromAgent]:
    """Give what a Director says in a second."""
    if now < 1:
        yield Hello(now, WALL, name, "root", True, "6.1.0", "3.11.2", ())
        yield Keepalived(now, True, 100, 101, 102, WALL, "2.2.7", MAIN, name, "systemd", WALL, None)
        data = configuration()
        yield Files(now, MAIN, (File(MAIN, data, "0" * 64, 1.0, 0, 0, 0o644, None),), (), None)
        yield kernel.full(now)
    elif name == NAMES[0]:
        yield kernel.delta(now, rows)
    else:
        yield Ipvs(now, False, True, (), (), None)
    heard = () if name == NAMES[0] else (advertiser("192.168.211.11", now, adverts=int(now) + 1),)
    yield Adverts(now, (), heard, 0, None)
    yield Host(now, 0.5, 4, 12.0, 40.0, (Nic("ens33", int(now) * 80_000, int(now) * 900_000, 0),), 5_000, 262_144, None)
    if int(now) % 2 == 0:
        yield Pong(now, round(now - 0.0011, 6), round(now - 0.0006, 6), now + WALL)
    if int(now) % 10 == 0:
        yield CheckersUnchanged(now)


def costs(folder: Path, rows: int) -> tuple[float, float]:
    """Return the CPU time of a second without and with a recording, in seconds, of every thread: of the same seconds in turn."""
    kernel, told_by = Kernel(), [(name, second) for second in range(_COMPARED) for name in NAMES]
    said = [(second, name, list(told(kernel, name, second + 0.25, rows))) for name, second in told_by]
    recorder = Recorder(ChunkWriter(folder, "cost", NAMES, 1.0), lambda: now, lambda: WALL + now)
    plain = ClusterState(NAMES, 0.0, WALL)
    recorded = RecordedState(recorder, NAMES, 0.0, WALL, interval=1.0)
    spent = {id(plain): 0.0, id(recorded): 0.0}
    now = 0.0
    for second in range(_COMPARED):
        now = second + 1.0
        for state in (plain, recorded) if second % 2 else (recorded, plain):
            began = time.process_time()
            for _, name, messages in said[2 * second : 2 * second + 2]:
                for message in messages:
                    state.receive(name, message, now)
            state.tick(now)
            state.view(now, WALL + now)
            if state is recorded:
                asyncio.run(recorder.commit())
            spent[id(state)] += time.process_time() - began
    return spent[id(plain)] / _COMPARED, spent[id(recorded)] / _COMPARED


def record(folder: Path, seconds: int, rows: int) -> tuple[Path, float]:
    """Write the recording. Return where, and the CPU time of writing in seconds, of every thread."""
    writer, kernel = ChunkWriter(folder, "bench", NAMES, 1.0), Kernel()
    state = ReplayedState(NAMES, 0.0, WALL)
    spent, chance = 0.0, random.Random(3)
    for second in range(seconds):
        now, wall = float(second), WALL + second
        at = now + round(chance.random(), 6)
        messages = [(name, message) for name in NAMES for message in told(kernel, name, at, rows)]
        times = sorted(round(now + chance.random(), 6) for _ in messages)
        entries = [Entry("message", at, at + WALL, *one) for at, one in zip(times, messages, strict=True)]
        if second == 0:
            links = [(name, kind) for name in NAMES for kind in ("connecting", "connected")]
            entries = [
                Entry(kind, now, wall, name, "root" if kind == "connected" else None) for name, kind in links
            ] + entries
            for name in NAMES:
                state.connected(name, "root", now)
        entries.append(Entry("shown", round(now + 0.999, 6), WALL + round(now + 0.999, 6), "", None))
        for name, message in messages:
            state.receive(name, message, now)
        begins = second % CHUNK == 0
        if begins:
            state.view(now + 1, wall + 1)
        batch = Batch(now + 1, wall + 1, entries, (), state.memory() if begins else None)
        began = time.process_time()
        writer.write(batch)
        spent += time.process_time() - began
    path = writer.path
    writer.close()
    assert path is not None
    return path, spent


def reached(path: Path, seconds: int) -> list[float]:
    """Return the CPU time that it took to reach each of some moments, from the file to the view, in seconds.

    Python's collector runs as it does in the console.
    """
    took, chance = [], random.Random(2)
    with RecordingReader(path) as reader, GarbageCollectionSchedule().in_force():
        replay = Replay(reader)
        for _ in range(_MOMENTS):
            wall = WALL + chance.uniform(1, seconds)
            began = time.thread_time()
            replay.move(wall)
            replay.view()
            took.append(time.thread_time() - began)
    return sorted(took)


def main() -> int:
    """0 when a moment is reached in time, and a recording costs little."""
    hours = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    seconds = int(hours * 3600)
    with tempfile.TemporaryDirectory() as folder:
        path, spent = record(Path(folder), seconds, rows)
        size = path.stat().st_size
        took = reached(path, seconds)
    each = spent / seconds
    print(f"{SERVERS * OF_EACH} real servers, {rows} of which move each second, {hours:g} h: {size / 1e6:.1f} MB")
    print(f"24 h of that: {size * 24 / hours / 1e6:.0f} MB; writing takes {each * 1000:.2f} ms of CPU time a second")
    with tempfile.TemporaryDirectory() as folder:
        without, with_it = costs(Path(folder), rows)
    more = (with_it - without) * 100
    print(
        f"state and view without a recording {without * 1000:.2f} ms a second, with it {with_it * 1000:.2f}: {more:.2f} % more"
    )
    middle, p95 = median(took), took[int(len(took) * 0.95)]
    print(
        f"a moment is reached in {middle * 1000:.0f} ms (median), p95 {p95 * 1000:.0f} ms, longest {took[-1] * 1000:.0f} ms"
    )
    return 0 if p95 <= REACHED and more <= COST else 1


if __name__ == "__main__":
    raise SystemExit(main())
