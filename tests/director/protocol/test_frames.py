"""Frames over a stream: whole, cut anywhere, behind noise, and such as nobody may send."""

from __future__ import annotations

import json
import struct
import typing
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.director.protocol.frames import MARKER, MAX_FRAME, MAX_NOISE, FrameDecoder, ProtocolError, encode
from lvstui.director.protocol.link_messages import Goodbye, Ping, Pong
from lvstui.director.protocol.message_registry import FromAgent, FromConsole, Message

PONGS: list[Message] = [Pong(0.5, 0.25, 0.5, 9.0), Goodbye("no room"), Pong(1.0, 0.75, 1.0, 9.5)]
STREAM = MARKER + b"".join(map(encode, PONGS))


def frame(payload: bytes, *, length: int | None = None, version: int = 1, flags: int = 0) -> bytes:
    return struct.pack(">IBB", len(payload) if length is None else length, version, flags) + payload


def messages(union: object) -> st.SearchStrategy[Message]:
    kinds = typing.get_args(union)
    return st.one_of([st.builds(kind, **dict.fromkeys(typing.get_type_hints(kind), ...)) for kind in kinds])


@given(messages(FromAgent))
def test_each_message_of_an_agent_comes_back_as_it_was_sent(message: Message) -> None:
    decoder = FrameDecoder(from_agent=True)
    [back] = decoder.receive_data(MARKER + encode(message))
    assert type(back) is type(message)
    assert encode(back) == encode(message), "as a frame: a figure may be NaN, which is equal to nothing"
    assert decoder.waiting == 0


@given(messages(FromConsole))
def test_each_message_of_a_console_comes_back_as_it_was_sent(message: Message) -> None:
    [back] = FrameDecoder(from_agent=False).receive_data(encode(message))
    assert type(back) is type(message)
    assert encode(back) == encode(message)


@pytest.mark.parametrize("cut", range(len(STREAM) + 1))
def test_a_stream_that_is_cut_anywhere_gives_the_same_messages(cut: int) -> None:
    decoder = FrameDecoder(from_agent=True)
    assert decoder.receive_data(STREAM[:cut]) + decoder.receive_data(STREAM[cut:]) == PONGS


def test_what_a_login_shell_prints_is_kept_as_noise_and_skipped() -> None:
    decoder = FrameDecoder(from_agent=True)
    assert decoder.receive_data(b"Welcome!\n" + STREAM) == PONGS
    assert decoder.noise == b"Welcome!\n"


def test_a_stream_of_noise_alone_ends_the_link() -> None:
    decoder = FrameDecoder(from_agent=True)
    assert decoder.receive_data(b"x" * MAX_NOISE) == []
    with pytest.raises(ProtocolError, match="no agent answered"):
        decoder.receive_data(b"x")


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (frame(b"[]", version=2), "protocol version 2"),
        (frame(b"", length=MAX_FRAME + 1), "at most"),
        (frame(b"[]", flags=2), "unknown frame flags"),
        (frame(b"{"), "not JSON"),
        (frame(b'["Ping"]'), "not a named message"),
        (frame(b'["Pong", [1.0, 2]]'), "unknown message 'Pong'"),
        (frame(b'["Ping", ["1"]]'), "expected float, got str"),
        (frame(b'["Ping", [1, 2]]'), "expected 1 fields"),
        (frame(b'["Ping", [true]]'), "expected float, got bool"),
        (frame(b"no zlib", flags=1), "does not inflate"),
        (frame(zlib.compress(b'["Ping", [1]]')[:-1], flags=1), "cut short"),
        (frame(zlib.compress(b'["Ping", [1]]') + b"more", flags=1), "followed by something else"),
    ],
)
def test_a_frame_that_cannot_be_understood_ends_the_link(sent: bytes, why: str) -> None:
    with pytest.raises(ProtocolError, match=why):
        FrameDecoder(from_agent=False).receive_data(sent)


def test_a_large_frame_is_compressed_and_a_small_one_is_not() -> None:
    small, large = encode(Ping(1.5)), encode(Goodbye("x" * 10_000))
    assert json.loads(small[6:]) == ["Ping", [1.5]]
    assert len(large) < 200
