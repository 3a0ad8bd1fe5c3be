"""The demo: a world that follows from its clock, and the whole product on top of it, over real SSH on loopback."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Iterator

import pytest

from lvstui.cli import change_command, launch, status_command
from lvstui.cluster.view import LinkState
from lvstui.demo.pair import DemoPair
from lvstui.demo.simulated_director import SimulatedSystem
from lvstui.demo.world import World
from lvstui.director.protocol.change_messages import Replacement
from lvstui.director.system import Refused
from lvstui.keepalived import RealServerKey
from lvstui.transport.link import LinkError, NoQuestions
from lvstui.transport.ssh import SshConnector
from tests.support.waiting import LIMIT_S

REAL = "192.168.211.13:8082"
VRRP = ("VI_1", "VI_2")
FAILING = RealServerKey("192.168.211.13", 8083)


@pytest.fixture
def pair(held_live: None, held_story: None) -> Iterator[DemoPair]:
    with DemoPair() as pair:
        yield pair


async def deaf_once(begun: threading.Event) -> None:
    """Lose the first cancellation, as Python's wait_for() does up to 3.11 where one comes together with its result."""
    begun.set()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    await asyncio.Event().wait()


def test_what_loses_its_first_cancellation_ends_with_the_pair_all_the_same() -> None:
    begun = threading.Event()
    with DemoPair() as pair:
        deaf = asyncio.run_coroutine_threadsafe(deaf_once(begun), pair._loop)
        assert begun.wait(LIMIT_S)
    assert deaf.cancelled()


def test_the_story_is_the_same_every_time() -> None:
    one, other = World(1000.0), World(1000.0)
    for now in range(1001, 1200):
        one.advance(float(now))
        other.advance(float(now))
    assert [d.log for d in one.directors.values()] == [d.log for d in other.directors.values()]
    assert [d.rows for d in one.directors.values()] == [d.rows for d in other.directors.values()]


def test_a_server_fails_and_comes_back_and_the_director_fails_over_and_back() -> None:
    world = World(1000.0)
    first, second = world.directors.values()
    down, masters = [], []
    for now in range(1001, 1140):
        world.advance(float(now))
        down.append(FAILING not in {real for _, real in first.rows})
        masters.append((first.master, second.master))
    assert (down[10], down[30], down[60]) == (False, True, False)
    assert (masters[60], masters[100], masters[130]) == ((True, False), (False, True), (True, False))
    assert not any(a and b for a, b in masters)
    assert sum(not (a or b) for a, b in masters) == 4  # seconds that the BACKUP waits for adverts
    said = [[line.text for line in one.log if "STATE" in line.text] for one in (first, second)]
    assert said[0] == [f"({name}) Entering {state} STATE" for state in ("FAULT", "BACKUP", "MASTER") for name in VRRP]
    assert said[1] == [f"({name}) Entering {state} STATE" for state in ("MASTER", "BACKUP") for name in VRRP]


def test_a_clock_that_jumps_leads_to_the_same_state() -> None:
    steps, jump = World(1000.0), World(1000.0)
    for now in range(1001, 1250):
        steps.advance(float(now))
    jump.advance(1249.0)
    assert (
        [d.state for d in jump.directors.values()] == [d.state for d in steps.directors.values()] == ["FAULT", "MASTER"]
    )
    assert jump.down == steps.down
    assert [set(d.rows) for d in jump.directors.values()] == [set(d.rows) for d in steps.directors.values()]


def test_each_director_hears_the_other_one_while_that_is_master(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.3]
    monkeypatch.setattr(time, "time", lambda: now[0])
    monkeypatch.setattr(time, "monotonic", lambda: now[0] - 900.0)
    world = World(1000.3)
    first, second = SimulatedSystem(world, "director1"), SimulatedSystem(world, "director2")
    while now[0] < 1075.0:
        now[0] += 0.7
        first.read_adverts(), second.read_adverts()
    assert first.read_adverts().heard == ()
    heard = second.read_adverts().heard
    assert [(one.vrid, one.interface, one.source, one.priority) for one in heard] == [
        (51, "ens33", "10.10.0.11", 100),
        (61, "ens36", "192.168.211.11", 100),
    ]
    for one in heard:
        assert one.adverts == 75
        assert one.last - one.first == pytest.approx(74.0)
        assert 0 <= now[0] - 900.0 - one.last < 1.1
    now[0] = 1000.3 + 112.5  # director1 has failed at 80, and hears nothing on the broken network
    assert [one.vrid for one in first.read_adverts().heard] == [61]
    [silent, _] = second.read_adverts().heard
    assert silent.adverts == 80


async def test_a_director_is_written_by_one_and_only_from_what_was_read() -> None:
    world = World(1000.0)
    one, other = SimulatedSystem(world, "director1"), SimulatedSystem(world, "director1")
    await one.lock()
    with pytest.raises(Refused, match="another lvstui"):
        await other.lock()
    other.close()  # of one that never had it
    with pytest.raises(Refused, match="another lvstui"):
        await other.lock()
    one.close()
    await other.lock()
    [file] = one.read_files(()).files
    stale = Replacement(file.path, "0" * 64, b"")
    with pytest.raises(Refused, match="changed after it was read"):
        other.stage(stale, write=True)
    assert one.read_files(()).files[0].data == file.data


