"""Wait for samples of connections that were asked for.

Not for: whether one may be asked for (see `cluster.views.connection_view`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from lvstui.cluster.views.connection_view import SampleRefused
from lvstui.director.protocol.ipvs_messages import Connections, SampleConnections

_PATIENCE = 5.0  # seconds beyond what the sample itself may take


class Samples:
    def __init__(self) -> None:
        self._awaited: dict[tuple[str, int], asyncio.Future[Connections]] = {}  # by Director and nonce
        self._nonce = 0

    def next_nonce(self) -> int:
        self._nonce += 1
        return self._nonce

    async def ask(
        self, director: str, request: SampleConnections, send: Callable[[SampleConnections], object]
    ) -> Connections:
        """Send it, and wait for the answer. Raises SampleRefused when none comes."""
        place = (director, request.nonce)
        awaited: asyncio.Future[Connections] = asyncio.get_running_loop().create_future()
        self._awaited[place] = awaited
        limit = request.seconds + _PATIENCE
        try:
            send(request)
            async with asyncio.timeout(limit):
                return await awaited
        except TimeoutError:
            raise SampleRefused(f"{director} did not answer in {limit:.0f} s") from None
        finally:
            del self._awaited[place]

    def answered(self, director: str, found: Connections) -> None:
        """Take in an answer. One that nobody waits for any more is forgotten."""
        awaited = self._awaited.get((director, found.nonce))
        if awaited is not None and not awaited.done():
            awaited.set_result(found)

    def lost(self, director: str) -> None:
        """Take in that the link is gone, and with it what was asked."""
        for (name, _), awaited in self._awaited.items():
            if name == director and not awaited.done():
                awaited.set_exception(SampleRefused(f"the link to {director} was lost"))
