"""Open a screen over the main one without holding the loop up longer than it must, and end its workers as it is closed."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from textual.await_remove import AwaitRemove
from textual.events import Callback, Mount, Resize
from textual.message import Message
from textual.messages import CloseMessages, Prune
from textual.screen import Screen

from lvstui.console.actions import pressed

Answer = TypeVar("Answer")
_CLOSING = (Callback, CloseMessages, Prune)  # what a screen without widgets needs to be closed
_TURN = 0.001  # seconds: not 0, with which this would go on before what was pressed meanwhile


class WorkingScreen(Screen[Answer]):
    """A screen whose workers end before its widgets go: one that ends in between would look for those in vain.

    One that is closed before it has opened gets no widgets from Textual. It is not mounted, not unmounted and told nothing:
    it would look for them too, and end what it has not begun.
    """

    _empty = False

    async def _dispatch_message(self, message: Message) -> None:
        self._empty = self._empty or (isinstance(message, Mount) and (self._closing or self._pruning))
        if not self._empty or isinstance(message, _CLOSING):
            await super()._dispatch_message(message)

    def remove(self) -> AwaitRemove:
        self.workers.cancel_node(self)  # Textual cancels them only when all widgets are gone
        return super().remove()


class OpeningScreen(WorkingScreen[Answer]):
    """A screen or dialog over the main one."""

    def __init__(self, name: str | None = None, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(name, id, classes)
        breakpoints = self.app.HORIZONTAL_BREAKPOINTS or ()
        fitting = [name for width, name in breakpoints if self.app.size.width >= width]
        self.set_classes(fitting[-1:])  # as Textual will at the first Resize, and would style everything anew for it

    async def _on_resize(self, event: Resize) -> None:
        """Wait for a moment before Textual's own: it was drawn when it was shown, and will be once more."""
        await asyncio.sleep(_TURN)

    async def action_press(self, key: str) -> None:
        """Do what a key does here: its name was clicked."""
        bound = self.active_bindings.get(pressed(key))
        if bound is not None:
            await self.app.run_action(bound.binding.action, bound.node)
