"""The upper part of the topology: clients, the Directors with their VIPs, and the lines between. Pure: the picture in, lines out.

Requests come down, replies go up at the right: through the MASTER where the method is NAT, past it otherwise. A dot that
moves along a line says that something goes there; it moves with the clock, one step each second.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lvstui.cluster.topology import Flow, Topology
from lvstui.cluster.view import DirectorView, LinkState, VrrpView
from lvstui.console import figures
from lvstui.console.canvas import Canvas
from lvstui.console.marks import LINK, VRRP
from lvstui.console.widgets.lines import Line

TRUNK = 2  # where requests go down to the services
STEP = 7  # cells between two dots
WIDEST_BOX = 52


def rails(width: int) -> tuple[int, int]:
    """Where replies go up: through a Director, and past it."""
    return width - 6, width - 3


def dotted(position: int, frame: int) -> bool:
    """Is there a dot at this place of a line, now."""
    return (position - frame) % STEP == 0


def upper(picture: Topology, width: int, *, instances: int, roomy: bool = False) -> list[Line]:
    """`instances`: how many of each Director's are shown at most. `roomy`: the clients have a box of their own."""
    shown = max((len(one.vrrp) for one in picture.directors), default=0)
    rows = max(1, min(instances, shown))
    bus = 3 if roomy else 1  # the line from the clients to the Directors
    top, bottom = bus + 1, bus + 2 + rows
    canvas = Canvas(width, bottom + 3)
    boxes = _places(len(picture.directors), width)
    for director, (x, box) in zip(picture.directors, boxes, strict=True):
        _director(canvas, director, x, top, box, rows)
    _between(canvas, picture, boxes, top + (rows + 1) // 2)
    holders = _holders(picture)
    centres = [x + box // 2 for x, box in boxes]
    held = [centre for director, centre in zip(picture.directors, centres, strict=True) if director.name in holders]
    right = _clients(canvas, picture, roomy=roomy)
    arrive = [
        _after_title(director, x, box)
        for director, (x, box) in zip(picture.directors, boxes, strict=True)
        if director.name in holders
    ]
    _arrive(canvas, picture, arrive, bus)
    _requests(canvas, picture, held, bottom)
    _replies_through(canvas, picture, held, bottom)
    _replies_past(canvas, picture, right, bus // 2)
    return canvas.lines()


def _places(count: int, width: int) -> list[tuple[int, int]]:
    """x and width of each box."""
    if not count:
        return []
    gap = max(6, width // 6)
    room = width - 12
    box = max(20, min(WIDEST_BOX, (room - gap * (count - 1)) // count))
    used = box * count + gap * (count - 1)
    left = max(TRUNK + 2, (width - used) // 2)
    return [(left + number * (box + gap), box) for number in range(count)]


def _holders(picture: Topology) -> list[str]:
    return list(dict.fromkeys(name for vip in picture.vips for name in vip.holders))


def _split(picture: Topology) -> bool:
    return any(len(vip.holders) > 1 for vip in picture.vips)


def flow(flow: Flow, *, narrow: bool = False) -> str:
    """What goes along, in words."""
    unit = figures.throughput_unit()
    text = f"{figures.rate(flow.connections_per_s)} new/s"
    if flow.active is not None:
        text += f"  {flow.active:,} active"
    if not narrow and flow.in_bps is not None:
        text += f"  in {figures.throughput(flow.in_bps)}"
    return f"{text}  out {figures.throughput(flow.out_bps)} {unit}"


# --- the clients ---


def _clients(canvas: Canvas, picture: Topology, *, roomy: bool) -> int:
    """Gives the first cell to the right of them."""
    text = flow(picture.flow, narrow=canvas.width < 100)
    total = len("clients   ") + len(text)
    x, y = max(0, (canvas.width - total) // 2), 0
    if roomy:
        canvas.box(x - 3, 0, total + 6, 3, "dim")
        y = 1
    end = canvas.put(canvas.put(x, y, "clients   ", "head"), y, text, "plain")
    return end + 3 if roomy else end + 1


def _arrive(canvas: Canvas, picture: Topology, held: Sequence[int], y: int) -> None:
    """The line from the clients to who holds the VIPs."""
    centre = canvas.width // 2
    if not held:
        known = all(vip.known for vip in picture.vips) and picture.vips
        text = "✖ no Director holds a VIP: nobody answers" if known else "? it is not known who holds the VIPs"
        canvas.put((canvas.width - len(text)) // 2, y, text, "bad" if known else "dim")
        return
    style = "bad" if _split(picture) else "accent"
    left, right = min(*held, centre), max(*held, centre)
    canvas.across(y, left, right, "─", style)
    if picture.flow.connections_per_s:
        for x in range(left, right + 1):
            if dotted(abs(x - centre), int(picture.wall)):
                canvas.put(x, y, "•", style)
    for place in held:
        canvas.put(place, y, "╭" if place < centre else "╮" if place > centre else "│", style)
        canvas.put(place, y + 1, "▼", style)
    if centre not in held:
        both = min(held) < centre < max(held)
        canvas.put(centre, y, "┴" if both else "╯" if min(held) < centre else "╰", style)


# --- the Directors ---


def _after_title(director: DirectorView, x: int, width: int) -> int:
    """Where a line may come to the box from above: its middle, unless something is written there."""
    written = len(_name(director, width)) + len(_role(director)) + 5
    return min(x + max(width // 2, written + 1), x + width - 2)


def _name(director: DirectorView, width: int) -> str:
    return director.name[: width - 14]


def _role(director: DirectorView) -> str:
    glyph, _ = VRRP.get(director.role or "", ("?", "dim"))
    return f"{glyph} {director.role or 'not known'}"


def _director(canvas: Canvas, director: DirectorView, x: int, y: int, width: int, rows: int) -> None:
    lost = director.state in (LinkState.LOST, LinkState.STALE)
    style = "warn" if lost else "accent" if director.role == "MASTER" else "dim"
    style = "bad" if director.role == "FAULT" or director.state is LinkState.LOST else style
    canvas.box(x, y, width, rows + 2, style)
    tone = VRRP.get(director.role or "", ("?", "dim"))[1]
    sign, colour = LINK[director.state]
    text = f" {sign} {director.state} "
    room = x + width - 4 - len(f"  {_name(director, width)} {_role(director)} {text}") >= x
    after = canvas.put(x + 2, y, f" {_name(director, width)} ", "head")
    if room or director.state is LinkState.LIVE:
        canvas.put(after, y, f"{_role(director)} ", tone)
    else:  # that there is trouble is worth more than the role
        canvas.put(after, y, text.lstrip(), colour)
    if room:
        canvas.put(x + width - 2 - len(text), y, text, colour)
    if not director.vrrp:
        canvas.put(x + 2, y + 1, director.error[: width - 4] if director.error else "no VRRP instance known", "dim")
    for number, instance in enumerate(director.vrrp[:rows]):
        more = len(director.vrrp) - rows if number == rows - 1 else 0
        _instance(canvas, instance, x + 2, y + 1 + number, width - 4, more)


def _instance(canvas: Canvas, instance: VrrpView, x: int, y: int, width: int, more: int) -> None:
    glyph, tone = VRRP.get(instance.state or "", ("?", "dim"))
    held = [vip.address for vip in instance.vips if vip.held]
    at = canvas.put(x, y, f"{glyph} ", tone)
    at = canvas.put(at, y, f"{instance.name[:8]:<{5 if width < 30 else 8}} ", "dim")
    room = x + width - at
    text = ", ".join(held) if held else "no VIP here"
    if len(text) > room and len(held) > 1:
        text = f"{held[0]} +{len(held) - 1}"
    at = canvas.put(at, y, text if len(text) <= room else text[: room - 1] + "…", "value" if held else "dim")
    right = f"+{more} more" if more else instance.interface[:8]
    if x + width - at > len(right):
        canvas.put(x + width - len(right), y, right, "dim")


def _between(canvas: Canvas, picture: Topology, boxes: Sequence[tuple[int, int]], y: int) -> None:
    """The adverts that the Directors send each other."""
    for (x, width), (other, _) in pairwise(boxes):
        left, right = x + width + 1, other - 2
        rates = [one.adverts_per_s for director in picture.directors for one in director.vrrp]
        rate = max((rate for rate in rates if rate is not None), default=None)
        canvas.across(y, left, right, "╌", "dim")
        text = " VRRP " if rate is None or right - left < 15 else f" adverts {figures.rate(rate)}/s "
        if right - left >= len(text):
            canvas.put((left + right - len(text)) // 2 + 1, y, text, "dim")


# --- what leaves the Directors, and what comes back ---


def _requests(canvas: Canvas, picture: Topology, held: Sequence[int], bottom: int) -> None:
    if not held or not picture.services:
        return
    y, right = bottom + 1, max(held)
    canvas.across(y, TRUNK, right, "─", "accent")
    if picture.flow.connections_per_s:
        for x in range(TRUNK, right + 1):
            if dotted(right - x, int(picture.wall)):
                canvas.put(x, y, "•", "accent")
    _on_line(canvas, f"requests {_rate(picture.flow.in_bps)}", TRUNK, min(held), y)
    canvas.put(TRUNK, y, "╭", "accent")
    for place in held:
        canvas.put(place, bottom, "┬", "accent")
        canvas.put(place, y, "╯" if place == right else "┴", "accent")
    canvas.put(TRUNK, y + 1, "│", "accent")


def _rate(bps: float | None) -> str:
    return "" if bps is None else f"{figures.throughput(bps)} {figures.throughput_unit()}"


def _on_line(canvas: Canvas, text: str, left: int, right: int, y: int) -> bool:
    """In the middle of a line, where there is room for it."""
    text = f" {text.strip()} "
    if right - left < len(text) + 4:
        return False
    canvas.put(left + (right - left - len(text)) // 2 + 1, y, text, "dim")
    return True


def _replies_through(canvas: Canvas, picture: Topology, held: Sequence[int], bottom: int) -> None:
    """With NAT: back to the Director that holds the gateway VIP, which sends them on."""
    services = [service for service in picture.services if service.back == "gateway"]
    if not services or not held:
        return
    rail, _ = rails(canvas.width)
    y, start = bottom + 1, max(held) + 6
    canvas.put(start, bottom, "▲", "good")
    canvas.across(y, start, rail, "╌", "good")
    out = figures.total(service.flow.out_bps for service in services)
    if out:
        for x in range(start, rail):
            if dotted(start - x, int(picture.wall)):
                canvas.put(x, y, "•", "good")
    canvas.put(start, y, "╰", "good")
    canvas.put(rail, y, "╮", "good")
    canvas.put(rail, y + 1, "┊", "good")
    known = list(dict.fromkeys(service.gateway for service in services if service.gateway is not None))
    name = known[0] + (f" +{len(known) - 1}" if len(known) > 1 else "") if known else "the gateway VIP"
    text = f"replies {_rate(out)} through {name}".replace("  ", " ")
    if not _on_line(canvas, text, start, rail, y):
        canvas.put(rail - len(text) - 1, y + 1, text, "dim")


def _replies_past(canvas: Canvas, picture: Topology, left: int, y: int) -> None:
    """With DR and TUN: straight to the clients."""
    services = [service for service in picture.services if service.back == "direct"]
    if not services:
        return
    _, rail = rails(canvas.width)
    canvas.across(y, left + 1, rail, "╌", "good")
    canvas.put(left, y, "◀", "good")
    canvas.put(rail, y, "╮", "good")
    canvas.down(rail, y + 1, canvas.height - 1, "┊", "good")
    _on_line(canvas, f"replies {_rate(figures.total(service.flow.out_bps for service in services))}", left, rail, y)
