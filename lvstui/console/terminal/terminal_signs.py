"""Keep the terminal's title, and tell of what happens while the operator looks elsewhere.

Not for: what is told (see `notifications`), nor in which form (see `terminal_text`).
"""

from __future__ import annotations

from collections.abc import Callable

from lvstui.cluster.view import ClusterView, Severity
from lvstui.console.acknowledgements import Acknowledgements
from lvstui.console.look.glyphs import SEVERITY
from lvstui.console.terminal.notifications import Notifications
from lvstui.console.terminal.terminal_text import Terminal
from lvstui.settings.values import Preferences


def title(name: str, view: ClusterView | None, acknowledged: Acknowledgements) -> str:
    """Return the title: what is wrong, by its gravest sign and its number, or lvstui's name; and the cluster's."""
    grave = () if view is None else acknowledged.order(view.problems)
    loud = len(grave) - acknowledged.count(grave)
    return f"{SEVERITY[grave[0].severity][0]}{loud} {name}" if loud else f"lvstui {name}".strip()


class TerminalSigns:
    """Show what the terminal has beside the screen: its title, its bell, its notifications."""

    def __init__(self, terminal: Terminal, send: Callable[[str], None], written: Callable[[str], str]) -> None:
        """Make the signs; `send` takes sequences, `written` writes a text as the screen would: masked, in ASCII."""
        self._terminal, self._send, self._written = terminal, send, written
        self._title: str | None = None  # that is set; None: the terminal has its own
        self._notifications = Notifications()
        self.focused = False  # True: the terminal says that the operator looks at it

    def new_cluster(self) -> None:
        """Begin with another cluster."""
        self._notifications = Notifications()

    def show(
        self, name: str, view: ClusterView | None, held: Preferences, acknowledged: Acknowledgements, now: float
    ) -> None:
        """Set the title as of this view, and tell what is due; `now` is of the monotonic clock."""
        if held.title:
            self._set(self._written(title(name, view, acknowledged)))
        else:
            self.put_back()
        if view is None:
            return
        self._notifications.see(view, Severity(held.notify_from or Severity.ERROR), acknowledged)
        for text in self._notifications.due(now):
            if not self.focused:
                whose = self._written(f"lvstui {name}")
                self._send(self._terminal.notification(held.notify or "none", whose, self._written(text)))

    def _set(self, text: str) -> None:
        if text == self._title:
            return
        before = self._terminal.keep_title() if self._title is None else ""
        self._title = text
        self._send(before + self._terminal.title(text))

    def put_back(self) -> None:
        """Give the terminal its own title back."""
        if self._title is not None:
            self._title = None
            self._send(self._terminal.put_title_back())
