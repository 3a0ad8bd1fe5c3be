"""One Director: its link, its VRRP instances, its keepalived, its load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.view import DirectorView, LinkState, Severity, VrrpView
from lvstui.console import figures
from lvstui.console.marks import LINK, STYLES, VRRP

DIM = "$foreground-muted"
MOST = 6  # VRRP instances in a card
FULL = 85  # per cent; from there on it is not only a figure


class DirectorCard(Static):
    """A bordered card, or one line where there is no room for it."""

    def __init__(self, name: str) -> None:
        super().__init__(markup=False)
        self._director = name
        self._content: Content | None = None
        self._title: Content | None = None
        self.border_title = name

    def show(self, director: DirectorView, wall: float, *, narrow: bool, trouble: Severity | None = None) -> None:
        """`trouble`: the gravest that there is with this Director."""
        content = one_line(director) if narrow else card(director, wall)
        title = Content.assemble((director.name, "bold"), "  ", role(director), link(director))
        if self._title is None or not title.is_same(self._title):
            self._title = title
            self.border_title = title
        self.set_class(director.state in (LinkState.STALE, LinkState.LOST) or trouble is not None, "stale")
        self.set_class(trouble in (Severity.ERROR, Severity.CRITICAL), "trouble")
        if self._content is None or not content.is_same(self._content):
            self._content = content
            self.update(content)


def role(director: DirectorView) -> Content:
    """What it is, of all its instances together."""
    if director.role is None:
        return Content("")
    glyph, tone = VRRP.get(director.role, ("≠", "warn"))
    return Content.styled(f"{glyph} {director.role}  ", STYLES[tone])


def link(director: DirectorView) -> Content:
    """The state of the link, its latency, or the age of the figures."""
    glyph, tone = LINK[director.state]
    text = f"{glyph} {director.state}"
    if director.state is LinkState.LIVE:
        if director.latency_s is not None:
            text += f" {director.latency_s * 1000:.0f} ms"
        if director.privilege == "observer":
            text += " · observer: no writes"
    elif director.age_s is not None:
        text += f" · figures {figures.age(director.age_s)} old"
    return Content.styled(text, STYLES[tone])


def card(director: DirectorView, wall: float) -> Content:
    errors: list[Content] = []
    if director.error is not None:
        again = "" if director.retry_in_s is None else f" (again in {figures.age(director.retry_in_s + 0.99)}; R: now)"
        errors.append(Content.styled(f"✖ {director.error}{again}", STYLES["bad"]))
    lines = _instances(director.vrrp, wall)
    lines.append(_keepalived(director, wall))
    lines.append(_load(director))
    lines += [Content.styled(f"? {what}", DIM) for what in director.missing[:2]]
    shown = Content("\n").join(lines)
    return Content("\n").join([*errors, shown if director.state is LinkState.LIVE else shown.stylize(DIM)])


def _instances(instances: Sequence[VrrpView], wall: float) -> list[Content]:
    """A line each; of many, those that are in trouble first, and the others counted."""
    if len(instances) > MOST:
        calm = ("MASTER", "BACKUP")
        instances = sorted(instances, key=lambda one: one.state in calm and not _odd(one))
    shown = instances if len(instances) <= MOST else instances[: MOST - 1]
    name = min(10, max((len(one.name) for one in shown), default=0))
    held = max((len(_vips(one)[0]) for one in shown), default=0)
    lines = [_vrrp(one, wall, name, min(held, 22)) for one in shown]
    rest = instances[len(shown) :]
    if rest:
        states = Counter(one.state or "not known" for one in rest)
        counts = ", ".join(f"{count} {state}" for state, count in states.items())
        lines.append(Content.styled(f"and {len(rest)} more: {counts}", DIM))
    return lines


def _odd(instance: VrrpView) -> bool:
    """Does it hold what it should not, or not what it should?"""
    if instance.state is None:
        return False
    return any(vip.held is not None and vip.held != (instance.state == "MASTER") for vip in instance.vips)


def _vips(instance: VrrpView) -> tuple[str, str]:
    """Those that are here, and the style to say it in."""
    held = [vip.address for vip in instance.vips if vip.held]
    text = ", ".join(held[:1]) + (f" +{len(held) - 1}" if len(held) > 1 else "")
    if _odd(instance):
        return f"✖ {text or 'no VIP'}", STYLES["bad"]
    if any(vip.held is None for vip in instance.vips):
        return text or "VIP not known", DIM
    return (text, "") if text else ("no VIP", DIM)


def _vrrp(instance: VrrpView, wall: float, name_width: int, vip_width: int) -> Content:
    glyph, tone = VRRP.get(instance.state or "", ("?", "dim"))
    vips, style = _vips(instance)
    since = "" if instance.since is None else figures.age(wall - instance.since)
    known = instance.state is not None and instance.adverts_per_s is not None  # without a state it takes no part
    adverts = "" if not known else f"{figures.rate(instance.adverts_per_s)}/s"
    return Content.assemble(
        (f"{instance.name[:10]:<{name_width}} ", "bold"),
        (f"{glyph} {instance.state or 'not known':<6}", STYLES[tone]),
        f" {figures.count(instance.priority):>3}  ",
        (f"{vips:<{vip_width}}", style),
        (f"  {instance.interface[:8]:<5} {since:>5}", DIM),
        (f"  {adverts:>5}" if adverts else "", DIM),
    )


def _keepalived(director: DirectorView, wall: float) -> Content:
    daemon = director.keepalived
    parts: list[tuple[str, str]] = [("keepalived", DIM), (f" {daemon.version or '?'} ", "")]
    if daemon.running is False:
        parts.append((" ✖ not running", STYLES["bad"]))
    elif daemon.running is None:
        parts.append((" ? running not known", DIM))
    else:
        parts.append((f" up {figures.age(None if daemon.started is None else wall - daemon.started)}", ""))
        parts.append((f"  loaded {figures.clock(daemon.loaded, seconds=False)}", DIM))
    if daemon.pending:
        parts.append(("  ◌ file newer than loaded", STYLES["warn"]))
    return Content.assemble(*parts)


def _load(director: DirectorView) -> Content:
    host, unit = director.host, figures.throughput_unit()
    parts: list[tuple[str, str]] = []
    busy = host.load1 is not None and host.cpus is not None and host.load1 > host.cpus
    for word, value, grave in (
        ("load", "–" if host.load1 is None else f"{host.load1:.2f}", busy),
        ("cpu", _percent(host.cpu_percent), (host.cpu_percent or 0) >= FULL),
        ("in", figures.throughput(host.in_bps), False),
        ("out", f"{figures.throughput(host.out_bps)} {unit}", False),
    ):
        parts += [(f"{word} ", DIM), (f"{value}  ", STYLES["warn"] if grave else "")]
    if host.conntrack is not None and host.conntrack_max:
        share = 100 * host.conntrack / host.conntrack_max
        parts += [("conntrack ", DIM), (_percent(share), STYLES["bad"] if share >= FULL else "")]
    elif (host.memory_percent or 0) >= FULL:
        parts += [("memory ", DIM), (_percent(host.memory_percent), STYLES["warn"])]
    return Content.assemble(*parts)


def _percent(value: float | None) -> str:
    return figures.UNKNOWN if value is None else f"{value:.0f}%"


def one_line(director: DirectorView) -> Content:
    """For 80 columns: the link, each instance's state, and whatever is wrong."""
    parts: list[Content] = [Content.styled(f"{director.name[:12]:<12}", "bold"), link(director)]
    if director.error is not None:
        parts.append(Content.styled(director.error, STYLES["bad"]))
    for instance in director.vrrp:
        glyph, tone = VRRP.get(instance.state or "", ("?", "dim"))
        held = sum(bool(vip.held) for vip in instance.vips)
        text = f"{instance.name} {glyph} {instance.state or 'not known'} {figures.count(instance.priority)}"
        odd = _odd(instance)
        text += f" ✖ {held or 'no'} VIP" if odd else f" {held} VIP" if held else ""
        parts.append(Content.styled(text, STYLES["bad" if odd else tone]))
    if director.keepalived.running is False:
        parts.append(Content.styled("✖ keepalived not running", STYLES["bad"]))
    elif director.keepalived.pending:
        parts.append(Content.styled("◌ pending", STYLES["warn"]))
    return Content("  ").join(parts)
