"""What the session needs of a way to an agent. Not for: frames (see `director.protocol`) nor reconnecting (see `session`)."""

from __future__ import annotations

from typing import Protocol


class LinkError(Exception):
    """There is no link, in an operator's words. `permanent`: trying again without a change would not help."""

    def __init__(self, reason: str, hint: str = "", *, permanent: bool = False) -> None:
        super().__init__(f"{reason}; {hint}" if hint else reason)
        self.reason = reason
        self.hint = hint
        self.permanent = permanent


class Link(Protocol):
    """Bytes to and from one agent."""

    privilege: str  # "root", "sudo" or "observer"

    async def receive(self) -> bytes:
        """What came; b"" at the end. Raises LinkError when the link broke."""

    def send(self, data: bytes) -> None: ...

    def abort(self) -> None:
        """End it now. The agent gets an end of file, and ends too."""


class Connector(Protocol):
    name: str

    async def connect(self) -> Link:
        """Raises LinkError."""


class Questions(Protocol):
    """What only the operator can answer."""

    async def unknown_host(self, host: str, address: str, fingerprint: str, key_type: str) -> bool:
        """Is this the key of that host? It is remembered when the answer is yes."""

    async def passphrase(self, key: str) -> str | None:
        """The passphrase of a private key; None: do without that key."""


class NoQuestions:
    """Nobody is there to ask: scripts."""

    async def unknown_host(self, host: str, address: str, fingerprint: str, key_type: str) -> bool:
        return False

    async def passphrase(self, key: str) -> str | None:
        return None
