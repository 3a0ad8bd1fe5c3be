"""Make dumps over one generic netlink socket: requests out, the kernel's datagrams in. Knows nothing of IPVS.

Not for events, and never for a change: only GET requests are made here.
"""

from __future__ import annotations

import errno
import os
import socket
import struct
import sys
from typing import Iterator, NamedTuple, Tuple

NLMSG_ERROR, NLMSG_DONE = 2, 3
NLM_F_REQUEST, NLM_F_MULTI, NLM_F_DUMP_INTR, NLM_F_DUMP = 0x1, 0x2, 0x10, 0x300
HEADERS = 20  # nlmsghdr and genlmsghdr
MESSAGE = struct.Struct("=IHHII")  # length, type, flags, sequence, port
_COMMAND = struct.Struct("=BBH")  # command, version, reserved
_ATTRIBUTE = struct.Struct("=HH")
_TYPE_MASK = 0x3FFF  # without the nested and byte-order flags
_CONTROLLER, _GET_FAMILY, _FAMILY_ID, _FAMILY_NAME = 16, 3, 1, 2
_NETLINK_GENERIC = 16  # the protocol of the socket
_DATAGRAM = 65536  # bytes; the kernel fills at most 32 kB
_RECEIVE_BUFFER = 4 * 1024 * 1024  # bytes


class MalformedAnswer(Exception):
    """Bytes that are no well-formed answer."""


class Interrupted(Exception):
    """The table changed under a dump, or datagrams were lost: what was read is not one state. Ask again."""


class Attribute(NamedTuple):
    """An attribute of a message: its kind and where it lies."""

    kind: int
    header: int  # offsets in the datagram
    start: int
    end: int


def attribute(kind: int, payload: bytes) -> bytes:
    """Return an attribute's bytes, padded."""
    return _ATTRIBUTE.pack(_ATTRIBUTE.size + len(payload), kind) + payload + bytes(-len(payload) % 4)


def attributes(data: bytes, start: int, end: int) -> Iterator[Attribute]:
    """Yield the attributes between two offsets. Raises MalformedAnswer."""
    at = start
    while at < end:
        if end - at < _ATTRIBUTE.size:
            raise MalformedAnswer("an attribute's header is cut off")
        length, kind = _ATTRIBUTE.unpack_from(data, at)
        if length < _ATTRIBUTE.size or at + length > end:
            raise MalformedAnswer(f"an attribute of {length} bytes where {end - at} are left")
        yield Attribute(kind & _TYPE_MASK, at, at + _ATTRIBUTE.size, at + length)
        at += length + (-length % 4)


class MessageSpan(NamedTuple):
    """One message of a dump's datagram."""

    start: int  # offset of its header
    end: int  # offset behind its last attribute, padding not counted


def message_spans(data: bytes, family: int, sequence: int) -> Iterator[Tuple[bool, MessageSpan]]:
    """Yield the messages of a datagram, the last of a dump as (True, …). Raises MalformedAnswer, Interrupted, OSError."""
    at = 0
    while at < len(data):
        if len(data) - at < MESSAGE.size:
            raise MalformedAnswer("a message's header is cut off")
        length, kind, flags, answered, _ = MESSAGE.unpack_from(data, at)
        if length < HEADERS or at + length > len(data):
            raise MalformedAnswer(f"a message of {length} bytes where {len(data) - at} are left")
        if answered != sequence:
            raise MalformedAnswer("a message of another request")
        if flags & NLM_F_DUMP_INTR:
            raise Interrupted("the table changed during the dump")
        if kind in (NLMSG_ERROR, NLMSG_DONE):
            _raise_error(data, at)
        elif kind != family:
            raise MalformedAnswer(f"a message of type {kind} in a dump of family {family}")
        yield kind == NLMSG_DONE, MessageSpan(at, at + length)
        at += length + (-length % 4)


def _raise_error(data: bytes, at: int) -> None:
    code = -struct.unpack_from("=i", data, at + MESSAGE.size)[0]
    if code != 0:
        raise OSError(code, os.strerror(code))


def is_end(data: bytes, sequence: int) -> bool:
    """Return True if the last 20 bytes are a plain "that was all", with nothing to look at."""
    at = len(data) - HEADERS
    if at < 0:
        return False
    length, kind, flags, answered, _ = MESSAGE.unpack_from(data, at)
    plain = length == HEADERS and kind == NLMSG_DONE and flags == NLM_F_MULTI and answered == sequence
    return plain and data[at + MESSAGE.size : at + HEADERS] == b"\0\0\0\0"


class GenericNetlink:
    """One socket, one request at a time. After any error but OSError from the kernel's answer: close it, open another."""

    def __init__(self, timeout: float) -> None:
        """Open the socket. `timeout` in seconds, for each datagram. Raises OSError."""
        self._sequence = 0
        self._socket = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _NETLINK_GENERIC)
        try:
            self._socket.bind((0, 0))
            self._socket.settimeout(timeout)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVE_BUFFER)
        except OSError:
            self.close()
            raise

    def close(self) -> None:
        self._socket.close()

    def family(self, name: str) -> int:
        """Return the number of a family. Raises OSError (ENOENT: there is none), MalformedAnswer."""
        wanted = attribute(_FAMILY_NAME, name.encode("ascii") + b"\0")
        sequence = self.ask(_CONTROLLER, _GET_FAMILY, wanted, flags=0)
        data = self.receive(sequence)
        for _, part in message_spans(data, _CONTROLLER, sequence):
            for found in attributes(data, part.start + HEADERS, part.end):
                if found.kind == _FAMILY_ID and found.end - found.start == 2:
                    return int.from_bytes(data[found.start : found.end], sys.byteorder)
        raise MalformedAnswer(f"no number for the family {name}")

    def ask(self, family: int, command: int, payload: bytes, flags: int = NLM_F_DUMP) -> int:
        """Send a request; return the number that its answers carry. Raises OSError."""
        self._sequence = self._sequence % 0xFFFFFFFF + 1
        body = _COMMAND.pack(command, 1, 0) + payload
        header = MESSAGE.pack(MESSAGE.size + len(body), family, NLM_F_REQUEST | flags, self._sequence, 0)
        self._socket.send(header + body)
        return self._sequence

    def receive(self, sequence: int) -> bytes:
        """Return the next datagram of this request. Raises OSError (also TimeoutError), Interrupted, MalformedAnswer."""
        while True:
            try:
                data, _, flags, sender = self._socket.recvmsg(_DATAGRAM)
            except OSError as error:
                if error.errno == errno.ENOBUFS:
                    raise Interrupted("the kernel's answer did not fit the socket's buffer") from None
                raise
            if sender[0] != 0:
                continue  # only the kernel, port 0, is listened to
            if flags & socket.MSG_TRUNC or len(data) < HEADERS:
                raise MalformedAnswer("a datagram was cut off")
            if MESSAGE.unpack_from(data)[3] == sequence:
                return data
