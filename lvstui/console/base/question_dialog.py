"""Ask what a link needs: whether an unknown host is trusted, and a passphrase. The safe answer has the focus.

They come by themselves, maybe while something is typed elsewhere: no letter answers them.
"""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, Static

from lvstui.console.base.dialog import Dialog
from lvstui.console.look.glyphs import DIM


class HostKeyScreen(Dialog[bool]):
    """The dialog that asks whether the key of an unknown host is trusted."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "answer(False)", "Do not connect"),
    ]

    def __init__(self, host: str, address: str, fingerprint: str, key_type: str) -> None:
        super().__init__()
        self._text = Content.assemble(
            (f"{host} ({address}) is not in known_hosts.\n\n", ""),
            (f"{key_type}  ", DIM),
            (f"{fingerprint}\n\n", "bold"),
            (
                "Compare it with the fingerprint on the host's console (ssh-keygen -lf /etc/ssh/ssh_host_…_key.pub).\n",
                DIM,
            ),
            ("Tab, Enter", "bold $accent"),
            (" trusts it and remembers it; Escape does not connect.", ""),
        )

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Unknown host"
            yield Static(self._text, markup=False)
            with Horizontal(id="buttons"):
                yield Button("Do not connect", id="cancel", compact=True)
                yield Button("Trust it", id="go", compact=True)

    def on_mount(self) -> None:
        self.query_one("#cancel").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        self.dismiss(event.button.id == "go")

    def action_answer(self, trusted: bool) -> None:
        self.dismiss(trusted)


class PassphraseScreen(Dialog[str]):
    """The dialog that asks for the passphrase of a key."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Skip this key")]

    def __init__(self, key: str) -> None:
        super().__init__()
        self._key = key

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Passphrase"
            yield Static(f"The key {self._key} has a passphrase. Escape skips this key.", markup=False)
            yield Input(password=True)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)

    def action_leave(self) -> None:
        self.dismiss("")
