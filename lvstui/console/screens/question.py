"""The dialogs of a link: an unknown host's key, and a passphrase. The safe answer has the focus."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from lvstui.console.screens.dialog import Dialog


class HostKeyScreen(Dialog[bool]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Trust it"),
        Binding("escape,n", "answer(False)", "Do not connect"),
        Binding("q", "app.quit", "Quit", show=False),
    ]

    def __init__(self, host: str, address: str, fingerprint: str, key_type: str) -> None:
        super().__init__()
        self._text = Content.assemble(
            (f"{host} ({address}) is not known yet.\n\n", ""),
            (f"{key_type}  ", "$foreground-muted"),
            (f"{fingerprint}\n\n", "bold"),
            (
                "Compare it with what the host's console shows (ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub).\n",
                "$foreground-muted",
            ),
            ("y", "bold $accent"),
            (" trusts it and remembers it; Escape does not connect.", ""),
        )

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Unknown host"
            yield Static(self._text, markup=False)
            yield Button("Do not connect", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#cancel").focus()

    def on_button_pressed(self) -> None:
        self.dismiss(False)

    def action_answer(self, trusted: bool) -> None:
        self.dismiss(trusted)


class PassphraseScreen(Dialog[str]):
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Do without this key")]

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Passphrase"
            yield Static(f"The key {self._key} has a passphrase. Escape does without this key.", markup=False)
            yield Input(password=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    def action_leave(self) -> None:
        self.dismiss("")
