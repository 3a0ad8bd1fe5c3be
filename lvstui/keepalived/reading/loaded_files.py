"""Make of keepalived's own copy of what it has loaded the files that it was read from. Bytes in, facts out.

From 2.2 on the parent writes each line as it reads it, without comment and outer blanks: `# PATH` where a file begins, `!` where
it ends, an empty line for an include, `#! MESSAGE` for a complaint. A path is as glob(3) gave it in the folder of the
including file.

Not for: where the copy is found (see `director`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from lvstui.keepalived.parsing.dialect import Dialect
from lvstui.keepalived.parsing.lexical import decomment, include_in, text_of
from lvstui.keepalived.parsing.statements import Expansion
from lvstui.keepalived.parsing.syntax import Tree

_OPENS, _COMPLAINS, _ENDS = b"# ", b"#!", b"!"
_EMPTY = b" \t\r\\"  # a `\\` alone, which a comment has left, says nothing

_SPECIAL = re.compile(rb'["#!\\]')
_ALIGNED = 4_000_000  # lines of the one times lines of the other that are aligned; more takes seconds


class CopiedFile(NamedTuple):
    """A file as it was read, once for each time that it was."""

    path: str  # absolute, normalised
    lines: tuple[bytes, ...]  # those that say something


def copied_files(copy: bytes, main: str) -> tuple[CopiedFile, ...]:
    """Return the files of a copy, in the order in which they began; the first one is `main`, an absolute path.

    Raises ValueError for what is no copy.
    """
    found: list[tuple[str, list[bytes]]] = []
    reading: list[int] = []
    for line in copy.split(b"\n"):
        if line.startswith(_OPENS):
            found.append((_path(line[len(_OPENS) :], main, found[reading[-1]][0] if reading else None), []))
            reading.append(len(found) - 1)
        elif line.startswith(_COMPLAINS):
            continue
        elif line == _ENDS and reading:
            reading.pop()
        elif text := line.strip(_EMPTY):
            if not reading:
                raise ValueError("a line stands in no file")
            found[reading[-1]][1].append(text)
    if reading:
        raise ValueError("it ends amid a file")
    return tuple(CopiedFile(path, tuple(lines)) for path, lines in found)


def _path(written: bytes, main: str, within: str | None) -> str:
    if within is None:
        return posixpath.normpath(main)
    name = written.decode(errors="surrogateescape")
    return posixpath.normpath(posixpath.join(posixpath.dirname(within), name))


def same(copied: Sequence[CopiedFile], expansion: Expansion) -> bool:
    """Return True if the files, as they are, are what was read: no file more or less, and each says the same."""
    now = {posixpath.normpath(tree.path): tree for tree in expansion.trees}
    if now.keys() != {file.path for file in copied}:
        return False
    lines = {path: tuple(filter(None, _effective(tree, expansion.dialect))) for path, tree in now.items()}
    return all(_said(file.lines, expansion.dialect) == lines[file.path] for file in copied)


def as_loaded(copied: Iterable[CopiedFile], expansion: Expansion) -> dict[str, bytes]:
    """Return the files as they were loaded, by the paths of `expansion`: its own lines wherever they say the same.

    Comments, and whatever else says nothing, are taken from the files as they are.
    """
    dialect = expansion.dialect
    trees = {posixpath.normpath(tree.path): tree for tree in expansion.trees}
    found = {tree.path: b"" for tree in expansion.trees}
    for file in copied:
        tree = trees.pop(file.path, None)
        if tree is not None:
            found[tree.path] = _merged(tree, _said(file.lines, dialect), dialect)
        elif file.path not in found:
            found[file.path] = b"".join(line + b"\n" for line in file.lines)
    return found


def _said(lines: tuple[bytes, ...], dialect: Dialect) -> tuple[bytes, ...]:
    """Return the lines of its copy as keepalived's children read them."""
    return tuple(
        text
        for line in lines
        if (text := decomment(line, dialect).strip(_EMPTY) if _SPECIAL.search(line) is not None else line)
    )


def _effective(tree: Tree, dialect: Dialect) -> list[bytes]:
    """Return what each line says, as its copy would have it; b"" of those that say nothing."""
    texts: dict[int, bytes] = {}  # equal lines of a tree are one object
    found: list[bytes] = []
    for line in tree.lines:
        text = texts.get(id(line))
        if text is None:
            text = text_of(line, dialect)
            text = texts[id(line)] = b"" if include_in(text) is not None else text.strip(_EMPTY)
        found.append(text)
    return found


def _merged(tree: Tree, loaded: Sequence[bytes], dialect: Dialect) -> bytes:
    """Return the lines of `tree` that say what was loaded, and what was loaded instead of the others."""
    texts = _effective(tree, dialect)
    rows = [row for row, text in enumerate(texts) if text]
    now = [texts[row] for row in rows]
    gone: set[int] = set()
    instead: dict[int, list[bytes]] = {}  # before which row: the lines that were there
    for first, last, old in _differences(now, loaded):
        gone.update(rows[first:last])
        if old:
            before = rows[first] if first < len(rows) else len(tree.lines)
            indent = tree.lines[rows[min(first, len(rows) - 1)]].indent if rows else b""
            instead.setdefault(before, []).extend(indent + text + b"\n" for text in old)
    parts: list[bytes] = []
    for row, line in enumerate(tree.lines):
        parts += instead.get(row, ())
        if row not in gone:
            parts.append(line.raw)
    if instead.get(len(tree.lines)) and parts and not parts[-1].endswith(b"\n"):
        parts.append(b"\n")
    return b"".join((*parts, *instead.get(len(tree.lines), ())))


def _differences(now: Sequence[bytes], loaded: Sequence[bytes]) -> Iterator[tuple[int, int, Sequence[bytes]]]:
    """Give the pieces of `now` that are another in `loaded`: where they begin and end, and what is there instead."""
    head = 0
    while head < min(len(now), len(loaded)) and now[head] == loaded[head]:
        head += 1
    tail = 0
    while tail < min(len(now), len(loaded)) - head and now[-1 - tail] == loaded[-1 - tail]:
        tail += 1
    a, b = now[head : len(now) - tail], loaded[head : len(loaded) - tail]
    if len(a) * len(b) > _ALIGNED:
        yield head, head + len(a), b
        return
    for tag, first, last, other_first, other_last in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            yield head + first, head + last, b[other_first:other_last]
