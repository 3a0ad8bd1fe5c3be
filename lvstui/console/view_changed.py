"""Define the message that brings a new view to the screens."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from lvstui.cluster.view import ClusterView


@dataclass
class ViewChanged(Message):
    """There is a newer view. Only the newest is worth drawing."""

    view: ClusterView

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, ViewChanged)
