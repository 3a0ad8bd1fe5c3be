"""Define what the session needs of a way to an agent. Frames: `director.protocol.frames`; reconnecting: `session`."""

from __future__ import annotations

from typing import Protocol


class LinkError(Exception):
    """There is no link; the text is for an operator. `permanent`: trying again without a change would not help.

    `declined`: somebody was asked for what it needs, and said no.
    """

    def __init__(self, reason: str, hint: str = "", *, permanent: bool = False, declined: bool = False) -> None:
        super().__init__(f"{reason}; {hint}" if hint else reason)
        self.reason = reason
        self.hint = hint
        self.permanent = permanent
        self.declined = declined


class ByteLink(Protocol):
    """Bytes to and from one agent."""

    privilege: str  # "root", "sudo" or "observer"

    async def receive(self) -> bytes:
        """Return what came; b"" at the end. Raises LinkError when the link broke."""

    def send(self, data: bytes) -> None: ...

    def abort(self) -> None:
        """End it now. The agent gets an end of file, and ends too."""


class Connector(Protocol):
    """A way to one Director."""

    name: str

    async def connect(self) -> ByteLink:
        """Open a link. Raises LinkError."""


class Questions(Protocol):
    """The questions that only the operator can answer."""

    nobody: bool  # is there to ask: what is answered is nobody's decision

    async def unknown_host(self, host: str, address: str, fingerprint: str, key_type: str) -> bool:
        """Return True if this is the key of that host; it is remembered then."""

    async def passphrase(self, key: str) -> str | None:
        """Return the passphrase of a private key; None: do without that key."""


class NoQuestions:
    """The answers where nobody is there to ask: scripts."""

    nobody = True

    async def unknown_host(self, host: str, address: str, fingerprint: str, key_type: str) -> bool:
        return False

    async def passphrase(self, key: str) -> str | None:
        return None
