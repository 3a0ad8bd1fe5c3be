"""Generated files: any bytes are read without a word, and any layout of a known structure is read and edited exactly."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from lvstui.keepalived import EditRefused, load
from lvstui.keepalived.editing import edit
from lvstui.keepalived.parsing.dialect import Version
from lvstui.keepalived.reading.load import MemoryFiles
from tests.support.configurations import WHEN, key, patched, read, weights
from tests.support.generated_text import MESS

VERSIONS = st.sampled_from([None, (2, 0, 20), (2, 1, 5), (2, 2, 8), (2, 3, 3), (2, 4, 3)])


@given(MESS, MESS, VERSIONS)
def test_whatever_is_written_is_read_and_every_edit_is_exact_or_refused(
    text: str, other: str, version: Version | None
) -> None:
    before = read(text, version=version, a_conf=other)
    for server in before.virtual_servers[:3]:
        for real in server.real_servers[:3]:
            change = edit.DrainRealServer(server.id, real.key, "a", WHEN, "why")
            try:
                after = edit.make(before, [change]).apply(before)
            except EditRefused:
                continue
            assert weights(after) == weights(before) | {(server.id, str(real.key)): 0}
            assert edit.restore(after, server.id, real.key).apply(after).files == before.files


@given(st.binary(max_size=400))
def test_any_bytes_are_read(data: bytes) -> None:
    assert load("k", MemoryFiles({"k": data}, {}), "x").files[0].data == data


@dataclass(frozen=True)
class Layout:
    """How a writer may set the same statements."""

    newline: str
    indent: str
    brace: str
    close: str
    comment: str


LAYOUTS = st.builds(
    Layout,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "  ", "\t", "    "]),
    st.sampled_from([" {", "{", "\n{", " {\n", " { # open\n", "\n\n  { "]),
    st.sampled_from(["\n}", "\n  }\n", "\n} # closed", "\n}\n\n"]),
    st.sampled_from(["", " # a comment", " ! weight 9", "#x"]),
)
REALS = st.lists(
    st.tuples(st.integers(1, 250), st.one_of(st.none(), st.integers(1, 65535)), LAYOUTS), min_size=2, max_size=6,
    unique_by=lambda real: real[0],
)  # fmt: skip


def written(reals: list[tuple[int, int | None, Layout]]) -> str:
    text = "virtual_server 10.0.0.100 80 {\nprotocol TCP\n"
    for host, weight, how in reals:
        inside = "" if weight is None else f"\n{how.indent * 2}weight {weight}{how.comment}"
        block = f"{how.indent}real_server 10.0.0.{host} 80{how.brace}{inside}{how.close}\n"
        text += block.replace("\n", how.newline)
    return text + "}\n"


@given(REALS, st.data())
def test_a_known_structure_in_any_layout(reals: list[tuple[int, int | None, Layout]], pick: st.DataObject) -> None:
    before = read(written(reals))
    name = "tcp/10.0.0.100:80"
    known = {(name, f"10.0.0.{host}:80"): 1 if weight is None else weight for host, weight, _ in reals}
    assert weights(before) == known
    chosen = pick.draw(st.sets(st.sampled_from([f"10.0.0.{host}:80" for host, _, _ in reals]), min_size=1))
    made = edit.make(before, [edit.DrainRealServer(name, key(one), "ana@ops1", WHEN, "why") for one in sorted(chosen)])
    after = made.apply(before)
    assert weights(after) == known | {(name, one): 0 for one in chosen}
    for version in ((2, 0, 20), (2, 1, 5), (2, 3, 3), (2, 4, 3)):  # the notes mean the same to every keepalived
        assert weights(read(after.files[0].data, version=version)).keys() == known.keys()
        if version >= (2, 3, 0):
            assert weights(read(after.files[0].data, version=version)) == weights(after)
    assert patched({"keepalived.conf": made.files[0].before}, edit.diff(made).encode()) == {
        "keepalived.conf": made.files[0].after
    }
    back = edit.make(after, [edit.RestoreRealServer(name, key(one)) for one in chosen]).apply(after)
    assert back.files == before.files
    one = min(chosen)
    removed = edit.remove(before, name, key(one)).apply(before)
    assert weights(removed) == {target: weight for target, weight in known.items() if target[1] != one}
    added = edit.add(before, name, key("10.0.0.251:80"), weight=9, like=key(one)).apply(before)
    assert weights(added) == known | {(name, "10.0.0.251:80"): 9}
