"""Turn messages into frames and back. Sans-IO: bytes in, messages out, and the other way round.

A stream is noise (what a login shell prints), the marker, then frames. A frame is a header (length of the payload, 4 bytes
big-endian; protocol version, 1 byte; flags, 1 byte) and a payload: a JSON array of the message's name and its fields,
zlib-compressed when flag 1 is set. The console's stream has no noise and no marker.

A frame that cannot be understood raises `ProtocolError` and changes nothing: the link must end, there is no half state.
"""

from __future__ import annotations

import json
import struct
import typing
import zlib
from typing import Dict, List, Optional, Tuple

from .codec import CodecError, Decode, Encode, codec
from .message_registry import FromAgent, FromConsole, Message

VERSION = 1
MARKER = b"\x00lvstui-agent\x00"
MAX_FRAME = 64 * 1024 * 1024  # bytes; ten times the largest sample ever seen, and no way to fill a memory
MAX_NOISE = 64 * 1024  # bytes before the marker
_COMPRESS_FROM = 512  # bytes; below this zlib gains nothing
_COMPRESSED = 1
_HEADER = struct.Struct(">IBB")


class ProtocolError(Exception):
    """The other end sent something that is not of this protocol."""


def _table(union: object) -> Dict[str, Tuple[Encode, Decode]]:
    return {kind.__name__: codec(kind) for kind in typing.get_args(union)}


_FROM_AGENT = _table(FromAgent)
_FROM_CONSOLE = _table(FromConsole)


def encode(message: Message) -> bytes:
    """Return one message as one frame."""
    name = type(message).__name__
    encoder = (_FROM_AGENT.get(name) or _FROM_CONSOLE[name])[0]
    payload = json.dumps([name, encoder(message)], separators=(",", ":"), ensure_ascii=True).encode("ascii")
    flags = 0
    if len(payload) >= _COMPRESS_FROM:
        payload = zlib.compress(payload, 1)
        flags = _COMPRESSED
    return _HEADER.pack(len(payload), VERSION, flags) + payload


class FrameDecoder:
    """A decoder of one stream: bytes in, its messages out.

    `marker`: skip noise up to the marker first (the agent's stream). `noise` then holds what came before it, for the error
    message when the marker never comes.
    """

    def __init__(self, *, from_agent: bool) -> None:
        self._messages = _FROM_AGENT if from_agent else _FROM_CONSOLE
        self._buffer = bytearray()
        self._in_noise = from_agent
        self.noise = b""

    def receive_data(self, data: bytes) -> List[Message]:
        """Return the messages that `data` completes. Raises ProtocolError."""
        self._buffer += data
        if self._in_noise and not self._skip_noise():
            return []
        messages: List[Message] = []
        while True:
            message = self._next()
            if message is None:
                return messages
            messages.append(message)

    @property
    def waiting(self) -> int:
        """Return the number of bytes that are here of a frame whose end is still to come."""
        return len(self._buffer)

    def _skip_noise(self) -> bool:
        start = self._buffer.find(MARKER)
        if start < 0:
            self.noise = bytes(self._buffer[:MAX_NOISE])
            if len(self._buffer) > MAX_NOISE:
                raise ProtocolError(f"no agent answered in the first {MAX_NOISE} bytes")
            return False
        self.noise = bytes(self._buffer[:start])
        del self._buffer[: start + len(MARKER)]
        self._in_noise = False
        return True

    def _next(self) -> Optional[Message]:
        if len(self._buffer) < _HEADER.size:
            return None
        length, version, flags = _HEADER.unpack_from(self._buffer)
        if version != VERSION:
            raise ProtocolError(f"protocol version {version}, this end speaks {VERSION}")
        if length > MAX_FRAME:
            raise ProtocolError(f"a frame of {length} bytes; at most {MAX_FRAME} are allowed")
        if flags & ~_COMPRESSED:
            raise ProtocolError(f"unknown frame flags {flags:#x}")
        end = _HEADER.size + length
        if len(self._buffer) < end:
            return None
        payload = bytes(self._buffer[_HEADER.size : end])
        del self._buffer[:end]
        return self._decode(_inflate(payload) if flags & _COMPRESSED else payload)

    def _decode(self, payload: bytes) -> Message:
        try:
            parsed = json.loads(payload)
        except (ValueError, RecursionError) as error:
            raise ProtocolError(f"a frame that is not JSON: {error}") from None
        if not isinstance(parsed, list) or len(parsed) != 2 or not isinstance(parsed[0], str):
            raise ProtocolError("a frame that is not a named message")
        name, fields = parsed
        if name not in self._messages:
            raise ProtocolError(f"unknown message {name[:40]!r}")
        try:
            message: Message = self._messages[name][1](fields)
        except CodecError as error:
            raise ProtocolError(str(error)) from None
        return message


def _inflate(payload: bytes) -> bytes:
    inflater = zlib.decompressobj()
    try:
        data = inflater.decompress(payload, MAX_FRAME)
    except zlib.error as error:
        raise ProtocolError(f"a frame that does not inflate: {error}") from None
    if not inflater.eof or inflater.unused_data:
        raise ProtocolError("a compressed frame that is cut short, too long, or followed by something else")
    return data
