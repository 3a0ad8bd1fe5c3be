"""What a diff calls changed."""

from __future__ import annotations

from lvstui.keepalived.editing.diff import unified

BLOCK = b"""    real_server 192.168.211.13 %d {
        weight 1
        TCP_CHECK {
            connect_timeout 3
        }
    }

"""


def lines(before: bytes, after: bytes) -> list[str]:
    text = unified("/x", before, after).decode().splitlines()[2:]
    return [line for line in text if line[0] in "+-"]


def test_a_block_like_its_neighbours_is_taken_out_and_put_in_whole() -> None:
    ports = (8081, 8082, 8083, 8084)
    before = b"head {\n" + b"".join(BLOCK % port for port in ports) + b"}\n"
    for gone in ports:
        after = b"head {\n" + b"".join(BLOCK % port for port in ports if port != gone) + b"}\n"
        assert [line[1:] for line in lines(before, after)] == (BLOCK % gone).decode().splitlines()
        assert {line[0] for line in lines(before, after)} == {"-"}
        assert {line[0] for line in lines(after, before)} == {"+"}


def test_a_line_that_became_another_is_one_line() -> None:
    before = b"".join(BLOCK % port for port in (8081, 8082))
    after = before.replace(b"weight 1", b"weight 5", 1)
    assert lines(before, after) == ["-        weight 1", "+        weight 5"]
