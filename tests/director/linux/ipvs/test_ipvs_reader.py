"""The reader against a kernel that answers from the captures, and one that fails in every way a kernel can."""

from __future__ import annotations

import errno
import os
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lvstui.director.linux.ipvs import genetlink, ipvs_reader
from lvstui.director.linux.ipvs.genetlink import GenericNetlink, Interrupted, attribute, attributes
from lvstui.director.linux.ipvs.ipvs_reader import IpvsReader
from lvstui.director.protocol.ipvs_messages import RealServer, ServiceId, SyncDaemon
from lvstui.director.system import IpvsTable, Unavailable
from tests.support.capture import QUESTIONS
from tests.support.datagrams import CAPTURES, NAMES, datagrams, family_number, oracle_real_servers, oracle_services

NAME_OF = {question: name for name, question in QUESTIONS.items()}


class Kernel:
    """Stands in for the socket: what each request is answered with. `fault` is called before each datagram."""

    opened = 0
    fault: Callable[[int], None] = staticmethod(lambda number: None)
    gone: frozenset[str] = frozenset()
    daemons = b""

    def __init__(self, timeout: float) -> None:
        assert 0 < timeout <= 1
        type(self).opened += 1
        self._sequence = 0
        self._waiting: Iterator[bytes] = iter(())

    def close(self) -> None:
        self._waiting = iter(())

    def family(self, name: str) -> int:
        assert name == "IPVS"
        return family_number()

    def ask(self, family: int, command: int, payload: bytes, flags: int = genetlink.NLM_F_DUMP) -> int:
        assert family == family_number()
        self._sequence += 1
        if command == 11:
            self._waiting = iter([self.daemons])
            return self._sequence
        name = "services" if command == 4 else NAME_OF[payload]
        if name == "services" and self._sequence > 1 and self.gone:
            self._waiting = iter([_without(self.gone, data) for data in datagrams(name)])
        else:
            self._waiting = iter(datagrams("empty" if name in self.gone else name))
        return self._sequence

    def receive(self, sequence: int) -> bytes:
        assert sequence == self._sequence
        type(self).fault(sequence)
        return _renumbered(next(self._waiting), sequence)


def _renumbered(data: bytes, sequence: int) -> bytes:
    changed, at = bytearray(data), 0
    while at < len(data):
        struct.pack_into("=I", changed, at + 8, sequence)
        at += (struct.unpack_from("=I", data, at)[0] + 3) & ~3
    return bytes(changed)


def _without(gone: frozenset[str], data: bytes) -> bytes:
    """The dump of services with SCTP's left out."""
    assert gone == {"sctp"}
    kept, at = b"", 0
    while at < len(data):
        end = at + ((struct.unpack_from("=I", data, at)[0] + 3) & ~3)
        if b"\x06\x00\x02\x00\x84\x00" not in data[at:end]:
            kept += data[at:end]
        at = end
    return kept


def _daemons(*daemons: tuple[int, str, int]) -> bytes:
    """A dump of sync daemons: state, interface, sync id of each."""
    messages = b""
    for state, interface, sync_id in daemons:
        inner = attribute(1, struct.pack("=I", state)) + attribute(2, interface.encode() + b"\0")
        body = struct.pack("=BBH", 9, 1, 0) + attribute(3, inner + attribute(3, struct.pack("=I", sync_id)))
        messages += struct.pack("=IHHII", 16 + len(body), family_number(), 2, 0, 0) + body
    return messages + struct.pack("=IHHIIi", 20, genetlink.NLMSG_DONE, 2, 0, 0, 0)


@pytest.fixture
def kernel(monkeypatch: pytest.MonkeyPatch) -> type[Kernel]:
    """A Director with the module loaded, and root on it."""

    class Fresh(Kernel):
        pass

    monkeypatch.setattr(ipvs_reader, "GenericNetlink", Fresh)
    monkeypatch.setattr(ipvs_reader, "_TABLE", str(CAPTURES / "proc_net_ip_vs.txt"))
    monkeypatch.setattr(ipvs_reader, "_has_net_admin", lambda: True)
    return Fresh


def real_servers(found: IpvsTable) -> list[RealServer]:
    return sorted(one for _, many in found.services for one in many)


def test_the_daemons_that_synchronise_connections(kernel: type[Kernel]) -> None:
    kernel.daemons = _daemons((1, "ens36", 51), (2, "ens33", 0))
    reader = IpvsReader()
    assert reader.read_daemons().error is not None  # nothing was read yet: whether there is a module is not known
    reader.read()
    told = reader.read_daemons()
    assert told.error is None
    assert told.daemons == (SyncDaemon("master", "ens36", 51), SyncDaemon("backup", "ens33", 0))
    kernel.daemons = _daemons()
    assert reader.read_daemons().daemons == ()
    kernel.daemons = _daemons((7, "ens36", 51))
    assert "neither sends nor receives" in (reader.read_daemons().error or "")


