"""Show the time bar on a screen, and do what keys and mouse ask of it.

Not for: what it shows (see `bar_text`), nor which moment that is (see `moment.playback`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from lvstui.console.app_parts import parts_of
from lvstui.console.look.clickable import clicking
from lvstui.console.look.formatting import age, rate
from lvstui.console.look.glyphs import DIM
from lvstui.console.past import bar_text
from lvstui.console.widgets.clickable_line import ClickableLine
from lvstui.console.widgets.text_input import TextInput

EXAMPLES = "03:12   03:12:30   -4h   3m ago   2026-11-29T03:12"
# Keys, what they do in a word, the action of the bar that a click runs, and in a sentence; first what is wanted most.
KEYS = (
    ("← →", "1 s", "step(1)", "one second back or forward"),
    ("< >", "event", "event(1)", "to the previous or next event"),
    ("space", "play", "play", "play from here, or pause"),
    ("esc", "present", "leave", "return to the present"),
    ("0-9", "type a time", "type", 'type a time: "03:12", "3m ago", "2026-11-29T03:12"; after : also "-4h"'),
    ("+ -", "speed", "faster(1)", "play faster or slower: 0.25 to 60 times real time"),
    ("shift+← →", "10 s", "step(10)", "ten seconds back or forward"),
    ("ctrl+← →", "1 min", "step(60)", "one minute back or forward"),
    ("home end", "ends", "end(True)", "to the first or the last moment; the mouse drags to any"),
)
OPEN = ("T", "time bar", "take", "")
STEPS = {"left": -1, "right": 1, "shift+left": -10, "shift+right": 10, "ctrl+left": -60, "ctrl+right": 60}  # seconds
# What the bar does on a screen without a table for actions of the table, by their names.
_STAND_INS = {
    "mark": "play",
    "sort_left": "event(-1)",
    "sort_right": "event(1)",
    "weight_up": "faster(1)",
    "weight_down": "faster(-1)",
}
_BESIDE = ("← →", "< >", "space", "+ -", "shift+← →", "ctrl+← →")


class TimeLine(Static):
    """The line of the range. A click, or the mouse that is dragged, goes to a moment."""

    def __init__(self) -> None:
        super().__init__(id="time-line", markup=False)
        self._dragged = False

    def on_mouse_down(self, event: events.MouseDown) -> None:
        self._dragged = True
        self.capture_mouse()
        self._go(event)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        if self._dragged:
            self._go(event)

    def on_mouse_up(self) -> None:
        self._dragged = False
        self.release_mouse()

    def _go(self, event: events.MouseEvent) -> None:
        playback = parts_of(self.app).playback
        if playback.recorded is not None:
            playback.go(bar_text.scale_of(playback.recorded, self.size.width).wall(event.x))


class TimeKeys(ClickableLine):
    """The line of the bar's keys."""

    def action_bar(self, action: str) -> None:
        bar = next(one for one in self.ancestors if isinstance(one, TimeBar))
        bar.call_later(bar.run_action, action)


