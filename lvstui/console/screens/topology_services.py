"""The lower part of the topology: each virtual server, and its real servers by machine. Pure: the picture in, lines out.

Many real servers are counted instead of listed; those that are not UP are named all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.topology import Machine, Service, Topology, counts
from lvstui.cluster.view import RealServerState, RealServerView
from lvstui.console import figures
from lvstui.console.canvas import Canvas
from lvstui.console.marks import REAL_SERVER
from lvstui.console.screens.topology_picture import TRUNK, dotted, flow, rails
from lvstui.console.widgets.lines import Line

MANY = 12  # real servers of a virtual server; more are counted
NAMED = 6  # of those that are counted, so many are named when they are not UP
BRANCH = TRUNK + 6  # where requests go down to the machines


def lower(picture: Topology, width: int, *, every: bool) -> list[Line]:
    """`every`: list every real server, however many there are."""
    lines: list[Line] = []
    holders = {service.holders for service in picture.services}
    for number, service in enumerate(picture.services):
        last = number == len(picture.services) - 1
        later = picture.services[number + 1 :]
        lines += _service(service, picture, width, last=last, every=every, named=len(holders) > 1, later=later)
    return lines


def _service(
    service: Service,
    picture: Topology,
    width: int,
    *,
    last: bool,
    every: bool,
    named: bool,
    later: Sequence[Service],
) -> list[Line]:
    frame = int(picture.wall)
    rows = list(_rows(service, every=every))
    height = 1 + len(rows) + (0 if last else 1)
    canvas = Canvas(width, height)
    moving = bool(service.flow.connections_per_s)
    if not last:
        canvas.down(TRUNK, 0, height - 1, "│", "accent")
        if any(one.flow.connections_per_s for one in later):
            for y in range(height):
                if dotted(y, frame):
                    canvas.put(TRUNK, y, "•", "accent")
    canvas.put(TRUNK, 0, "╰" if last else "├", "accent")
    canvas.put(TRUNK + 1, 0, "─•▶" if moving and frame % 2 else "──▶", "accent")
    _head(canvas, service, named=named)
    _rails(canvas, service, later, len(rows))
    for number, row in enumerate(rows):
        final = not any(other.first for other in rows[number + 1 :])
        _row(canvas, row, 1 + number, service, frame, final=final)
    return canvas.lines()


def _head(canvas: Canvas, service: Service, *, named: bool) -> None:
    at = canvas.put(TRUNK + 5, 0, service.id, "head")
    how = " ".join(word for word in (service.scheduler, service.method) if word)
    at = canvas.put(at, 0, f"  {how}", "accent")
    tone = "good" if service.up == service.total else "bad" if not service.up else "warn"
    glyph = {"good": "●", "bad": "✖", "warn": "◐"}[tone]
    at = canvas.put(at, 0, f"  {glyph} {service.up} of {service.total} up", tone)
    if not service.holders:
        at = canvas.put(at, 0, "  ✖ its address is on no Director", "bad")
    elif named or len(service.holders) > 1:
        at = canvas.put(at, 0, f"  on {' and '.join(service.holders)}", "bad" if len(service.holders) > 1 else "dim")
    text = flow(service.flow, narrow=canvas.width < 100)
    room = rails(canvas.width)[0] - 2
    if at + len(text) + 3 > room:
        text = f"{figures.rate(service.flow.connections_per_s)} new/s"
    if at + len(text) + 2 <= room:
        canvas.put(room - len(text), 0, text, "plain")


def _rails(canvas: Canvas, service: Service, later: Sequence[Service], rows: int) -> None:
    """Replies of what hangs below go past here, on their way up."""
    for kind, x in zip(("gateway", "direct"), rails(canvas.width), strict=True):
        if any(one.back == kind for one in later):
            canvas.down(x, 0, canvas.height - 1, "┊", "good")
        elif service.back == kind:
            canvas.down(x, 0, rows, "┊", "good")


# --- the rows of a service ---


class Row:
    """One line: a real server, or so many of them."""

    def __init__(self, machine: Machine | None, real: RealServerView | None, text: str, *, first: bool) -> None:
        self.machine = machine
        self.real = real
        self.text = text  # instead of a real server
        self.first = first  # of its machine


def _rows(service: Service, *, every: bool) -> Iterator[Row]:
    if every or service.total <= MANY:
        for machine in service.machines:
            for number, real in enumerate(machine.real_servers):
                yield Row(machine, real, "", first=number == 0)
        return
    reals = [real for machine in service.machines for real in machine.real_servers]
    for machine in service.machines[:NAMED]:
        yield Row(machine, None, _counted(machine.real_servers), first=True)
    if len(service.machines) > NAMED:
        left = [real for machine in service.machines[NAMED:] for real in machine.real_servers]
        yield Row(None, None, f"and {len(service.machines) - NAMED} machines more: {_counted(left)}", first=True)
    wrong = [real for real in reals if real.state is not RealServerState.UP]
    for real in wrong[:NAMED]:
        yield Row(None, real, "", first=False)
    if len(wrong) > NAMED:
        yield Row(None, None, f"and {len(wrong) - NAMED} more that are not UP", first=False)


def _counted(reals: Sequence[RealServerView]) -> str:
    return ", ".join(f"{number} {state}" for state, number in counts(reals).items())


def _row(canvas: Canvas, row: Row, y: int, service: Service, frame: int, *, final: bool) -> None:
    moving = bool(row.machine is not None and row.machine.flow.connections_per_s)
    if row.first:
        canvas.put(BRANCH, y, "╰" if final else "├", "accent")
        canvas.put(BRANCH + 1, y, "─•▶" if moving and (frame + y) % 2 else "──▶", "accent")
    elif not final:
        canvas.put(BRANCH, y, "│", "accent")
    at = BRANCH + 5
    wide = 16 if canvas.width < 100 else 20
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
    rate = figures.total(one.connections_per_s for one in real.directors.values())
    weights = {one.kernel_weight for one in real.directors.values() if one.kernel_weight is not None}
    if canvas.width >= 100:
        at = canvas.put(at, y, f"w {'/'.join(map(str, sorted(weights))) or figures.UNKNOWN:<4}", "dim")
    at = canvas.put(at, y, f"{figures.count(active):>6} active", "plain")
    return canvas.put(at, y, f"{figures.rate(rate):>6}/s", "plain")


def _reply(canvas: Canvas, start: int, y: int, service: Service, frame: int, *, moving: bool) -> None:
    """The dotted line from a machine to the rail."""
    through, past = rails(canvas.width)
    rail = through if service.back == "gateway" else past
    for x in range(start + 2, rail):
        canvas.put(x, y, "•" if moving and dotted(x, frame) else "╌", "good" if moving else "dim")
    canvas.put(rail, y, "┤", "good")
