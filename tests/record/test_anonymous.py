"""An anonymised recording holds nothing of the original's names, and shows the same shape."""

from __future__ import annotations

import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.view import ClusterView, RealServerView
from lvstui.cluster.views.status import as_json
from lvstui.director.protocol.sighting_messages import Sighting, Sightings
from lvstui.keepalived.parsing.syntax import parse
from lvstui.record import anonymous_copy
from lvstui.record.anonymous import anonymiser
from lvstui.record.anonymous.address_map import AddressMap
from lvstui.record.anonymous.anonymiser import Anonymiser
from lvstui.record.anonymous.anonymous_file import anonymous_file
from lvstui.record.anonymous.inventions import Inventions
from lvstui.record.anonymous.leak_check import LeakCheck
from lvstui.record.recorded_entries import Entry
from lvstui.record.recording_reader import RecordingError, RecordingReader
from lvstui.session.replay_session import ReplaySession
from tests.support.invented_cluster import V4, V6, Told, recorded, tellings
from tests.support.recorded_story import RecordedStory, happens


def shape(view: ClusterView) -> dict[str, Any]:
    """Return what must be the same: all but names, addresses and texts."""
    servers = sorted(
        sorted((one.state.value, tuple(sorted(map(str, _weights(one))))) for one in server.real_servers)
        for server in view.virtual_servers
    )
    return {
        "servers": servers,
        "problems": Counter((one.kind, one.severity) for one in view.problems),
        "vrrp": [[(one.state, one.vrid) for one in director.vrrp] for director in view.directors],
        "links": [director.state for director in view.directors],
        "events": [(one.wall, one.severity, len(one.targets), one.turn) for one in view.events],
    }


def _weights(real: RealServerView) -> Iterable[object]:
    return [
        (one.state, one.configured_weight, one.kernel_weight, one.alive, one.active) for one in real.directors.values()
    ]


def written_bytes(path: Path) -> bytes:
    """Return all that a recording holds, unpacked, and the file itself."""
    with RecordingReader(path) as reader:
        lines = [line for chunk in reader.chunks for line in reader.lines(chunk)]
        told = [row.data.encode() for row in reader.events()]
        about = [one.encode() for one in reader.about.values()]
    return b"\n".join([*lines, *told, *about]).replace(b"\\n", b"\n").replace(b"\\t", b" ")


def left(path: Path, originals: Iterable[str]) -> list[str]:
    """Return the originals that are still there, wherever they stand: as text, or as the bytes of a file."""
    data = written_bytes(path)
    return [one for one in originals if any(_stands(form, data) for form in (one, one.encode().decode("latin-1")))]


def _stands(one: str, data: bytes) -> bool:
    written = json.dumps(one)[1:-1].encode()
    return re.search(rb"(?<![\w.])" + re.escape(written) + rb"(?![\w.])", data) is not None


