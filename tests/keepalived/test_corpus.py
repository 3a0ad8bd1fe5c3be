"""Real files, edited on every real server; `test_corpora` holds how they are read against keepalived's own parser."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from lvstui.keepalived import Configuration, ConfiguredRealServer, EditRefused, MemoryFiles, VirtualServer, load
from lvstui.keepalived.editing import edit
from tests.support.configurations import CORPUS_ID, WHEN, corpus, key, patched, weights


@cache
def configuration(path: Path) -> Configuration:
    return load(path.name, MemoryFiles({path.name: path.read_bytes()}, {}), CORPUS_ID)


def every_real_server() -> list[tuple[Configuration, VirtualServer, ConfiguredRealServer]]:
    return [
        (configuration(path), server, real)
        for path in corpus()
        for server in configuration(path).virtual_servers
        for real in server.real_servers
    ]


def check(
    before: Configuration, make: Callable[[], edit.Edit], expected: dict[tuple[str, str], int]
) -> Configuration | None:
    """Makes the edit and checks that the reading differs in what was meant alone. None: it was refused, with a line."""
    try:
        made = make()
    except EditRefused as refused:
        assert 1 <= refused.line <= before.files[0].data.count(b"\n") + 1
        return None
    after = made.apply(before)
    assert weights(after) == expected
    new = {one.message for one in after.diagnostics} - {one.message for one in before.diagnostics}
    assert all(message.startswith("quorum ") for message in new)
    assert (after.vrrp and [one.name for one in after.vrrp] == [one.name for one in before.vrrp]) or not before.vrrp
    data = {source.path: source.data for source in before.files}
    diff = edit.diff(made).encode(errors="surrogateescape")
    assert patched(data, diff) == {source.path: source.data for source in after.files}
    return after


def test_drain_changes_one_weight_and_restore_gives_the_bytes_back() -> None:
    done = 0
    for before, server, real in every_real_server():
        name = (server.id, str(real.key))
        drained = check(
            before,
            partial(edit.drain, before, server.id, real.key, by="ana@ops1", when=WHEN, reason="kernel update"),
            weights(before) | {name: 0},
        )
        if drained is None:
            continue
        done += 1
        found = drained.virtual_server(server.id)
        now = None if found is None else found.real_server(real.key)
        assert now is not None and now.drained is not None
        assert (now.drained.weight, now.drained.when, now.drained.by) == (real.weight, "2026-11-22 14:01", "ana@ops1")
        assert now.drained.reason == "kernel update"
        restored = edit.restore(drained, server.id, real.key).apply(drained)
        assert restored.files == before.files
    assert done >= 220


def test_a_weight_is_set_and_nothing_else() -> None:
    done = 0
    for before, server, real in every_real_server():
        name = (server.id, str(real.key))
        made = check(before, partial(edit.set_weight, before, server.id, real.key, 77), weights(before) | {name: 77})
        done += made is not None
    assert done >= 223


def test_a_real_server_is_removed_and_nothing_else() -> None:
    done = 0
    for before, server, real in every_real_server():
        expected = weights(before)
        del expected[server.id, str(real.key)]
        made = check(before, partial(edit.remove, before, server.id, real.key), expected)
        done += made is not None
    assert done >= 160


def test_a_real_server_is_added_like_its_sibling_and_nothing_else() -> None:
    done = 0
    for before, server, real in every_real_server():
        address = "[2001:db8::99]" if ":" in real.key.address else "10.99.99.99"
        new = key(f"{address}:{real.key.port}")
        made = check(
            before,
            partial(edit.add, before, server.id, new, weight=5, like=real.key),
            weights(before) | {(server.id, str(new)): 5},
        )
        if made is None:
            continue
        done += 1
        found = made.virtual_server(server.id)
        added = None if found is None else found.real_server(new)
        assert added is not None and added.method == real.method
        assert [checker.kind for checker in added.checkers] == [checker.kind for checker in real.checkers]
    assert done >= 216
