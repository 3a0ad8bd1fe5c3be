"""Draw one Director: its link, its VRRP instances, its keepalived, its load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message

from lvstui.cluster.instance_view import FaultView, VrrpView
from lvstui.cluster.view import DirectorView, LinkState, Severity
from lvstui.cluster.views.handover_wording import safety, who
from lvstui.console.actions import HANDOVER, LVSTUI_KEYS, MACHINE, RECONNECT, Keys
from lvstui.console.app_parts import parts_of
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import AWAITED, BAD, CAUTION, DIM, HANDED_OVER, LINK, SAFE, STYLES, UNEQUAL, VRRP
from lvstui.console.widgets.painted_text import PaintedText
from lvstui.console.widgets.split_brain import NO_SPLIT, Split

MOST = 6  # VRRP instances in a card
FULL = 85  # per cent; from there on it is not only a figure


class DirectorCard(PaintedText, can_focus=True):
    """A bordered card, or one line where there is no room for it. Enter or a click opens its Director's page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", show=False),
        Binding("up,k,down,j,escape", "leave", "To the table", show=False),
        Binding(MACHINE.key, "hand_over", "Hand over", id=MACHINE.name, show=False),
    ]

    @dataclass
    class CardOpened(Message):
        """The Director's page is wanted."""

        director: str

    @dataclass
    class CardLeft(Message):
        """The table is to have the focus."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.director = name
        self.border_title = name

    def show(
        self,
        director: DirectorView,
        wall: float,
        display: Display,
        *,
        line: Content | None = None,
        trouble: Severity | None = None,
        split: Split = NO_SPLIT,
    ) -> int:
        """Draw the Director, or the `line` that is all there is room for. Return the number of lines.

        `trouble` is the gravest that there is with it.
        """
        width, narrow = self.size.width, line is not None
        content = line if line is not None else card(director, wall, display, parts_of(self.app).keys, split)
        lines = content.split("\n")
        if not narrow and width:
            lines = [part for line in lines for part in (line.wrap(width) if line.cell_length > width else [line])]
        self.set_class(director.state in (LinkState.STALE, LinkState.LOST) or trouble is not None, "stale")
        self.set_class(trouble in (Severity.ERROR, Severity.CRITICAL), "trouble")
        title = Content.assemble((director.name, "bold"), "  ", role(director, split), link(director))
        self.paint(title, lines)
        return len(lines)

    async def on_click(self) -> None:
        self.action_leave()  # the arrow keys go on to move the table's cursor
        self.action_open()

    def action_open(self) -> None:
        self.post_message(self.CardOpened(self.director))

    def action_hand_over(self) -> None:
        self.app.action_do(HANDOVER.name)  # type: ignore[attr-defined]  # the console's own app

    def action_leave(self) -> None:
        self.post_message(self.CardLeft())


def role(director: DirectorView, split: Split = NO_SPLIT) -> Content:
    """Write the Director's role, of all its instances together."""
    if director.role is None:
        return Content("")
    glyph, tone = VRRP.get(director.role, (UNEQUAL, "warn"))
    disputed = any(split.has(one) for one in director.vrrp)
    return Content.styled(f"{glyph} {director.role}  ", STYLES["bad" if disputed else tone])


def link(director: DirectorView) -> Content:
    """Write the state of the link with its latency, or with the age of the figures."""
    glyph, tone = LINK[director.state]
    text = f"{glyph} {director.state}"
    if director.state is LinkState.LIVE:
        if director.latency_s is not None:
            text += f" {director.latency_s * 1000:.0f} ms"
        if director.privilege == "observer":
            text += " · observer: no writes"
    elif director.age_s is not None:
        text += f" · figures {formatting.age(director.age_s)} old"
    return Content.styled(text, STYLES[tone])


def card(
    director: DirectorView, wall: float, display: Display, keys: Keys = LVSTUI_KEYS, split: Split = NO_SPLIT
) -> Content:
    """Write the card."""
    errors: list[Content] = []
    if director.error is not None:
        again = ""
        if director.retry_in_s is not None:
            again = f" (again in {formatting.age(director.retry_in_s + 0.99)}; {keys.label(RECONNECT)}: now)"
        errors.append(Content.styled(f"{BAD} {director.error}{again}", STYLES["bad"]))
    lines = _handed_over(director) + _instances(director.vrrp, wall, split)
    lines.append(_keepalived(director, wall, display))
    lines.append(_load(director, display))
    lines += [Content.styled(f"? {one.what}: {one.why}", DIM) for one in director.missing[:2]]
    shown = Content("\n").join(lines)
    return Content("\n").join([*errors, shown if director.state is LinkState.LIVE else shown.stylize(DIM)])


def _handed_over(director: DirectorView) -> list[Content]:
    """Write who handed it over, and whether it is safe to stop."""
    told = director.handed_over
    if told is None:
        return []
    glyph, tone = SAFE if told.safe else (CAUTION, "warn")
    return [
        Content.styled(f"{HANDED_OVER} {who(told)}", STYLES["accent"]),
        Content.styled(f"{glyph} {safety(told)}", STYLES[tone]),
    ]


