"""A configuration is read again after a change: what is not another is taken over, and the reading is that of a first time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.keepalived import Configuration, MemoryFiles, VirtualServer, load
from lvstui.keepalived.editing import edit
from lvstui.keepalived.reading.load import again
from lvstui.keepalived.reading.servers.checker_process import Servers
from tests.support.configurations import WHEN, corpus, key, read
from tests.support.generated_text import MESS

MAIN = "keepalived.conf"
SERVERS = "".join(
    f"virtual_server 10.0.0.{server} 80 {{\n protocol TCP\n"
    + "".join(f" real_server 10.1.0.{real} 80 {{\n  weight 1\n  TCP_CHECK {{\n  }}\n }}\n" for real in range(1, 4))
    + " sorry_server 10.0.0.250 80\n}\n"
    for server in range(1, 6)
)


def everything(configuration: Configuration) -> object:
    """All of it, with what takes no part in a comparison."""

    def placed(server: VirtualServer) -> object:
        return server, server.span, [(real.span, real.weight_at) for real in server.real_servers]

    expansion = configuration.expansion
    return (
        configuration,
        [placed(server) for server in (*configuration.virtual_servers, *configuration.shadowed)],
        (configuration.complained, configuration.globs),
        (expansion.words, expansion.places, expansion.trees, expansion.complaints),
        [tree.broken for tree in expansion.trees],
    )


def same_as_new(before: Configuration, changed: dict[str, bytes]) -> Configuration:
    """The reading after the change, which must be what a first one gives."""
    after = again(before, changed)
    data = {source.path: source.data for source in before.files} | changed
    first = load(before.path, MemoryFiles(data, dict(before.globs)), before.config_id, before.version)
    assert everything(after) == everything(first)
    return after


@given(MESS, MESS, st.data())
def test_any_change_of_any_text_is_read_as_it_would_be_at_first(text: str, other: str, pick: st.DataObject) -> None:
    text = SERVERS + text if pick.draw(st.booleans()) else text + SERVERS
    version = pick.draw(st.sampled_from([None, (2, 0, 20), (2, 2, 8), (2, 4, 3)]))
    before = read(text, version=version, a_conf=other)
    after = before
    for _ in range(2):
        data = after.files[0].data
        start, end = sorted(pick.draw(st.tuples(*[st.integers(0, len(data))] * 2)))
        end = min(end, start + 60)
        new = pick.draw(st.one_of(st.just(b"\n"), st.just(b" # x\n"), MESS.map(str.encode)))
        after = same_as_new(after, {MAIN: data[:start] + new + data[end:]})


def test_lines_of_the_corpus_taken_out_are_read_as_they_would_be_at_first() -> None:
    """One line of each file, another one from file to file: the property tests above take any line of any text."""
    for number, path in enumerate(corpus()):
        data = path.read_bytes()
        before = load(path.name, MemoryFiles({path.name: data}, {}), "vm")
        lines = data.splitlines(keepends=True)
        row = len(lines) * (number * 37 % 100) // 100
        same_as_new(before, {path.name: b"".join(lines[:row] + lines[row + 1 :])})


def test_what_did_not_change_is_the_same_object() -> None:
    before = read(SERVERS)
    after = edit.drain(before, "tcp/10.0.0.3:80", key("10.1.0.2:80"), by="a", when=WHEN).apply(before)
    assert [one is other for one, other in zip(before.virtual_servers, after.virtual_servers, strict=True)] == [
        True, True, False, True, True,
    ]  # fmt: skip


def test_only_the_virtual_server_that_changed_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    read_again: list[bytes] = []
    begin = Servers._begin_real

    def counted(self: Servers, index: int, words: list[bytes]) -> bool:
        read_again.append(words[1])
        return begin(self, index, words)

    before = read(SERVERS)
    monkeypatch.setattr(Servers, "_begin_real", counted)
    same = edit.drain(before, "tcp/10.0.0.3:80", key("10.1.0.2:80"), by="a", when=WHEN)
    same.apply(before)
    assert len(read_again) == 3
    read_again.clear()
    longer = edit.add(before, "tcp/10.0.0.1:80", key("10.1.0.9:80"))  # all that follows stands further down
    longer.apply(before)
    assert len(read_again) == 4


@pytest.mark.parametrize(
    ("old", "new"),
    [("weight 1\n", "weight 1 # drained, was 1, 2026-11-22 14:01 by a: b\n"), (" protocol TCP\n", "\n protocol UDP\n")],
)
def test_what_a_comment_or_a_setting_says_is_not_taken_over(old: str, new: str) -> None:
    text = SERVERS.replace("weight 1", "weight 0")
    before = read(text)
    after = same_as_new(
        before, {MAIN: text.replace(old.replace("1", "0"), new.replace("weight 1", "weight 0"), 1).encode()}
    )
    assert after != before


def test_another_version_reads_all_of_it_anew() -> None:
    text = SERVERS.replace("weight 1", "weight 0")
    before = read(text, version=(2, 2, 7))
    older = load(MAIN, MemoryFiles({MAIN: text.encode()}, {}), "director1", (2, 1, 5), before)
    assert everything(older) == everything(read(text, version=(2, 1, 5)))
    assert older.virtual_servers != before.virtual_servers