class TimeBar(Vertical):
    """The time bar of one screen. It is not there while the present is shown."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(key, f"step({seconds})", show=False) for key, seconds in STEPS.items()),
        Binding("less_than_sign", "event(-1)", "Previous event", show=False),
        Binding("greater_than_sign", "event(1)", "Next event", show=False),
        Binding("home", "end(False)", "First moment", show=False),
        Binding("end", "end(True)", "Last moment", show=False),
        Binding("space", "play", "Play", show=False),
        Binding("plus", "faster(1)", "Faster", show=False),
        Binding("minus", "faster(-1)", "Slower", show=False),
        Binding("escape", "leave", "Present", show=False),
        Binding("up", "cursor(-1)", "Row above", show=False),
        Binding("down", "cursor(1)", "Row below", show=False),
        Binding("colon", "type", "Type a time", show=False),
    ]

    @dataclass
    class CursorWanted(Message):
        """The cursor of the screen's table is to move."""

        lines: int

    def __init__(self, *, beside: bool = True) -> None:
        """Make the bar of a screen; `beside`: some of its keys act there while the bar does not have the focus."""
        super().__init__(id="time-bar")
        self._elsewhere = [one for one in KEYS if beside and one[0] in _BESIDE]
        self.display = False
        self._before: Widget | None = None  # what had the focus before
        self._drawn: tuple[Content, Content, str] | None = None

    def compose(self) -> ComposeResult:
        yield TimeLine()
        with Horizontal(id="time-foot"):
            yield TimeKeys("time-keys")
            yield TextInput("time-typed", EXAMPLES)

    def on_mount(self) -> None:
        self._field.display = self._field.can_focus = False
        self.show()

    @property
    def _field(self) -> Input:
        return self.query_one("#time-typed", Input)

    def show(self) -> None:
        """Draw it, or be gone."""
        playback = parts_of(self.app).playback
        if not playback.bar and self.has_focus_within:
            self.give_back()
        self.display = playback.bar
        known, width = playback.recorded, self.size.width
        if known is None or not self.display:
            return
        if not width:
            self.call_after_refresh(self.show)
            return
        display, now = parts_of(self.app).shown_as, playback.now()
        line = Content("\n").join(bar_text.lines(known, playback.at, self._rows(), width, display, now))
        highest = bar_text.highest(known, width)
        title = "connections/s: not recorded" if highest is None else f"connections/s, 0 to {rate(highest)}"
        title = f"{title} · {age(known.ended - known.began)} recorded"
        drawn = line, self._keys(width), title
        if self._drawn is None or not _same(drawn, self._drawn):
            self._drawn = drawn
            self.query_one(TimeLine).update(line)
            self.query_one(TimeKeys).update(drawn[1], layout=False)
            self.border_title = title

    def take_focus(self) -> None:
        """Take the focus, until it is given back."""
        if not self.has_focus_within:
            self._before, self.can_focus = self.screen.focused, True  # by itself, no screen begins with it
            self.focus()

    def give_back(self) -> None:
        """Give the focus to what had it before."""
        before, self._before = self._before, None
        if self._field.display:
            self._end_typing()
        if before is not None and before.is_attached and before.focusable:
            before.focus()
        else:
            self.screen.set_focus(None)
        self.can_focus = False

    def _rows(self) -> int:
        """Return the rows of the plot."""
        height = self.screen.size.height
        return 1 if height < 36 else 2 if height < 50 else 4

    def _keys(self, width: int) -> Content:
        """Return the line of the keys: whether it plays, and as many keys as there is room for."""
        playback = parts_of(self.app).playback
        speed = f"{playback.speed:g}x"
        state = (f" ▶ {speed:<6}", "bold $accent") if playback.playing else (f" ■ {speed:<6}", DIM)
        parts, room = [state], width - len(state[0])
        for key, what, action, _ in KEYS if self.has_focus_within else (OPEN, *self._acting()):
            if len(key) + len(what) + 3 > room:
                break
            room -= len(key) + len(what) + 3
            does = f"bar('{action}')"
            parts += [(f" {key}", clicking(does, "bold $accent")), (f" {what} ", clicking(does))]
        return Content.assemble(*parts)

    def _acting(self) -> list[tuple[str, str, str, str]]:
        """Return the keys that act on the screen while the bar does not have the focus."""
        left = self.screen.active_bindings.get("left")
        taken = left is not None and not left.binding.action.startswith("rewind")  # by the screen itself
        return [one for one in self._elsewhere if not (taken and one[0] == "← →")]

    def on_resize(self) -> None:
        self._drawn = None
        self.show()

    # --- keys ---

    def stands_in(self, name: str) -> bool:
        """Do what the bar does for an action of the table that is not here. Return True if it does something."""
        action = _STAND_INS.get(name) if self.display else None
        if action is not None:
            self.call_later(self.run_action, action)
        return action is not None

    def on_key(self, event: events.Key) -> None:
        """Begin to type a time with its first digit."""
        if event.character is not None and event.character.isdecimal() and not self._field.display:
            event.stop()
            self.action_type()
            self._field.value = event.character
            self._field.cursor_position = 1

    def action_step(self, seconds: float) -> None:
        parts_of(self.app).playback.step(seconds)

    def action_event(self, direction: int) -> None:
        parts_of(self.app).playback.to_event(direction)

    def action_end(self, last: bool) -> None:
        playback = parts_of(self.app).playback
        if playback.recorded is not None:
            playback.go(playback.recorded.ended if last else playback.recorded.began)

    def action_play(self) -> None:
        parts_of(self.app).playback.play()

    def action_faster(self, steps: int) -> None:
        parts_of(self.app).playback.faster(steps)

    def on_focus(self) -> None:
        self.show()

    def on_blur(self) -> None:
        self.show()

    def action_take(self) -> None:
        self.take_focus()

    def action_leave(self) -> None:
        """Take one step back: out of the field, then out of the past."""
        if self._field.display:
            self._end_typing()
        else:
            parts_of(self.app).playback.leave()

    def action_cursor(self, lines: int) -> None:
        self.post_message(self.CursorWanted(lines))

    def action_type(self) -> None:
        """Open the field for a time."""
        self.query_one(TimeKeys).display = False
        self._field.value = ""
        self._field.display = self._field.can_focus = True
        self._field.focus()

    @on(Input.Changed, "#time-typed")
    def _typed(self, event: Input.Changed) -> None:
        event.stop()

    @on(Input.Submitted, "#time-typed")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        wrong = parts_of(self.app).playback.typed(event.value) if event.value.strip() else None
        if wrong is not None:
            self.notify(wrong, severity="warning", markup=False)
        else:
            self._end_typing()

    def _end_typing(self) -> None:
        self._field.display = self._field.can_focus = False
        self.query_one(TimeKeys).display = True
        self.focus()


def _same(one: tuple[Content, Content, str], other: tuple[Content, Content, str]) -> bool:
    return one[0].is_same(other[0]) and one[1].is_same(other[1]) and one[2] == other[2]
