"""Draw the drains in progress: what is left on each Director, how fast it goes, when it is over, and who drained it.

Not there when there is none. A machine is chosen in it, by key or mouse, to be restored whole. Not for: working any of it out
(see `cluster.servers.drains`), nor restoring (see `commands.change_dialogs`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from lvstui.cluster.identity.target import machine_of
from lvstui.cluster.view import DrainView, RealServerState
from lvstui.console.actions import DRAINS, RESTORE
from lvstui.console.app_parts import parts_of
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import CURSOR, DIM, REAL_SERVER, SAFE, STYLES
from lvstui.console.look.paragraphs import hanging
from lvstui.console.look.widths import TIGHT
from lvstui.console.widgets.text_panel import filled

_ALL = 60  # drains that are written; more do not fit on any screen
_MARGIN = 1  # cells, where the cursor is
_TITLE = 4  # cells around and within its title


class DrainLine(NamedTuple):
    """A line of the panel, and the machine that it is about; "" where it is about several."""

    machine: str
    text: Content


class _Shown(NamedTuple):
    """Hold what the panel was given to show."""

    drains: Sequence[DrainView]
    wall: float
    display: Display


class DrainsPanel(Static, can_focus=True):
    """The panel of the drains in progress. Its cursor, seen while it has the focus, is on a machine."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("enter", "choose", "Restore all of it", show=False),
        Binding(RESTORE.key, "choose", RESTORE.label, id=RESTORE.name, show=False),
        Binding(f"escape,{DRAINS.key}", "leave", "Back to the table", show=False),
    ]

    @dataclass
    class MachineChosen(Message):
        """All of this machine is to be restored."""

        machine: str

    class Left(Message):
        """The operator goes back to the table, or there is nothing here any more."""

    def __init__(self) -> None:
        super().__init__(id="at-drains", markup=False, classes="panel")
        self.display = False
        self._given: _Shown | None = None
        self._machine = ""  # that the cursor is on
        self._listed: Sequence[DrainLine] = ()
        self._content: Content | None = None

    def show(self, drains: Sequence[DrainView], wall: float, display: Display) -> None:
        """Draw these drains; those that are nearest to their end first, the safe ones last."""
        self._given = _Shown(drains, wall, display)
        self.display = bool(drains)
        if self.display:
            self._draw()
        elif self.has_focus:
            self.post_message(self.Left())

    def needs(self, width: int) -> int:
        """Return how many lines all of them have in so many cells."""
        if self._given is None or not self._given.drains:
            return 0
        return len(whole(*self._given, width - _MARGIN))

    def on_resize(self) -> None:
        self._draw()

    def _machines(self) -> list[str]:
        return list(by_machine(self._given.drains)) if self._given is not None else []

    def _draw(self) -> None:
        width, height = self.size
        if self._given is None or not self.display or not height:
            return
        machines = self._machines()
        if self._machine not in machines:
            self._machine = machines[0]
        chosen = self._machine if self.has_focus else ""
        self._listed = lines(*self._given, width - _MARGIN, height, chosen)
        margins = [(CURSOR, STYLES["accent"]) if one.machine == chosen != "" else (" ", "") for one in self._listed]
        texts = (Content.assemble(margin, one.text) for margin, one in zip(margins, self._listed, strict=True))
        content = Content("\n").join(texts)
        if self._content is None or not content.is_same(self._content):
            self._content = content
            self.update(content, layout=False)
        key = parts_of(self.app).keys.label(DRAINS)
        title, told = "drains in progress", f"{key}: restore"
        if chosen:
            title, told = "drains", f"Enter restores all of {chosen}"
            more = f"↑ ↓, {told}, Escape returns"
            told = more if len(title) + len(more) + _TITLE <= width else told
        self.border_title = Content.assemble(title, (f"  {told}", DIM))

    def on_focus(self) -> None:
        self.call_next(self._draw)  # once Textual, which is told after this, knows that it has the focus

    def on_blur(self) -> None:
        self.call_next(self._draw)

    # --- keys and mouse ---

    def action_move(self, step: int) -> None:
        machines = self._machines()
        if machines:
            at = machines.index(self._machine) if self._machine in machines else 0
            self._machine = machines[max(0, min(at + step, len(machines) - 1))]
            self._draw()

    def action_choose(self) -> None:
        if self._machine:
            self.post_message(self.MachineChosen(self._machine))

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def on_click(self, event: events.Click) -> None:
        """Choose the machine of the line; on a line of several, the next click chooses one."""
        at = event.get_content_offset(self)
        if at is not None and at.y < len(self._listed) and self._listed[at.y].machine:
            self._machine = self._listed[at.y].machine
            self._draw()
            self.action_choose()


def _nearest(drain: DrainView) -> tuple[bool, bool, float]:
    """Return what drains are sorted by: those that are nearest to their end first, the safe ones last."""
    return drain.safe, drain.eta_s is None, drain.eta_s or 0.0


def by_machine(drains: Sequence[DrainView]) -> Mapping[str, Sequence[DrainView]]:
    """Return the drains of each machine, and the machines, in the order in which they are shown."""
    found: dict[str, list[DrainView]] = {}
    for drain in sorted(drains, key=_nearest):
        found.setdefault(machine_of(drain.real_server), []).append(drain)
    return found


