"""Real files: read as keepalived's own parser read them, and edited on every real server."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

from lvstui.keepalived import Configuration, EditRefused, Files, RealServer, VirtualServer, edit, load
from tests.keepalived.support import CORPUS, CORPUS_ID, WHEN, corpus, key, patched, weights

NOT_THE_TRUTH = {
    "acassen__keepalived__v0.2.1_keepalived_etc_keepalived_keepalived.conf": "keepalived's parser crashed on it (status 139)",
}


@cache
def configuration(path: Path) -> Configuration:
    return load(path.name, Files({path.name: path.read_bytes()}, {}), CORPUS_ID)


def test_the_reading_is_that_of_keepalived() -> None:
    files = {path.name: path for path in corpus()}
    oracle: dict[str, Any] = json.loads((CORPUS / "oracle.json").read_text())
    assert oracle.keys() == files.keys()
    servers: Counter[str] = Counter()
    for name, truth in oracle.items():
        if name in NOT_THE_TRUTH:
            continue
        read = configuration(files[name])
        found = sorted((*read.virtual_servers, *read.shadowed), key=lambda server: server.span)
        wanted = [_oracle(server) for server in truth["parsed"] or []]
        assert [_ours(server) for server in found] == wanted, name
        servers.update(virtual=len(wanted), real=sum(len(server["rs"]) for server in truth["parsed"] or []))
    assert servers == {"virtual": 113, "real": 233}


def _ours(server: VirtualServer) -> dict[str, object]:
    first = server.services[0]
    name = f"VIP = {first.address}, VPORT = {first.port}"
    if server.group is not None:
        name = f"GROUP = [{server.group}]"
    elif first.fwmark:
        name = f"FWMARK = {first.fwmark}"
    return {
        "vs": name,
        "protocol": server.protocol.upper() or "none",
        "sched": server.scheduler,
        "quorum": server.quorum,
        "sorry": None if server.sorry_server is None else str(server.sorry_server.key),
        "rs": [
            {
                "ip": real.key.address,
                "port": real.key.port,
                "weight": real.weight,
                "method": real.method,
                "inhibit": real.inhibit_on_failure,
            }
            for real in server.real_servers
        ],
    }


def _oracle(server: dict[str, Any]) -> dict[str, object]:
    name = server["vs"]
    sorry = server.get("sorry")
    if sorry is not None:  # "[192.168.200.200]:tcp:1358"
        address, _, port = sorry[1:].partition("]")[0], "", sorry.rpartition(":")[2]
        sorry = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    return {
        "vs": name.rpartition(":")[0] if name.startswith("GROUP") else name,
        "protocol": server["protocol"],
        "sched": server["sched"],
        "quorum": server["quorum"],
        "sorry": sorry,
        "rs": [{**real, "method": real["method"].partition(",")[0]} for real in server["rs"]],
    }


def every_real_server() -> list[tuple[Configuration, VirtualServer, RealServer]]:
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
    assert done >= 224


def test_a_weight_is_set_and_nothing_else() -> None:
    done = 0
    for before, server, real in every_real_server():
        name = (server.id, str(real.key))
        made = check(before, partial(edit.set_weight, before, server.id, real.key, 77), weights(before) | {name: 77})
        done += made is not None
    assert done >= 226


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
    assert done >= 219
