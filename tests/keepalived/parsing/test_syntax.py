"""The tree gives back its bytes, whatever they are, and takes a line apart as keepalived does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.keepalived import Line, parse, render
from lvstui.keepalived.parsing.lexical import decomment, pieces, text_of, word_spans, words_of
from lvstui.keepalived.parsing.syntax import LINE_LIMIT, parse_line
from tests.support.configurations import corpus

AWKWARD = st.lists(
    st.sampled_from(
        [bytes([n]) for n in b'ab19{}$@~ \t"#!\\\r\n\0.='] + [b"\xef\xbb\xbf", b"\xff", b"x" * 600, b"include a\n"]
    ),
    max_size=60,
).map(b"".join)


def test_every_file_of_the_corpus_comes_back() -> None:
    files = corpus()
    assert len(files) == 222
    for path in files:
        data = path.read_bytes()
        assert render(parse(data, path.name)) == data, path.name


@given(AWKWARD | st.binary(max_size=3000))
def test_any_bytes_come_back(data: bytes) -> None:
    tree = parse(data)
    assert render(tree) == data
    assert all(len(line.raw) <= LINE_LIMIT for line in tree.lines)
    assert all(b"\n" not in line.body for line in tree.lines)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (b"    weight 1  # canary\r\n", Line(b"    ", b"weight 1", b"  ", b"# canary", b"\r\n")),
        (b"weight 1#c", Line(b"", b"weight 1", b"", b"#c", b"")),
        (b'a "b # c" d! e\n', Line(b"", b'a "b # c" d', b"", b"! e", b"\n")),
        (b"virtualhost x\\#y # z\n", Line(b"", b"virtualhost x\\#y", b" ", b"# z", b"\n")),
        (b'a "never closed # no comment\n', Line(b"", b'a "never closed # no comment', b"", b"", b"\n")),
        (b"a b\0hidden\n", Line(b"", b"a b", b"", b"\0hidden", b"\n")),
        (b" \t \n", Line(b" \t ", b"", b"", b"", b"\n")),
    ],
)
def test_a_line_in_its_slices(text: bytes, line: Line) -> None:
    assert parse_line(text) == line


def test_a_line_is_cut_where_keepalived_cuts_it() -> None:
    tree = parse(b"# " + b"x" * 1021 + b"weight 1\nend\n")
    assert [line.code for line in tree.lines] == [b"", b"weight 1", b"end"]
    assert [tree.number(row) for row in range(3)] == [1, 1, 2]


@given(AWKWARD, AWKWARD, st.data())
def test_splice_is_splicing_the_bytes(data: bytes, new: bytes, pick: st.DataObject) -> None:
    tree = parse(data)
    first = pick.draw(st.integers(0, len(tree.lines)))
    last = pick.draw(st.integers(first, len(tree.lines)))
    raw = [line.raw for line in tree.lines]
    spliced = tree.splice(first, last, new)
    assert render(spliced) == b"".join(raw[:first]) + new + b"".join(raw[last:])
    assert spliced.broken == tuple(n for n, line in enumerate(spliced.lines[:-1]) if not line.newline.endswith(b"\n"))


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (b"  weight 1 ! x", b"weight 1"),
        (b"# comment \\", b"\\"),
        (b"weight 1 \\", b"weight 1\\"),
        (b"a\\#b", b"a#b"),
        (b'"a\\"b" # c', b'"a\\"b"'),
        (b"a \\\\", b"a \\\\"),
    ],
)
def test_comments(text: bytes, rest: bytes) -> None:
    assert decomment(text) == rest


def test_an_escaped_comment_sign_is_lost_in_the_copy_that_the_processes_read() -> None:
    assert text_of(parse_line(b"virtualhost x\\#y\n")) == b"virtualhost x"


def test_only_braces_separate_statements() -> None:
    text = b'real_server 10.0.0.1 80{ weight 1 }} x "{" {y'
    assert [piece for _, piece in pieces(text)] == [
        b"real_server 10.0.0.1 80", b"{", b"weight 1", b"}", b"}", b'x "{"', b"{", b"y",
    ]  # fmt: skip
    assert all(text.startswith(piece, offset) for offset, piece in pieces(text))


@given(st.text('ab" \t', max_size=20).map(str.encode))
def test_words_and_where_they_stand(text: bytes) -> None:
    words, spans = words_of(text), word_spans(text)
    assert [text[start:end].strip(b'"') for start, end in spans] == [word.strip(b'"') for word in words]