def _instances(instances: Sequence[VrrpView], wall: float, split: Split) -> list[Content]:
    """Write a line for each; of many, those that are in trouble first, and the others counted."""
    if len(instances) > MOST:
        calm = ("MASTER", "BACKUP")
        instances = sorted(instances, key=lambda one: one.state in calm and not odd(one))
    shown = instances if len(instances) <= MOST else instances[: MOST - 1]
    name = min(10, max((len(one.name) for one in shown), default=0))
    held = max((len(_vips(one)[0]) for one in shown), default=0)
    both = len({one.family for one in instances}) > 1
    place = max((len(_place(one, both)) for one in shown), default=0)
    lines = [
        _vrrp(one, wall, name, min(held, 22), f"{_place(one, both):<{place}}", disputed=split.has(one)) for one in shown
    ]
    rest = instances[len(shown) :]
    if rest:
        states = Counter(one.state or "unknown" for one in rest)
        counts = ", ".join(f"{count} {state}" for state, count in states.items())
        lines.append(Content.styled(f"and {len(rest)} more: {counts}", DIM))
    return lines


def odd(instance: VrrpView) -> bool:
    """Return True if the instance holds a VIP that it should not, or not one that it should."""
    if instance.state is None:
        return False
    return any(vip.held is not None and vip.held != (instance.state == "MASTER") for vip in instance.vips)


def _vips(instance: VrrpView) -> tuple[str, str]:
    """Write the VIPs that are here. Return the text, and its style."""
    held = [vip.name for vip in instance.vips if vip.held]
    text = ", ".join(held[:1]) + (f" +{len(held) - 1}" if len(held) > 1 else "")
    if instance.state == "FAULT" and instance.faults:
        return f"{BAD} {_fault(instance.faults[0])}", STYLES["bad"]
    if odd(instance):
        return f"{BAD} {text or 'no VIP'}", STYLES["bad"]
    if any(vip.held is None for vip in instance.vips):
        return text or "VIP unknown", DIM
    return (text, "") if text else ("no VIP", DIM)


_FAULTS = {"interface": "{} down", "bfd": "{} down", "group": "with {}", "vrid": "VRID twice", "source": "no address"}


def _fault(fault: FaultView) -> str:
    """Say in a few words what the fault is."""
    return _FAULTS.get(fault.kind, "{}").format(fault.name) or fault.kind


def _place(instance: VrrpView, both: bool) -> str:
    """Name the interface, and the family where there are instances of both."""
    interface = instance.interface[:8]
    return f"{interface} v{'6' if instance.family == 'inet6' else '4'}" if both else f"{interface:<5}"


def _vrrp(instance: VrrpView, wall: float, name_width: int, vip_width: int, place: str, *, disputed: bool) -> Content:
    glyph, tone = VRRP.get(instance.state or "", ("?", "dim"))
    vips, style = _vips(instance)
    since = "" if instance.since is None else formatting.age(wall - instance.since)
    known = instance.state is not None and instance.adverts_per_s is not None  # without a state it takes no part
    adverts = "" if not known else f"{formatting.rate(instance.adverts_per_s)}/s"
    return Content.assemble(
        (f"{instance.name[:10]:<{name_width}} ", "bold"),
        (f"{glyph} {instance.state or 'unknown':<6}", STYLES["bad" if disputed else tone]),
        f" {formatting.count(instance.priority):>3}  ",
        (f"{vips:<{vip_width}}", style),
        (f"  {place} {since:>5}", DIM),
        (f"  {adverts:>5}" if adverts else "", DIM),
    )


def _keepalived(director: DirectorView, wall: float, display: Display) -> Content:
    daemon = director.keepalived
    if daemon.running is None and daemon.version is None and not daemon.pending:
        return Content.styled("keepalived: no data", DIM)
    parts: list[tuple[str, str]] = [("keepalived", DIM), (f" {daemon.version or '?'} ", "")]
    if daemon.instance or daemon.namespace:
        parts.append((f"{' '.join(filter(None, (daemon.instance, daemon.namespace)))} ", ""))
    if director.at_rest:
        parts.append((f" {HANDED_OVER} stopped", STYLES["accent"]))
    elif daemon.running is False:
        parts.append((f" {BAD} not running", STYLES["bad"]))
    elif daemon.running is None:
        parts.append((" no data", DIM))
    else:
        parts.append((f" up {formatting.age(None if daemon.started is None else wall - daemon.started)}", ""))
        parts.append((f"  loaded {display.moment(daemon.loaded, wall, seconds=False)}", DIM))
    if daemon.pending:
        parts.append((f"  {AWAITED} files not loaded", STYLES["warn"]))
    return Content.assemble(*parts)


def _load(director: DirectorView, display: Display) -> Content:
    host, unit = director.host, display.throughput_unit
    parts: list[tuple[str, str]] = []
    busy = host.load1 is not None and host.cpus is not None and host.load1 > host.cpus
    for word, value, grave in (
        ("load", "–" if host.load1 is None else f"{host.load1:.2f}", busy),
        ("cpu", _percent(host.cpu_percent), (host.cpu_percent or 0) >= FULL),
        ("in", display.throughput(host.in_bps), False),
        ("out", f"{display.throughput(host.out_bps)} {unit}", False),
    ):
        parts += [(f"{word} ", DIM), (f"{value}  ", STYLES["warn"] if grave else "")]
    if host.conntrack is not None and host.conntrack_max:
        share = 100 * host.conntrack / host.conntrack_max
        parts += [("conntrack ", DIM), (_percent(share), STYLES["bad"] if share >= FULL else "")]
    elif (host.memory_percent or 0) >= FULL:
        parts += [("memory ", DIM), (_percent(host.memory_percent), STYLES["warn"])]
    return Content.assemble(*parts)


def _percent(value: float | None) -> str:
    return formatting.UNKNOWN if value is None else f"{value:.0f}%"