def lines(
    drains: Sequence[DrainView], wall: float, display: Display, width: int, most: int, chosen: str = ""
) -> Sequence[DrainLine]:
    """Write at most so many lines of drains, or one of all of them; those of the machine that is `chosen` are among them."""
    machines = by_machine(drains)
    if most == 1:
        return [_in_one(machines, chosen)]
    told = whole(drains, wall, display, width)
    if len(told) <= most:
        return told
    waiting = [drain for some in machines.values() for drain in some]
    room = most if len(waiting) <= most else most - 1
    first = next((at for at, one in enumerate(waiting) if machine_of(one.real_server) == chosen), 0)
    first = max(0, min(first + len(machines.get(chosen, ())) - room, first))
    shown = waiting[first : first + room]
    rows = [line(drain, wall, display) for drain in shown]
    widths = [max(part.cell_length for part in column) for column in zip(*rows, strict=True)]
    skip = () if width >= TIGHT else (_SERVER,)
    told = [
        DrainLine(machine_of(drain.real_server), _in_columns(parts, widths, skip))
        for drain, parts in zip(shown, rows, strict=True)
    ]
    if len(shown) < len(waiting):
        rest = Content.styled(f"and {len(waiting) - len(shown)} more: filter by state:drain", DIM)
        told.append(DrainLine("", rest))
    return told


def whole(drains: Sequence[DrainView], wall: float, display: Display, width: int) -> list[DrainLine]:
    """Write all of the drains, those that are too long for a line in several."""
    waiting = [drain for some in by_machine(drains).values() for drain in some][:_ALL]
    rows = [line(drain, wall, display) for drain in waiting]
    widths = [max(part.cell_length for part in column) for column in zip(*rows, strict=True)]
    return [
        DrainLine(machine_of(drain.real_server), text)
        for drain, parts in zip(waiting, rows, strict=True)
        for text in _told_lines(parts, widths, width)
    ]


def _told_lines(parts: Sequence[Content], widths: Sequence[int], width: int) -> list[Content]:
    """Return the lines of a drain: one where all of it fits, else its reason beneath the rest."""
    whole = _in_columns(parts, widths, skip=())
    if whole.rstrip().cell_length <= width:
        return [whole]
    *figures, told = parts
    first = _in_columns(figures, widths[:-1], skip=() if width >= TIGHT else (_SERVER,))
    indent = widths[0] + 1
    if first.rstrip().cell_length > width:  # how it goes beneath its name
        glyph, name, _, left, progress = (part.rstrip() for part in figures)
        first = Content(" ").join([glyph, name, Content(""), progress])
        told = Content("  ").join([left, told])
    return [filled(first, width), *hanging(Content(" " * indent), told.plain, width, DIM).split("\n")]


def _in_one(machines: Mapping[str, Sequence[DrainView]], chosen: str) -> DrainLine:
    """Write all drains in one line, or those of the machine that is chosen."""
    if chosen not in machines:
        only = next(iter(machines)) if len(machines) == 1 else ""
        return DrainLine(only, summary([drain for some in machines.values() for drain in some]))
    place = f"  {list(machines).index(chosen) + 1} of {len(machines)}" if len(machines) > 1 else ""
    parts = (f"{chosen}  ", "bold"), summary(machines[chosen]), (f"{place}  Enter restores all of it", DIM)
    return DrainLine(chosen, Content.assemble(*parts))


def summary(drains: Sequence[DrainView]) -> Content:
    """Write all drains in one line."""
    safe = sum(drain.safe for drain in drains)
    going = len(drains) - safe
    parts = [f"{going} draining"] if going else []
    parts += [f"{safe} safe to stop"] if safe else []
    etas = [drain.eta_s for drain in drains if drain.eta_s]
    if etas:
        span = formatting.span(max(etas))
        parts.append(f"the last in {span}" if going > 1 else f"{span} left")
    glyph, tone = REAL_SERVER[RealServerState.DRAINING if going else RealServerState.DRAINED]
    return Content.styled(f"{glyph} {', '.join(parts)}", STYLES[tone])


_SERVER = 2  # which of its parts names the virtual server


def line(drain: DrainView, wall: float, display: Display) -> list[Content]:
    """Return the parts of a drain's line, one for each column."""
    glyph, tone = SAFE if drain.safe else REAL_SERVER[drain.state]
    left = "  ".join(f"d{number} {formatting.count(drain.left[name]):>4}" for number, name in enumerate(drain.left, 1))
    pace = "" if drain.per_s is None or drain.safe else f"{formatting.rate(drain.per_s)}/s"
    return [
        Content.styled(glyph, STYLES[tone]),
        Content.styled(drain.real_server, "bold"),
        Content.styled(f"{drain.virtual_server} ", DIM),
        Content(f"{left}  {pace:>6} "),
        Content.styled(f"{formatting.drain_progress(drain)} ", STYLES[tone]),
        Content.styled(_told(drain, wall, display), DIM),
    ]


def _in_columns(parts: Sequence[Content], widths: Sequence[int], skip: Sequence[int]) -> Content:
    """Return the line, each part as wide as the widest of its column."""
    padded = (part.pad_right(width - part.cell_length) for part, width in zip(parts, widths, strict=True))
    return Content(" ").join([part for number, part in enumerate(padded) if number not in skip])


def _told(drain: DrainView, wall: float, display: Display) -> str:
    if drain.told is None:
        return "weight 0 in the file, without a comment"
    why = f": {drain.told.reason}" if drain.told.reason else ""
    return f"since {display.written(drain.told.when, wall)} by {drain.told.by}{why}"
