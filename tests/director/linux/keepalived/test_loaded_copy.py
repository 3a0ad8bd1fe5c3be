"""Find keepalived's copy of what it has loaded, wherever it is opened next; this process stands for keepalived."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lvstui.director.linux.keepalived import loaded_copy
from lvstui.director.linux.keepalived.loaded_copy import LoadedCopy
from lvstui.director.linux.process import look


@contextmanager
def opened(text: str, name: str = "/keepalived/consolidated_configuration") -> Iterator[None]:
    descriptor = os.memfd_create(name)
    os.write(descriptor, text.encode())
    try:
        yield
    finally:
        os.close(descriptor)


def loaded(copies: LoadedCopy) -> bytes:
    known = copies.read(look(os.getpid()))
    assert known is not None
    return known.data


def test_a_copy_that_is_opened_again_behind_another_file_is_found() -> None:
    copies = LoadedCopy()
    with opened("# k.conf\none\n!\n"):
        assert loaded(copies) == b"# k.conf\none\n!\n"
    with opened("another file\n", "another"):  # at the descriptor where the copy was
        assert loaded(copies) == b""
        with opened("# k.conf\ntwo\n!\n"):
            assert loaded(copies) == b"# k.conf\ntwo\n!\n"


def test_a_copy_that_stays_where_it_is_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    copies, looked_for = LoadedCopy(), list[int]()
    find = loaded_copy._find

    def counted(pid: int) -> tuple[str, os.stat_result] | None:
        looked_for.append(pid)
        return find(pid)

    monkeypatch.setattr(loaded_copy, "_find", counted)
    with opened("# k.conf\none\n!\n"):
        assert [loaded(copies) for _ in range(3)] == [b"# k.conf\none\n!\n"] * 3
    assert looked_for == [os.getpid()]


def test_a_copy_that_is_written_anew_where_it_was_is_read_anew() -> None:
    copies = LoadedCopy()
    with opened("# k.conf\none\n!\n"):
        assert loaded(copies) == b"# k.conf\none\n!\n"
    with opened("# k.conf\nother\n!\n"):
        assert loaded(copies) == b"# k.conf\nother\n!\n"
