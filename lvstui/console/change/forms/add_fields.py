"""Ask for a new real server: completed from what exists, checked as it is typed, with what is amiss beside the field.

Not for: whether the plan may be applied (its guards), nor what is written (the plan).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, Label, Static

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.targets import AmbiguousVirtualServer, real_server_name, virtual_server_name
from lvstui.cluster.view import ClusterView, RealServerView, VirtualServerView
from lvstui.console.change.draft import Incomplete
from lvstui.console.change.forms.fields import MAX_WEIGHT, Fields
from lvstui.console.widgets.text_input import TextInput

Choices = Callable[[], Sequence[str]]


class Completion(Suggester):
    """A suggester of the first choice that begins as what is typed."""

    def __init__(self, choices: Choices) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._choices = choices

    async def get_suggestion(self, value: str) -> str | None:
        return next((one for one in self._choices() if one.startswith(value) and one != value), None)


class ChoiceInput(TextInput):
    """A field that is typed in, completed with the right arrow, or chosen for with the arrows up and down."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "choose(-1)", show=False),
        Binding("down", "choose(1)", show=False),
    ]

    def __init__(self, id: str, choices: Choices, value: str = "", placeholder: str = "") -> None:
        super().__init__(id, placeholder, select_on_focus=True)
        self.value, self.suggester = value, Completion(choices)
        self._choices = choices

    def action_choose(self, step: int) -> None:
        choices = list(self._choices())
        if choices:
            at = choices.index(self.value) if self.value in choices else (-1 if step > 0 else 0)
            self.value = choices[(at + step) % len(choices)]
            self.cursor_position = len(self.value)


class AddFields(Fields):
    """The form of an add."""

    action = "add"
    first = "#server"

    def __init__(
        self, view: Callable[[], ClusterView], virtual: VirtualServerView, like: RealServerView | None
    ) -> None:
        """Begin with what the cursor is on, `virtual` and `like`, to be overtyped."""
        super().__init__(id="fields")
        self._view = view
        self._values = {"virtual": virtual.id, "like": like.id if like is not None else ""}  # as typed so far

    def compose(self) -> ComposeResult:
        fields = (
            ("To", ChoiceInput("virtual", self._virtual_servers, self._typed("virtual"))),
            ("Server", ChoiceInput("server", self._addresses, placeholder="address:port")),
            ("Like", ChoiceInput("like", self._siblings, self._typed("like"), "default: the last one in the file")),
            ("Weight", ChoiceInput("weight", list, placeholder="default: as the server it is modelled on")),
        )
        for label, field in fields:
            with Horizontal(classes="field"):
                yield Label(label)
                yield field
                yield Static(id=f"{field.id}-note", classes="note", markup=False)
        yield from self.reason()

    # --- what there is ---

    def _servers(self) -> dict[str, VirtualServerView]:
        """Return the virtual servers that have a real server to model the new one on."""
        return {server.id: server for server in self._view().virtual_servers if not server.ignored}

    def _virtual_servers(self) -> list[str]:
        return list(self._servers())

    def _meant(self) -> str:
        """Return the virtual server that is meant by what is typed. Raises LookupError, with why none is."""
        return virtual_server_name(self._view(), self._typed("virtual"), chosen=True)

    def _siblings(self) -> list[str]:
        try:
            server = self._servers().get(self._meant())
        except LookupError:
            server = None
        return [real.id for real in server.real_servers] if server is not None else []

    def _addresses(self) -> list[str]:
        """Return real servers of other virtual servers that are not in this one, then the machines that are known."""
        here = set(self._siblings())
        known = dict.fromkeys(real.id for server in self._servers().values() for real in server.real_servers)
        machines = dict.fromkeys(f"{real.rpartition(':')[0]}:" for real in known)
        return [*(real for real in known if real not in here), *machines]

    # --- what is typed ---

    def _typed(self, id: str) -> str:
        return self._values.get(id, "").strip()

    def on_input_changed(self, event: Input.Changed) -> None:
        self._values[event.input.id or ""] = event.value
        super().on_input_changed(event)

    def _note(self, id: str) -> str:
        """Return what is amiss with a field; "" when nothing is."""
        return {"virtual": self._virtual_note, "server": self._server_note, "like": self._like_note}.get(
            id, self._weight_note
        )(self._typed(id))

    def _virtual_note(self, text: str) -> str:
        if not text:
            return "which virtual server?"
        try:
            return "" if self._meant() in self._servers() else "keepalived ignores it: no real servers"
        except AmbiguousVirtualServer as ambiguous:
            return str(ambiguous)
        except LookupError:
            return "no such virtual server"

    def _server_note(self, text: str) -> str:
        if not text:
            return "the new server's address:port"
        try:
            name = real_server_name(text)
        except ValueError:
            return "not an address:port"
        return "is already in it" if name in self._siblings() else ""

    def _like_note(self, text: str) -> str:
        return "" if not text or text in self._siblings() else "is not in this virtual server"

    def _weight_note(self, text: str) -> str:
        return "" if not text or (text.isdecimal() and int(text) <= MAX_WEIGHT) else f"0 to {MAX_WEIGHT}"

    def show_notes(self) -> None:
        for id in ("virtual", "server", "like", "weight"):
            note, text = self._note(id), self._typed(id)
            content = (
                Content.styled(f"✖ {note}", "$error") if note and text else Content.styled(note, "$foreground-muted")
            )
            if not note and text:
                content = Content.styled("✓", "$success")
            self.query_one(f"#{id}-note", Static).update(content)

    # --- the intent ---

    def heading(self) -> str:
        return "Add a real server"

    def intent(self, by: str, when: datetime) -> Intent:
        self.show_notes()
        for id, name in (("virtual", "To"), ("server", "Server"), ("like", "Like"), ("weight", "Weight")):
            if note := self._note(id):
                raise Incomplete(f"{name}: {note}. Arrow keys cycle through the choices. The plan is shown here.")
        weight = self._typed("weight")
        target = Target(self._meant(), real_server_name(self._typed("server")))
        like = self._typed("like") or None
        return Intent("add", (target,), int(weight) if weight else None, by, when, self.given, like=like)
