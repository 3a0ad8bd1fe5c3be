"""Ask the operator what a link must know: whether this is the host's key, and what a key's passphrase is."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from textual.app import App

from lvstui.console.base.dialog import Dialog
from lvstui.console.base.question_dialog import HostKeyScreen, PassphraseScreen

Answer = TypeVar("Answer")


class AskOperator:
    """The questions of the links, one at a time, whichever asks."""

    nobody = False

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._turn = asyncio.Lock()

    async def unknown_host(self, host: str, address: str, fingerprint: str, key_type: str) -> bool:
        trusted: bool | None = await self._ask(HostKeyScreen(host, address, fingerprint, key_type))
        return trusted is True

    async def passphrase(self, key: str) -> str | None:
        return await self._ask(PassphraseScreen(key)) or None

    async def _ask(self, screen: Dialog[Answer]) -> Answer | None:
        async with self._turn:
            answer: asyncio.Future[Answer | None] = asyncio.get_running_loop().create_future()

            def answered(value: Answer | None) -> None:
                if not answer.done():  # the link may have given up meanwhile
                    answer.set_result(value)

            await self._app.push_screen(screen, answered)
            return await answer