def test_the_whole_table(kernel: type[Kernel]) -> None:
    reader = IpvsReader()
    for _ in range(2):
        table = reader.read()
        assert table.counters
        assert [service for service, _ in table.services] == oracle_services()
        assert real_servers(table) == sorted(one for name in NAMES for one in oracle_real_servers(name))
    assert kernel.opened == 1  # one socket, from read to read
    assert reader.missing() == ()


def test_a_service_that_went_between_two_dumps_is_not_shown_empty(kernel: type[Kernel]) -> None:
    kernel.gone = frozenset({"sctp"})
    shown = {service.id for service, _ in IpvsReader().read().services}
    assert ServiceId("inet", "sctp", "10.10.0.24", 3868, 0) not in shown
    assert ServiceId("inet", "tcp", "10.10.0.26", 80, 0) in shown  # empty, and there
    assert len(shown) == 10


@pytest.mark.parametrize(
    "problem", [Interrupted("changed"), OSError(errno.EBUSY, "busy"), OSError(errno.ENOENT, "gone")]
)
def test_one_bad_answer_is_asked_for_again_on_a_new_socket(kernel: type[Kernel], problem: Exception) -> None:
    failures = [problem]

    def fail_once(number: int) -> None:
        if number == 3 and failures:
            raise failures.pop()

    kernel.fault = staticmethod(fail_once)
    assert len(IpvsReader().read().services) == 11
    assert kernel.opened == 2


def test_a_table_that_never_holds_still_is_told(kernel: type[Kernel]) -> None:
    def fail(number: int) -> None:
        raise Interrupted("the table changed during the dump")

    kernel.fault = staticmethod(fail)
    with pytest.raises(Unavailable, match="3 times in a row: the table changed"):
        IpvsReader().read()


def test_a_silent_kernel_is_not_waited_for_twice(kernel: type[Kernel]) -> None:
    def silent(number: int) -> None:
        raise socket.timeout("timed out")  # noqa: UP041 - what Python 3.9 raises

    kernel.fault = staticmethod(silent)
    reader = IpvsReader()
    with pytest.raises(Unavailable, match="did not answer"):
        reader.read()
    assert kernel.opened == 1
    kernel.fault = staticmethod(lambda number: None)
    assert reader.read().counters  # and is asked again at the next tick


def test_without_the_capability_it_reads_proc_and_says_so(
    kernel: type[Kernel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ipvs_reader, "_has_net_admin", lambda: False)
    reader = IpvsReader()
    table = reader.read()
    assert not table.counters and len(table.services) == 11
    assert kernel.opened == 0
    assert [(one.what, "CAP_NET_ADMIN" in one.why) for one in reader.missing()] == [("IPVS counters", True)]


def test_root_of_a_user_namespace_is_an_observer(kernel: type[Kernel]) -> None:
    def refuse(number: int) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    kernel.fault = staticmethod(refuse)
    reader = IpvsReader()
    assert not reader.read().counters
    assert reader.missing()
    reader.read()
    assert kernel.opened == 1  # refused once, not asked again


def test_without_the_module_nothing_asks_the_kernel_to_load_it(
    kernel: type[Kernel], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ipvs_reader, "_TABLE", "/proc/net/no_such_table")
    with pytest.raises(Unavailable, match="module ip_vs is not loaded"):
        IpvsReader().read()
    assert kernel.opened == 0


def test_a_proc_table_that_is_not_understood_is_unavailable(
    kernel: type[Kernel], monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = CAPTURES / "ipvsadm.txt"  # not of that format
    monkeypatch.setattr(ipvs_reader, "_TABLE", str(odd))
    monkeypatch.setattr(ipvs_reader, "_has_net_admin", lambda: False)
    with pytest.raises(Unavailable, match="line 4"):
        IpvsReader().read()


def test_the_capability_is_read_from_this_process() -> None:
    with open("/proc/self/status") as file:
        effective = next(line.split()[1] for line in file if line.startswith("CapEff"))
    assert ipvs_reader._has_net_admin() == bool(int(effective, 16) & 1 << 12)


def test_the_real_controller_answers_on_the_socket() -> None:
    link = GenericNetlink(5)
    try:
        assert link.family("nlctrl") == 16
        with pytest.raises(FileNotFoundError):
            link.family("no-such-family")
        sequence = link.ask(16, 3, b"")
        names: list[bytes] = []
        while True:
            data = link.receive(sequence)
            for done, part in genetlink.message_spans(data, 16, sequence):
                if done:
                    assert b"nlctrl\0" in names
                    return
                found = attributes(data, part.start + genetlink.HEADERS, part.end)
                names += [data[one.start : one.end] for one in found if one.kind == 2]
    finally:
        link.close()


def test_a_namespace_that_was_made_anew_is_entered_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    reader, path = IpvsReader(), tmp_path / "green"
    monkeypatch.setattr(reader, "close", lambda: closed.append("closed"))
    path.touch()
    reader.look_in(str(path))
    reader.look_in(str(path))
    assert closed == ["closed"]
    path.rename(tmp_path / "before")  # it goes on as long as a socket is in it
    path.touch()
    reader.look_in(str(path))
    assert closed == ["closed"] * 2
    reader.look_in("")
    reader.look_in("")
    assert closed == ["closed"] * 3
