"""Decide what nobody should see of a configuration, and replace it by MASK: the one place for all that leaves.

Where a secret stands in a line is told by `secret_patterns`. What other lines say of it is found here (`known`):

    $NAME=X               where a secret is given by $NAME, or NAME says that it is one; those that X names likewise
    ~LST({A,B},…)         where A or B is such a name: all of its values
    $NAME hunter2         where NAME stands for what comes before a secret (`$KW=auth_pass`)
    $NAME= \\ ⏎ hunter2    the further lines of a line that goes on, each as part of the whole; likewise one of over 1,023 bytes

Commented-out lines count as well: an old password may be in use elsewhere. So do the lines of keepalived's log that repeat
a line of the file. What holds a secret is never cut or shortened, only the secret itself is replaced, always by as much.

Not for: how a line is shown otherwise (see `highlight`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from lvstui.keepalived.parsing.syntax import LINE_LIMIT
from lvstui.keepalived.secret_patterns import MAYBE, PORT_BY_NAME, Span, in_line, in_message, is_port, telling

MASK = "••••••••"  # as long for every secret
_MASK = MASK.encode()
_DEFINITION = re.compile(rb"(?<![\w$])\$([A-Za-z_]\w*)=[ \t]*")  # behind a brace, too
_DEFINES = re.compile(rb"\$[A-Za-z_]\w*=|~LST")
_REFERENCE = re.compile(rb"\$\{?([A-Za-z_]\w*)")
_LIST = re.compile(rb"~LST[ \t]*\([ \t]*(\{[^}\n]{0,1023}\}|[^ \t,\n]{1,1023})[ \t]*,([^)\n]*)\)?")
_AFTER_NAME = re.compile(rb"""\$\{?([A-Za-z_]\w*)\}?[ \t]*("[^"\n]*"?|'[^'\n]*'?|[^ \t\n]+)""")
_GOES_ON = re.compile(rb"\\[ \t\r]*\n(?:[ \t]*[#!]+)?")  # commented out line by line, too
_BEFORE_PART = re.compile(rb"[ \t]*(?:[#!]+[ \t]*)?")
_PROBE = b"\x01\x01"
_LONGEST = 16_384  # bytes of a definition that are looked at for other names
_SHORTEST_VALUE = 4  # characters; a shorter one may be a part of anything


@dataclass(frozen=True, slots=True)
class Known:
    """Hold what the lines of some files say of the secrets in other lines."""

    names: frozenset[bytes] = frozenset()  # the definitions that hold a secret
    before: frozenset[bytes] = frozenset()  # those that stand for what comes before one
    parts: Mapping[bytes, tuple[Span, ...]] = field(default_factory=dict)  # of lines that are part of a longer one

    def and_of(self, files: Iterable[bytes]) -> Known:
        """Return this and what these files say, read with it."""
        return known(files, self)


NOTHING_KNOWN = Known()


def known(files: Iterable[bytes], more: Known = NOTHING_KNOWN) -> Known:
    """Return what these files, those of one configuration or of two, say of the secrets in their lines, and `more`."""
    datas = [data for data in dict.fromkeys(files) if b"$" in data or b"\\" in data or _is_long(data)]
    joined = [_joined(data) for data in datas]
    texts = list(dict.fromkeys((*joined, *datas)))  # a line that should not go on says something by itself
    bodies = _bodies(texts)
    before = more.before.union(name for name, some in bodies.items() if any(map(_comes_before_a_secret, some)))
    found = Known(_names(texts, bodies, Known(more.names, before)), before)
    parts = dict(more.parts)
    for data, whole in zip(datas, joined, strict=True):
        for line, hidden in _parts(data, whole, found):
            parts[line] = tuple(_merged([*parts.get(line, ()), *hidden]))
    return Known(found.names, before, parts)


def _is_long(data: bytes) -> bool:
    return any(len(line) > LINE_LIMIT for line in data.split(b"\n"))


def _joined(data: bytes) -> bytes:
    """Return the data with each line that goes on as one line with the next: as long, so that places are the same."""
    return _GOES_ON.sub(lambda match: b" " * len(match[0]), data)


def _bodies(texts: Iterable[bytes]) -> dict[bytes, list[bytes]]:
    """Return what each name stands for, in definitions and in lists."""
    bodies: dict[bytes, list[bytes]] = {}
    for data in texts:
        for match in _DEFINITION.finditer(data):
            body = data[match.end() : match.end() + _LONGEST].partition(b"\n")[0]
            bodies.setdefault(match[1], []).append(body)
        for match in _LIST.finditer(data):
            values = [one.strip(b" \t{}") for one in match[2].split(b",")]
            for name in _list_names(match):
                bodies.setdefault(name, []).extend(values)
    return bodies


def _list_names(match: re.Match[bytes]) -> list[bytes]:
    return [part.strip() for part in match[1].strip(b"{}").split(b",")]


def _comes_before_a_secret(body: bytes) -> bool:
    texts = {body.rstrip(), re.split(b"[#!]", body)[0].rstrip(b" \t\r}")}
    probes = ((len(text), text + between + _PROBE) for text in texts for between in (b"", b" "))
    return any(end > length for length, probe in probes for _, end in in_line(probe))


