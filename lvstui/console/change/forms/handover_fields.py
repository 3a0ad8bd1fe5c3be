"""Ask for what a handover of a Director needs, and a takeback: the reason, and how the other one is to take over."""

from __future__ import annotations

from datetime import datetime

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Label

from lvstui.cluster.director_facts import HandedOverView
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.views.handover_wording import handed_over
from lvstui.console.change.forms.fields import Choice, Fields


class HandoverFields(Fields):
    """The form of a handover. The reason goes into the file, beside the priority."""

    action = "handover"
    why = "type a reason; stored beside the priority in the file"

    def __init__(self, director: str) -> None:
        super().__init__(id="fields")
        self._director = director
        self._choice = Choice("lower its priorities", "and restart it, for nopreempt")

    def compose(self) -> ComposeResult:
        with Horizontal(classes="field"):
            yield Label("How")
            yield self._choice
        yield from self.reason()

    def switch(self) -> None:
        self._choice.action_switch()

    def heading(self) -> str:
        return f"Hand over {self._director}"

    def intent(self, by: str, when: datetime) -> Intent:
        return Intent("handover", (), None, by, when, self.given, director=self._director, by_stop=self._choice.wide)


class TakebackFields(Fields):
    """The form of a takeback, which says who handed the Director over, since when and why."""

    action = "takeback"

    def __init__(self, director: str, told: HandedOverView) -> None:
        super().__init__(id="fields")
        self._director = director
        self._told = told

    def compose(self) -> ComposeResult:
        yield from self.reason()

    def heading(self) -> str:
        return f"Take back {self._director}"

    def about(self) -> str:
        return f"{self._director} is {handed_over(self._told)}."

    def intent(self, by: str, when: datetime) -> Intent:
        return Intent("takeback", (), None, by, when, self.given, director=self._director)
