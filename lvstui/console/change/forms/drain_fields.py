"""Ask for what a drain needs: the reason, and the two times that are watched from then on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input, Label, Static

from lvstui.cluster.plan.intent import Intent
from lvstui.console.change.draft import Incomplete
from lvstui.console.change.forms.fields import TargetFields
from lvstui.console.widgets.text_input import TextInput


class DrainFields(TargetFields):
    """The form of a drain. The reason and the two times go into the file, beside the weight."""

    action = "drain"
    verb = "Drain"
    why = "type a reason; stored beside the weight in the file"

    def more(self) -> ComposeResult:
        yield from self.reason()
        with Horizontal(classes="field"):
            yield Label("Deadline")
            yield TextInput("deadline", "HH:MM", classes="time", select_on_focus=True)
            yield Label("Restore at", id="restore-label")
            yield TextInput("restore", "HH:MM", classes="time", select_on_focus=True)
            yield Static("by this console", classes="beside", markup=False)

    def intent(self, by: str, when: datetime) -> Intent:
        parts = [self.given]
        for id, word in (("deadline", "deadline"), ("restore", "restore at")):
            text = self.query_one(f"#{id}", Input).value.strip()
            if text:
                parts.append(f"{word} {_time(text, when)}")
        return replace(super().intent(by, when), reason=", ".join(part for part in parts if part))


def _time(text: str, now: datetime) -> str:
    """Return a time as the file keeps it: of the same day it stands alone. Raises Incomplete."""
    try:
        hour, minute = (int(part) for part in text.rpartition(" ")[2].split(":"))
        day = date.fromisoformat(text.rpartition(" ")[0].strip()) if " " in text else now.date()
        at = datetime.combine(day, time(hour, minute))
    except ValueError:
        raise Incomplete(f"{text}: give a time as HH:MM or YYYY-MM-DD HH:MM. The plan is shown here.") from None
    if " " not in text and at <= now:
        at += timedelta(days=1)
    return f"{at:%H:%M}" if at.date() == now.date() else f"{at:%Y-%m-%d %H:%M}"