async def test_the_demos_story_keeps_its_shape(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    recorded = RecordedStory(monkeypatch, tmp_path / "live")
    await recorded.until(250, happens)
    target = tmp_path / "sent.lvsrec"
    anonymous_copy.export(recorded.path, target)
    names = {one.name for one in recorded.views[-1].directors}
    reals = {real.id.rsplit(":", 1)[0] for server in recorded.views[-1].virtual_servers for real in server.real_servers}
    assert names and reals
    assert left(target, {*names, *reals, "ana", "ops1", "web-prod"}) == []
    before, after = ReplaySession(recorded.path), ReplaySession(target)
    for second in range(0, 250, 25):
        wall = recorded.views[second].wall
        before.move(wall)
        after.move(wall)
        assert shape(after.view()) == shape(before.view())
    assert as_json(after.view())["directors"]
    before.close()
    after.close()


@given(tellings())
def test_no_original_is_left_and_the_shape_stays(told: Told) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source, target = recorded(told, Path(folder) / "live"), Path(folder) / "sent.lvsrec"
        anonymous_copy.export(source, target)
        assert sorted(left(source, told.originals)) == sorted(told.originals), "otherwise it looks for nothing"
        assert left(target, told.originals) == []
        assert b"unheardof" not in written_bytes(target)
        assert b"Entering MASTER STATE" in written_bytes(target)
        before, after = ReplaySession(source), ReplaySession(target)
        try:
            assert len(before.view().virtual_servers) == 1
            assert shape(after.view()) == shape(before.view())
            before.move(before.recorded.began + 2)
            after.move(after.recorded.began + 2)
            assert shape(after.view()) == shape(before.view())
        finally:
            before.close()
            after.close()


@given(st.lists(st.one_of(V4, V6), min_size=1, max_size=20, unique=True))
def test_addresses_of_one_prefix_stay_in_one(addresses: list[IPv4Address | IPv6Address]) -> None:
    invented = AddressMap(map(str, addresses))
    made = {one: ip_address(invented(str(one))) for one in addresses}
    assert not set(addresses) & set(made.values())
    for one in addresses:
        assert one.version == made[one].version
        for other in addresses:
            if one.version == other.version:
                assert _common(one, other) == _common(made[one], made[other])


def _common(one: IPv4Address | IPv6Address, other: IPv4Address | IPv6Address) -> int:
    return one.max_prefixlen - (int(one) ^ int(other)).bit_length()


def test_hardware_addresses_are_invented_but_for_those_of_vrrp() -> None:
    inventions = Inventions()
    texts = ("52:54:00:ab:cd:ef", "00:00:5e:00:01:33")
    for text in texts:
        inventions.value(text)
    inventions.settle()
    made = [inventions.value(text) for text in texts]
    assert re.fullmatch(r"02(:[0-9a-f]{2}){5}", made[0])
    assert made[1] == texts[1]


def test_no_name_comes_back_as_a_part_of_an_invented_address() -> None:
    names = [f"{number:04x}" for number in range(0, 0x10000, 16)]
    invented = AddressMap(["2001:db8:1:2::7"], names)
    assert not set(invented("2001:db8:1:2::7").split(":")) & set(names)
    inventions = Inventions()
    for text in ("dc19", "2001:db8::dc19"):
        inventions.value(text)
    inventions.settle()
    made = inventions.value("2001:db8::dc19")
    assert made.endswith(":dc19"), "the last 16 bits stay"
    check = LeakCheck(inventions)
    assert check.found(made.encode()) == []
    assert check.found(b"dc19") == ["dc19", "dc19"]


def test_what_everybody_has_stays() -> None:
    invented = AddressMap(["10.1.2.3", "192.168.7.1", "fd00:1::1"])
    for same in ("127.0.0.1", "0.0.0.0", "255.255.255.0", "224.0.0.18", "::1", "::", "ff02::12"):
        assert invented(same) == same
    assert ip_address(invented("10.1.2.3")) in ip_network("10.0.0.0/8")
    assert ip_address(invented("192.168.7.1")) in ip_network("192.168.0.0/16")
    assert ip_address(invented("fd00:1::1")) in ip_network("fd00::/8")


def test_an_original_that_is_left_fails_the_export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("east1", "west1", "host1", "inst1", "link1", "path1", "script1", "arg1", "who1")
    told = Told(names, "10.0.0.1", ("10.0.1.1",), (1,), "a note1", "the reason1", 1)
    source, target = recorded(told, tmp_path / "live"), tmp_path / "sent.lvsrec"
    monkeypatch.setattr(
        anonymiser, "anonymous_file", lambda data, inventions: anonymous_file(data, inventions) + b"# inst1"
    )
    with pytest.raises(RecordingError, match="still had originals in it, so it was not kept: inst1"):
        anonymous_copy.export(source, target)
    assert [one.name for one in tmp_path.iterdir()] == ["live"]


def test_a_file_keeps_its_lines(tmp_path: Path) -> None:
    inventions = Inventions()
    data = b"! Bob\ninclude conf.d/*.conf\n$V=10.0.0.7\nvirtual_server_group shop9 {\n 10.0.0.1-5 80\n}\n"
    anonymous_file(data, inventions)
    inventions.settle()
    made = anonymous_file(data, inventions)
    assert len(parse(made).lines) == len(parse(data).lines)
    assert re.search(rb"virtual_server_group anon\d+ \{\n 10\.\d+\.\d+\.1-5 80\n", made)
    assert b"Bob" not in made and b"shop9" not in made


def test_a_name_does_not_take_the_words_of_the_log_away() -> None:
    inventions = Inventions()
    anonymous_file(b"# service\n# shop9\n", inventions)
    line = "Removing service [10.0.0.1]:tcp:80 from VS [10.0.0.9]:tcp:80"
    inventions.note_addresses(line)
    inventions.settle()
    assert inventions.is_known(line)
    assert re.fullmatch(
        r"Removing service \[10\.\d+\.\d+\.1\]:tcp:80 from VS \[10\.\d+\.\d+\.9\]:tcp:80", inventions.sentence(line)
    )


def test_what_was_seen_of_a_failover_keeps_its_kind() -> None:
    kinds = ("advert", "last", "neighbour", "added", "removed", "up", "down", "began", "ended")
    seen = tuple(Sighting(kind, 1.0, 0.001, "wan7", False, "inet", "10.0.0.7", "10.0.0.9") for kind in kinds)
    entry = Entry("message", 1.0, 2.0, "east1", Sightings(1.0, seen, (), ("wan7",), 0, None))
    made = Anonymiser()
    made.entry(entry)
    made.settle()
    told = made.entry(entry).value
    assert tuple(one.kind for one in told.seen) == kinds
    assert not {"wan7", "10.0.0.7", "10.0.0.9"} & {part for one in told.seen for part in one}


def test_a_sentence_keeps_its_genitive() -> None:
    inventions = Inventions()
    inventions.sentence("not in the kernel's table of shop9")
    inventions.settle()
    assert re.fullmatch(
        r"not in the kernel's table of anon\d+", inventions.sentence("not in the kernel's table of shop9")
    )