async def test_a_file_put_back_is_the_old_one_in_the_kernel_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1001.0)  # before the story takes a server away
    world = World(1000.0)
    system = SimulatedSystem(world, "director2")
    [file] = system.read_files(()).files
    before = _weights(system)
    change = Replacement(file.path, file.sha256, file.data.replace(b"weight 3", b"weight 0", 1))
    system.stage(change, write=True)
    tested = await system.test("1", (change,))
    assert tested.messages == tested.messages_in_force != ()
    system.install(change)
    await system.reload(1.0, undo=False)
    assert before != (changed := _weights(system))
    assert changed.count(0) == 1
    system.put_back(change.path, change.sha256)
    await system.reload(1.0, undo=False)
    assert _weights(system) == before
    assert system.read_files(()).files[0].data == file.data


def _weights(system: SimulatedSystem) -> list[int]:
    return [real.weight for _, reals in system.read_ipvs().services for real in reals]


def test_a_drained_server_loses_its_connections_and_its_counters_stand_still() -> None:
    world = World(1000.0)
    director = world.directors["director1"]
    director.data = director.data.replace(b"weight 1", b"weight 0", 1)
    world.reload("director1", 1000.0)
    [row] = [row for row in director.rows.values() if row.weight == 0]
    before, connections = row.active, row.connections
    assert before > 10
    for now in range(1001, 1121):
        world.advance(float(now))
    assert row.active == 0
    assert row.connections == connections


async def test_a_drain_and_a_restore_give_the_files_back_byte_for_byte(
    pair: DemoPair, capsys: pytest.CaptureFixture[str]
) -> None:
    def request(action: str) -> change_command.ChangeRequest:
        assert action in ("drain", "restore")
        return change_command.ChangeRequest(
            "drain" if action == "drain" else "restore", REAL, (), None, "test", False, True, False, frozenset(), None
        )

    async def files() -> list[bytes]:
        session = launch.script_session(pair.names, pair.ssh_config)
        async with session:
            await status_command.look(session)
            facts = [session._state.facts(name) for name in pair.names]
        assert all(one.files is not None for one in facts)
        return [one.files.files[0].data for one in facts if one.files is not None]

    before = await files()
    assert await change_command.make_change(launch.script_session(pair.names, pair.ssh_config), request("drain")) == 0
    drained = await files()
    assert all(b"weight 0  # drained, was 1" in data for data in drained)
    assert await change_command.make_change(launch.script_session(pair.names, pair.ssh_config), request("restore")) == 0
    assert await files() == before
    assert "verify" in capsys.readouterr().out


async def test_a_session_shows_both_directors_and_one_that_is_gone(pair: DemoPair) -> None:
    config = pair.ssh_config.read_text() + "Host nowhere\n  HostName 127.0.0.1\n  Port 1\n"
    pair.ssh_config.write_text(config)
    session = launch.script_session(("director1", "nowhere"), pair.ssh_config)
    async with session:
        view = await status_command.look(session)
    live, gone = view.directors
    assert live.state is LinkState.LIVE
    assert live.role in ("MASTER", "BACKUP")
    assert gone.state is not LinkState.LIVE
    assert gone.error is not None
    assert "refused" in gone.error


async def test_an_unknown_host_key_is_refused_and_a_changed_one_is_named(pair: DemoPair) -> None:
    known = pair.ssh_config.parent / "known_hosts"
    original = known.read_text()
    known.write_text("")
    connector = SshConnector("director1", ssh_config=pair.ssh_config, questions=NoQuestions())
    with pytest.raises(LinkError, match="is not known") as unknown:
        await connector.connect()
    assert unknown.value.permanent
    other = DemoPair()
    with other:
        wrong = (other.ssh_config.parent / "known_hosts").read_text().split()[1:3]
    known.write_text(" ".join([original.split()[0], *wrong]) + "\n")
    with pytest.raises(LinkError, match=r"HAS CHANGED.*known_hosts line 1") as changed:
        await connector.connect()
    assert changed.value.permanent


class Trusting(NoQuestions):
    async def unknown_host(self, host: str, address: str, fingerprint: str, key_type: str) -> bool:
        assert fingerprint.startswith("SHA256:")
        return True


async def test_an_accepted_host_key_is_remembered(pair: DemoPair) -> None:
    known = pair.ssh_config.parent / "known_hosts"
    original = known.read_text().splitlines()[0]
    known.write_text("")
    link = await SshConnector("director1", ssh_config=pair.ssh_config, questions=Trusting()).connect()
    link.abort()
    assert link.privilege == "root"
    assert known.read_text().split()[:3] == original.split()[:3]
