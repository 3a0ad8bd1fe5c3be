"""keepalived's own copy of what it has loaded, against the files as they are now."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.keepalived import Configuration, MemoryFiles, load
from lvstui.keepalived.reading.loaded_files import as_loaded, copied_files, same

MAIN = "/etc/keepalived/keepalived.conf"
A, B = "/etc/keepalived/inc/a.conf", "/etc/keepalived/inc/b.conf"
TEXT = b"""! a comment
global_defs {
    router_id X   # trailing
}
include inc/*.conf
vrrp_instance VI_1 {
    state BACKUP
    interface v0
    notify "/bin/x #1"
}
"""
PART = b"virtual_server 10.0.0.1 80 {\n  protocol TCP\n  real_server 10.0.0.2 80 { weight 3 }\n}\n"
# As 2.2.7 and 2.4.3 wrote it.
COPY = b"""# /etc/keepalived/keepalived.conf

global_defs {
router_id X
}

# inc/a.conf
virtual_server 10.0.0.1 80 {
protocol TCP
real_server 10.0.0.2 80 { weight 3 }
}
!
# inc/b.conf


!
vrrp_instance VI_1 {
state BACKUP
interface v0
notify "/bin/x #1"
}
!
"""


def on_disk(text: bytes = TEXT, **parts: bytes) -> Configuration:
    data = {MAIN: text} | {f"/etc/keepalived/inc/{name}.conf": body for name, body in parts.items()}
    globs = {"/etc/keepalived/inc/*.conf": sorted(path for path in data if path != MAIN)}
    return load(MAIN, MemoryFiles(data, globs), "director1", (2, 2, 7))


def unchanged(configuration: Configuration, copy: bytes = COPY) -> bool:
    return same(copied_files(copy, MAIN), configuration.expansion)


def test_the_files_of_a_copy_are_told_apart() -> None:
    main, a, b = copied_files(COPY, MAIN)
    assert (main.path, a.path, b.path) == (MAIN, A, B)
    assert main.lines[0] == b"global_defs {" and main.lines[-2:] == (b'notify "/bin/x #1"', b"}")
    assert a.lines[1:3] == (b"protocol TCP", b"real_server 10.0.0.2 80 { weight 3 }")
    assert b.lines == ()


@pytest.mark.parametrize(
    ("text", "parts", "equal"),
    [
        (TEXT, {"a": PART, "b": b"# empty\n\n"}, True),
        (
            b"# new\n\n" + TEXT.replace(b"# trailing", b"# other"),
            {"a": b"\t" + PART, "b": b""},
            True,
        ),  # comments, blanks
        (TEXT.replace(b"\n", b"\r\n"), {"a": PART, "b": b""}, True),
        (TEXT.replace(b"router_id X", b"router_id Y"), {"a": PART, "b": b""}, False),
        (TEXT.replace(b"#1", b"#2"), {"a": PART, "b": b""}, False),  # a script, which no dump of ours tells
        (TEXT, {"a": PART.replace(b"weight 3", b"weight 0"), "b": b""}, False),
        (TEXT, {"a": PART}, False),  # a file was removed
        (TEXT, {"a": PART, "b": b"", "c": b"# nothing yet\n"}, False),  # and one is new
        (TEXT.replace(b"include inc/*.conf\n", b""), {"a": PART, "b": b""}, False),
    ],
)
def test_the_same_is_what_keepalived_would_read_the_same(text: bytes, parts: dict[str, bytes], equal: bool) -> None:
    assert unchanged(on_disk(text, **parts)) is equal


def test_a_complaint_in_the_copy_is_no_line_and_a_half_written_copy_is_none() -> None:
    assert unchanged(on_disk(a=PART, b=b""), COPY.replace(b"!\nvrrp", b"!\n#! nothing to see\nvrrp"))
    for broken in (COPY[:-3], b"global_defs {\n}\n", COPY + b"state MASTER\n"):
        with pytest.raises(ValueError, match="file"):
            copied_files(broken, MAIN)


def test_a_path_is_relative_to_the_file_that_includes_it() -> None:
    copy = b"# keepalived.conf\n# sub/a.conf\n# ../b.conf\nx 1\n!\n!\n!\n"
    assert [file.path for file in copied_files(copy, MAIN)] == [
        MAIN,
        "/etc/keepalived/sub/a.conf",
        "/etc/keepalived/b.conf",
    ]


def test_as_it_was_loaded_differs_from_the_file_in_nothing_but_what_is_not_loaded() -> None:
    now = on_disk(TEXT.replace(b"state BACKUP", b"state MASTER\n    priority 7"), a=PART.replace(b"3", b"0"), b=b"#\n")
    loaded = as_loaded(copied_files(COPY, MAIN), now.expansion)
    assert loaded == {MAIN: TEXT, A: PART.replace(b"  real", b"  real"), B: b"#\n"}


def test_a_file_that_was_not_loaded_was_empty_and_one_that_is_gone_is_there() -> None:
    loaded = as_loaded(copied_files(COPY, MAIN), on_disk(a=PART, c=PART).expansion)
    assert loaded["/etc/keepalived/inc/c.conf"] == b""
    assert loaded[B] == b"" and loaded[A] == PART


LINES = st.lists(st.sampled_from([b"a 1", b"b {", b"}", b"  c 2 # x", b"", b"# y", b"d \\"]), max_size=12)


@given(LINES, LINES)
def test_what_was_loaded_can_be_had_back_whatever_lies_there_now(before: list[bytes], now: list[bytes]) -> None:
    copy = b"\n".join([b"# x", *(re.sub(rb" *# .*", b"", line).strip() for line in before), b"!", b""])
    current = on_disk(b"\n".join(now))
    loaded = as_loaded(copied_files(copy, MAIN), current.expansion)[MAIN]
    assert same(copied_files(copy, MAIN), on_disk(loaded).expansion)
