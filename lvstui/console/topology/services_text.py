"""Draw the lower part of the topology: each virtual server, and its real servers by machine. Pure: the picture in, lines out.

Many real servers are counted instead of listed; those that are not UP are named all the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple, overload

from lvstui.cluster.view import RealServerState, RealServerView
from lvstui.cluster.views.topology_view import DrawnService, Machine, Topology, counts
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import BAD, GOOD, PARTLY, REAL_SERVER
from lvstui.console.look.widths import TIGHT
from lvstui.console.topology.canvas import Canvas
from lvstui.console.topology.text import TRUNK, dotted, flow, rails
from lvstui.console.widgets.lines import Line

MANY = 12  # real servers of a virtual server; more are counted
NAMED = 6  # of those that are counted, so many are named when they are not UP
BRANCH = TRUNK + 6  # where requests go down to the machines


class Lower(Sequence[Line]):
    """The lower part, whose lines are drawn when they are looked at. `every`: list every real server, however many."""

    def __init__(self, picture: Topology, width: int, display: Display, *, every: bool) -> None:
        self._picture = picture
        self._width = width
        self._display = display
        self._every = every
        self._named = len({service.holders for service in picture.services}) > 1
        self._drawn: dict[int, list[Line]] = {}
        heights = [1 + _height(service, every=every) + 1 for service in picture.services]
        self._starts = list(accumulate(heights, initial=0))
        later = Later()
        self._later = [later]  # of each service, what hangs below it; from the last one on
        for service in reversed(picture.services[1:]):
            later = later.with_(service)
            self._later.append(later)
        self._later.reverse()

    def __len__(self) -> int:
        return max(0, self._starts[-1] - 1)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | Sequence[Line]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        if not 0 <= index < len(self):
            raise IndexError(index)
        number = bisect_right(self._starts, index) - 1
        lines = self._drawn.get(number)
        if lines is None:
            lines = self._drawn[number] = self._draw(number)
        return lines[index - self._starts[number]]

    def _draw(self, number: int) -> list[Line]:
        service, later = self._picture.services[number], self._later[number]
        frame = int(self._picture.wall)
        last = number == len(self._picture.services) - 1
        rows = list(_rows(service, every=self._every))
        canvas = Canvas(self._width, len(rows) + (1 if last else 2))
        if not last:
            canvas.down(TRUNK, 0, canvas.height - 1, "│", "accent")
            for y in range(canvas.height):
                if later.moving and dotted(y, frame):
                    canvas.put(TRUNK, y, "•", "accent")
        moving = bool(service.flow.connections_per_s)
        canvas.put(TRUNK, 0, "╰" if last else "├", "accent")
        canvas.put(TRUNK + 1, 0, "─•▶" if moving and frame % 2 else "──▶", "accent")
        _head(canvas, service, self._display, named=self._named)
        _rails(canvas, service, later, len(rows))
        firsts = [at for at, row in enumerate(rows) if row.first]
        for at, row in enumerate(rows):
            _row(canvas, row, 1 + at, service, frame, final=not firsts or at >= firsts[-1])
        return canvas.lines()


class Later(NamedTuple):
    """Tell what comes after a service: whether requests go down there, and which ways replies come up."""

    moving: bool = False
    back: frozenset[str] = frozenset()

    def with_(self, service: DrawnService) -> Later:
        """Return it with one more service before it."""
        return Later(self.moving or bool(service.flow.connections_per_s), self.back | {service.back})


def _height(service: DrawnService, *, every: bool) -> int:
    if every or service.total <= MANY:
        return service.total
    wrong = sum(real.state is not RealServerState.UP for machine in service.machines for real in machine.real_servers)
    machines = len(service.machines)
    return min(machines, NAMED) + (machines > NAMED) + min(wrong, NAMED) + (wrong > NAMED)


def _head(canvas: Canvas, service: DrawnService, display: Display, *, named: bool) -> None:
    room = rails(canvas.width)[0] - 2
    at = canvas.put(TRUNK + 5, 0, service.id, "head")
    how = " ".join(word for word in (service.scheduler, service.method) if word)
    at = canvas.put(at, 0, f"  {how}", "accent")
    tone = "good" if service.up == service.total else "bad" if not service.up else "warn"
    glyph = {"good": GOOD, "bad": BAD, "warn": PARTLY}[tone]
    at = canvas.put(at, 0, f"  {glyph} {service.up} of {service.total} up", tone)
    if service.sorry_server is not None:
        at = canvas.put(at, 0, f"  ◆ sorry {service.sorry_server} serves", "bad")
    if service.nobody:
        at = canvas.put(at, 0, f"  {BAD} no Director holds its address", "bad")
    elif service.holders and (named or len(service.holders) > 1):
        where = f"  on {' and '.join(service.holders)}"
        if at + len(where) > rails(canvas.width)[0]:
            where = f"  on {len(service.holders)} Directors"
        at = canvas.put(at, 0, where, "bad" if len(service.holders) > 1 else "dim")
    text = flow(service.flow, display, narrow=canvas.width < TIGHT)
    if at + len(text) + 3 > room:
        text = f"{formatting.rate(service.flow.connections_per_s)} new/s"
    if at + len(text) + 2 <= room:
        canvas.put(room - len(text), 0, text, "plain")


def _rails(canvas: Canvas, service: DrawnService, later: Later, rows: int) -> None:
    """Draw the rails along which replies of what hangs below go up."""
    for kind, x in zip(("gateway", "direct"), rails(canvas.width), strict=True):
        if kind in later.back:
            canvas.down(x, 0, canvas.height - 1, "┊", "good")
        elif service.back == kind:
            canvas.down(x, 0, rows, "┊", "good")


# --- the rows of a service ---


@dataclass(frozen=True)
class ServiceLine:
    """A line under a service: a real server, or so many of them."""

    machine: Machine | None
    real: RealServerView | None
    text: str  # instead of a real server
    first: bool  # of its machine


def _rows(service: DrawnService, *, every: bool) -> Iterator[ServiceLine]:
    if every or service.total <= MANY:
        for machine in service.machines:
            for number, real in enumerate(machine.real_servers):
                yield ServiceLine(machine, real, "", first=number == 0)
        return
    reals = [real for machine in service.machines for real in machine.real_servers]
    for machine in service.machines[:NAMED]:
        yield ServiceLine(machine, None, _counted(machine.real_servers), first=True)
    if len(service.machines) > NAMED:
        left = [real for machine in service.machines[NAMED:] for real in machine.real_servers]
        yield ServiceLine(
            None, None, f"and {len(service.machines) - NAMED} more machines: {_counted(left)}", first=True
        )
    wrong = [real for real in reals if real.state is not RealServerState.UP]
    for real in wrong[:NAMED]:
        yield ServiceLine(None, real, "", first=False)
    if len(wrong) > NAMED:
        yield ServiceLine(None, None, f"and {len(wrong) - NAMED} more that are not UP", first=False)


def _counted(reals: Sequence[RealServerView]) -> str:
    return ", ".join(f"{number} {state}" for state, number in counts(reals).items())


def _row(canvas: Canvas, row: ServiceLine, y: int, service: DrawnService, frame: int, *, final: bool) -> None:
    moving = bool(row.machine is not None and row.machine.flow.connections_per_s)
    if row.first:
        canvas.put(BRANCH, y, "╰" if final else "├", "accent")
        canvas.put(BRANCH + 1, y, "─•▶" if moving and (frame + y) % 2 else "──▶", "accent")
    elif not final:
        canvas.put(BRANCH, y, "│", "accent")
    at = BRANCH + 5
    wide = 16 if canvas.width < TIGHT else 20
    if row.machine is not None and row.first:
        canvas.put(at, y, row.machine.address[: 40 if ":" in row.machine.address else wide], "value")
        wide = max(wide, len(row.machine.address) + 2) if ":" in row.machine.address else wide
    end = _real(canvas, row.real, at + wide, y, row.machine) if row.real is not None else at
    if row.real is None:
        end = canvas.put(at + (wide if row.machine is not None else 0), y, row.text, "plain")
    if row.first and row.machine is not None and service.back != "unknown":
        _reply(canvas, end, y, service, frame, moving=bool(row.machine.flow.out_bps))


def _real(canvas: Canvas, real: RealServerView, x: int, y: int, machine: Machine | None) -> int:
    glyph, tone = REAL_SERVER[real.state]
    name = f":{real.id.rpartition(':')[2]}" if machine is not None else real.id
    at = canvas.put(x, y, f"{glyph} ", tone)
    at = canvas.put(at, y, f"{name:<7}", "plain")
    at = canvas.put(at, y, f"{real.state:<10}", tone)
    if real.state is RealServerState.DOWN:
        room = rails(canvas.width)[0] - at - 4
        text = real.reason or ""
        return canvas.put(at, y, text if len(text) <= room else text[: max(0, room - 1)] + "…", "bad")
    active = max((one.active for one in real.directors.values() if one.active is not None), default=None)
    rate = formatting.total(one.connections_per_s for one in real.directors.values())
    weights = {one.kernel_weight for one in real.directors.values() if one.kernel_weight is not None}
    if canvas.width >= TIGHT:
        at = canvas.put(at, y, f"w {'/'.join(map(str, sorted(weights))) or formatting.UNKNOWN:<4}", "dim")
    at = canvas.put(at, y, f"{formatting.count(active):>6} active", "plain")
    return canvas.put(at, y, f"{formatting.rate(rate):>6}/s", "plain")


def _reply(canvas: Canvas, start: int, y: int, service: DrawnService, frame: int, *, moving: bool) -> None:
    """Draw the dotted line from a machine to the rail."""
    through, past = rails(canvas.width)
    rail = through if service.back == "gateway" else past
    for x in range(start + 2, rail):
        canvas.put(x, y, "•" if moving and dotted(x, frame) else "╌", "good" if moving else "dim")
    canvas.put(rail, y, "┤", "good")
