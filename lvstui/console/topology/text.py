"""Draw the upper part of the topology: clients, Directors with their VIPs, and the lines between. Pure.

Requests come down, replies go up at the right: through the MASTER where the method is NAT, past it otherwise. A dot that
moves along a line says that something goes there; it moves with the clock, one step each second.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.view import DirectorView, LinkState
from lvstui.cluster.views.topology_view import Flow, Topology
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import BAD, LINK, VRRP
from lvstui.console.look.widths import TIGHT
from lvstui.console.topology.canvas import Canvas
from lvstui.console.widgets.lines import Line

TRUNK = 2  # where requests go down to the services
STEP = 7  # cells between two dots
WIDEST_BOX = 52


def rails(width: int) -> tuple[int, int]:
    """Return where replies go up: through a Director, and past it."""
    return width - 6, width - 3


def dotted(position: int, frame: int) -> bool:
    """Return True if there is a dot at this place of a line, now."""
    return (position - frame) % STEP == 0


def upper(picture: Topology, width: int, display: Display, *, instances: int, roomy: bool = False) -> list[Line]:
    """Draw it, with at most so many `instances` of each Director. `roomy`: the clients have a box of their own."""
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
    right = _clients(canvas, picture, display, roomy=roomy)
    arrive = [
        _after_title(director, x, box)
        for director, (x, box) in zip(picture.directors, boxes, strict=True)
        if director.name in holders
    ]
    _arrive(canvas, picture, arrive, bus)
    _requests(canvas, picture, display, held, bottom)
    _replies_through(canvas, picture, display, held, bottom)
    _replies_past(canvas, picture, display, right, bus // 2)
    return canvas.lines()


def _places(count: int, width: int) -> list[tuple[int, int]]:
    """Return x and width of each box."""
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


def flow(flow: Flow, display: Display, *, narrow: bool = False) -> str:
    """Say in words what goes along."""
    unit = display.throughput_unit
    text = f"{formatting.rate(flow.connections_per_s)} new/s"
    if flow.active is not None:
        text += f"  {flow.active:,} active"
    if not narrow and flow.in_bps is not None:
        text += f"  in {display.throughput(flow.in_bps)}"
    return f"{text}  out {display.throughput(flow.out_bps)} {unit}"


# --- the clients ---


def _clients(canvas: Canvas, picture: Topology, display: Display, *, roomy: bool) -> int:
    """Draw the clients. Return the first cell to the right of them."""
    text = flow(picture.flow, display, narrow=canvas.width < TIGHT)
    total = len("clients   ") + len(text)
    x, y = max(0, (canvas.width - total) // 2), 0
    if roomy:
        canvas.box(x - 3, 0, total + 6, 3, "dim")
        y = 1
    end = canvas.put(canvas.put(x, y, "clients   ", "head"), y, text, "plain")
    return end + 3 if roomy else end + 1


def _arrive(canvas: Canvas, picture: Topology, held: Sequence[int], y: int) -> None:
    """Draw the line from the clients to who holds the VIPs."""
    centre = canvas.width // 2
    if not held:
        known = all(vip.known for vip in picture.vips) and picture.vips
        text = f"{BAD} no Director holds a VIP: clients get no answer" if known else "? holder of the VIPs unknown"
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
    """Return where a line may come to the box from above: its middle, unless something is written there."""
    written = len(_name(director, width)) + len(_role(director)) + 5
    return min(x + max(width // 2, written + 1), x + width - 2)


def _name(director: DirectorView, width: int) -> str:
    return director.name[: width - 14]


def _role(director: DirectorView) -> str:
    glyph, _ = VRRP.get(director.role or "", ("?", "dim"))
    return f"{glyph} {director.role or 'unknown'}"


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
    both = len({instance.family for instance in director.vrrp}) > 1
    for number, instance in enumerate(director.vrrp[:rows]):
        more = len(director.vrrp) - rows if number == rows - 1 else 0
        right = f"+{more} more" if more else instance.interface[:8]
        right += f" v{'6' if instance.family == 'inet6' else '4'}" if both and not more else ""
        _instance(canvas, instance, (x + 2, y + 1 + number), width - 4, right)


def _instance(canvas: Canvas, instance: VrrpView, at: tuple[int, int], width: int, right: str) -> None:
    x, y = at
    glyph, tone = VRRP.get(instance.state or "", ("?", "dim"))
    held = [vip.name for vip in instance.vips if vip.held]
    end = canvas.put(x, y, f"{glyph} ", tone)
    end = canvas.put(end, y, f"{instance.name[:8]:<{5 if width < 30 else 8}} ", "dim")
    room = x + width - end
    text = ", ".join(held) if held else "no VIP here"
    if len(text) > room and len(held) > 1:
        text = f"{held[0]} +{len(held) - 1}"
    end = canvas.put(end, y, text if len(text) <= room else text[: room - 1] + "…", "value" if held else "dim")
    if x + width - end > len(right):
        canvas.put(x + width - len(right), y, right, "dim")


def _between(canvas: Canvas, picture: Topology, boxes: Sequence[tuple[int, int]], y: int) -> None:
    """Draw the line of the adverts that the Directors send each other."""
    for (x, width), (other, _) in pairwise(boxes):
        left, right = x + width + 1, other - 2
        rates = [one.adverts_per_s for director in picture.directors for one in director.vrrp]
        rate = max((rate for rate in rates if rate is not None), default=None)
        canvas.across(y, left, right, "╌", "dim")
        text = " VRRP " if rate is None or right - left < 15 else f" adverts {formatting.rate(rate)}/s "
        if right - left >= len(text):
            canvas.put((left + right - len(text)) // 2 + 1, y, text, "dim")


# --- what leaves the Directors, and what comes back ---


def _requests(canvas: Canvas, picture: Topology, display: Display, held: Sequence[int], bottom: int) -> None:
    if not held or not picture.services:
        return
    y, right = bottom + 1, max(held)
    canvas.across(y, TRUNK, right, "─", "accent")
    if picture.flow.connections_per_s:
        for x in range(TRUNK, right + 1):
            if dotted(right - x, int(picture.wall)):
                canvas.put(x, y, "•", "accent")
    _on_line(canvas, f"requests {_rate(picture.flow.in_bps, display)}", TRUNK, min(held), y)
    canvas.put(TRUNK, y, "╭", "accent")
    for place in held:
        canvas.put(place, bottom, "┬", "accent")
        canvas.put(place, y, "╯" if place == right else "┴", "accent")
    canvas.put(TRUNK, y + 1, "│", "accent")


def _rate(bps: float | None, display: Display) -> str:
    return "" if bps is None else f"{display.throughput(bps)} {display.throughput_unit}"


def _on_line(canvas: Canvas, text: str, left: int, right: int, y: int) -> bool:
    """Write in the middle of a line. Return False where there is no room for it."""
    text = f" {text.strip()} "
    if right - left < len(text) + 4:
        return False
    canvas.put(left + (right - left - len(text)) // 2 + 1, y, text, "dim")
    return True


def _replies_through(canvas: Canvas, picture: Topology, display: Display, held: Sequence[int], bottom: int) -> None:
    """Draw replies with NAT: back to the Director that holds the gateway VIP, which sends them on."""
    services = [service for service in picture.services if service.back == "gateway"]
    if not services or not held:
        return
    rail, _ = rails(canvas.width)
    y, start = bottom + 1, max(held) + 6
    canvas.put(start, bottom, "▲", "good")
    canvas.across(y, start, rail, "╌", "good")
    out = formatting.total(service.flow.out_bps for service in services)
    if out:
        for x in range(start, rail):
            if dotted(start - x, int(picture.wall)):
                canvas.put(x, y, "•", "good")
    canvas.put(start, y, "╰", "good")
    canvas.put(rail, y, "╮", "good")
    canvas.put(rail, y + 1, "┊", "good")
    known = list(dict.fromkeys(service.gateway for service in services if service.gateway is not None))
    name = known[0] + (f" +{len(known) - 1}" if len(known) > 1 else "") if known else "the gateway VIP"
    text = f"replies {_rate(out, display)} through {name}".replace("  ", " ")
    if not _on_line(canvas, text, start, rail, y):
        canvas.put(rail - len(text) - 1, y + 1, text, "dim")


def _replies_past(canvas: Canvas, picture: Topology, display: Display, left: int, y: int) -> None:
    """Draw replies with DR and TUN: straight to the clients."""
    services = [service for service in picture.services if service.back == "direct"]
    if not services:
        return
    _, rail = rails(canvas.width)
    canvas.across(y, left + 1, rail, "╌", "good")
    canvas.put(left, y, "◀", "good")
    canvas.put(rail, y, "╮", "good")
    canvas.down(rail, y + 1, canvas.height - 1, "┊", "good")
    out = formatting.total(service.flow.out_bps for service in services)
    _on_line(canvas, f"replies {_rate(out, display)}", left, rail, y)