def _names(texts: Iterable[bytes], bodies: Mapping[bytes, list[bytes]], more: Known) -> frozenset[bytes]:
    found = {name for name in bodies if telling(name)} | more.names
    for data in texts:
        for line in set(data.split(b"\n")):
            if b"$" not in line:
                continue
            for start, end in spans(line, more):
                found.update(_REFERENCE.findall(line[start:end]))
            for name in PORT_BY_NAME.findall(line):
                if not all(map(is_port, bodies.get(name, ()))):
                    found.add(name)
    waiting = list(found)
    while waiting:
        for body in bodies.get(waiting.pop(), ()):
            new = set(_REFERENCE.findall(body)) - found
            found |= new
            waiting += new
    return frozenset(found)


def _parts(data: bytes, joined: bytes, found: Known) -> Iterator[tuple[bytes, list[Span]]]:
    """Give the lines of which keepalived or a reader sees only a part, with the secrets that only the whole line shows."""
    position = 0
    for whole in joined.split(b"\n"):
        written = data[position : position + len(whole)]
        if b"\n" in written or len(whole) > LINE_LIMIT:
            hidden = spans(whole, found)
            for offset, line in _cut(written):
                margin = _BEFORE_PART.match(line)
                first = margin.end() if margin is not None else 0
                last = len(line.rstrip(b"\\ \t\r"))
                inside = [(max(start - offset, first), min(end - offset, last)) for start, end in hidden]
                if more := [(start, end) for start, end in inside if start < end]:
                    yield line.rstrip(b"\r"), more
        position += len(whole) + 1


def _cut(written: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the lines of a text with where each begins; of one that is too long, also the parts that keepalived takes."""
    offset = 0
    for line in written.split(b"\n"):
        yield offset, line
        if len(line) >= LINE_LIMIT:
            yield from ((offset + start, line[start : start + LINE_LIMIT]) for start in range(0, len(line), LINE_LIMIT))
        offset += len(line) + 1


def spans(line: bytes, others: Known = NOTHING_KNOWN) -> list[Span]:
    """Return where the secrets stand in a line, in order; `others` is what other lines say of it."""
    found = list(in_line(line))
    if others.names:
        found += _defined(line, others.names)
    if others.before and b"$" in line:
        found += [match.span(2) for match in _AFTER_NAME.finditer(line) if match[1] in others.before]
    if others.parts:
        found += others.parts.get(line.rstrip(b"\r\n"), ())
    if not found:
        return []
    last = len(line.rstrip(b"\\ \t\r\n"))  # the line still goes on, and ends, as it is written
    return _merged((start, min(end, last)) for start, end in found)


def _defined(line: bytes, names: frozenset[bytes]) -> Iterator[Span]:
    for match in _DEFINITION.finditer(line):
        if match[1] in names:
            yield match.end(), len(line)
            break
    for match in _LIST.finditer(line):
        if names.intersection(_list_names(match)):
            yield match.span(2)


def _merged(found: Iterable[Span]) -> list[Span]:
    merged: list[Span] = []
    for start, end in sorted(span for span in found if span[0] < span[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def masked(data: bytes, others: Known = NOTHING_KNOWN) -> bytes:
    """Return the lines of a file, or of a diff, with MASK in the place of every secret."""
    if MAYBE.search(data) is None and others == NOTHING_KNOWN:
        return data
    return b"\n".join(_masked(line, others) for line in data.split(b"\n"))


def _masked(line: bytes, others: Known) -> bytes:
    found = spans(line, others)
    if line[:1] in (b"+", b"-", b" "):  # of a diff, it may be
        found = _merged(chain(found, ((start + 1, end + 1) for start, end in spans(line[1:], others))))
    return _replaced(line, found)


def _replaced(text: bytes, found: Iterable[Span]) -> bytes:
    parts: list[bytes] = []
    position = 0
    for start, end in found:
        parts += [text[position:start], _MASK]
        position = end
    return b"".join((*parts, text[position:]))


def masked_text(text: str, values: Iterable[str] = ()) -> str:
    """Return a line of a log or a message with MASK in the place of every secret.

    keepalived repeats a line of its file between single quotes; elsewhere `password` is a word as any other. `values` are
    the secrets of the file that the message is about (see `values_in`).
    """
    data = text.encode(errors="surrogatepass")
    text = _replaced(data, _merged(in_message(data))).decode(errors="surrogatepass")
    for value in values:
        if value in text:
            text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", MASK, text)
    return text


def values_in(files: Iterable[bytes], lines: Iterable[bytes] | None = None) -> tuple[str, ...]:
    """Return the secrets of these files themselves, the longest first, to find them in what is said of the files.

    With `lines`, only those of the definitions and of these lines.
    """
    datas = tuple(files)
    others = known(datas)
    every = set(chain.from_iterable(data.split(b"\n") for data in datas if lines is None or others != NOTHING_KNOWN))
    if lines is not None:
        every = {line for line in every if line.rstrip(b"\r") in others.parts or _DEFINES.search(line)}
    found: set[str] = set()
    for line in every.union(lines or ()):
        for start, end in spans(line, others):
            text = line[start:end].decode(errors="backslashreplace")
            for one in (text, *re.split(r"\$\{[^}]*\}|\$\w+|[,#!]", text)):
                found.add(one.strip("\"'{} \t\\"))
    return tuple(
        sorted(
            (one for one in found if len(one) >= _SHORTEST_VALUE and "$" not in one), key=lambda one: (-len(one), one)
        )
    )


def has_mask(text: str) -> bool:
    """Return True if a secret was taken out of the text: it cannot be put back into a file."""
    return MASK in text
