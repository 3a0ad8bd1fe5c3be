"""One Director: its link, its VRRP instances, its keepalived, its load."""

from __future__ import annotations

from textual.content import Content
from textual.widgets import Static

from lvstui.cluster.view import DirectorView, LinkState, VrrpView
from lvstui.console import figures
from lvstui.console.marks import LINK, STYLES, VRRP

DIM = "$foreground-muted"


class DirectorCard(Static):
    """A bordered card, or one line where there is no room for it."""

    def __init__(self, name: str) -> None:
        super().__init__(markup=False)
        self._director = name
        self._content: Content | None = None
        self._title: Content | None = None
        self.border_title = name

    def show(self, director: DirectorView, wall: float, *, narrow: bool) -> None:
        content = one_line(director) if narrow else card(director, wall)
        title = Content.assemble((director.name, "bold"), "  ", link(director))
        if self._title is None or not title.is_same(self._title):
            self._title = title
            self.border_title = title
        self.set_class(director.state in (LinkState.STALE, LinkState.LOST), "stale")
        if self._content is None or not content.is_same(self._content):
            self._content = content
            self.update(content)


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
    lines = [_vrrp(instance, wall) for instance in director.vrrp]
    lines.append(_keepalived(director, wall))
    lines.append(_load(director))
    lines += [Content.styled(f"? {what}", DIM) for what in director.missing[:2]]
    shown = Content("\n").join(lines)
    return Content("\n").join([*errors, shown if director.state is LinkState.LIVE else shown.stylize(DIM)])


def _vrrp(instance: VrrpView, wall: float) -> Content:
    glyph, tone = VRRP.get(instance.state or "", ("?", "dim"))
    held = [vip.address for vip in instance.vips if vip.held]
    vips = ", ".join(held[:2]) + (f" +{len(held) - 2}" if len(held) > 2 else "")
    priority = figures.count(instance.priority)
    since = "" if instance.since is None else figures.age(wall - instance.since)
    return Content.assemble(
        (f"{instance.name[:10]:<6} ", "bold"),
        (f"{glyph} {instance.state or 'not known':<7}", STYLES[tone]),
        f" {priority:>3}  ",
        (f"{vips or UNHELD:<16} ", "" if vips else DIM),
        (f"{instance.interface:<6} {since:>5}", DIM),
    )


UNHELD = "no VIP"


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
    host = director.host
    load = "–" if host.load1 is None else f"{host.load1:.2f}"
    cpu = "–" if host.cpu_percent is None else f"{host.cpu_percent:.0f}%"
    unit = figures.throughput_unit()
    pairs = (
        ("load", load),
        ("cpu", cpu),
        ("in", f"{figures.throughput(host.in_bps)} {unit}"),
        ("out", f"{figures.throughput(host.out_bps)} {unit}"),
    )
    parts: list[tuple[str, str]] = []
    for word, value in pairs:
        parts += [(f"{word} ", DIM), (f"{value}  ", "")]
    return Content.assemble(*parts)


def one_line(director: DirectorView) -> Content:
    """For 80 columns: the link, each instance's state, and whatever is wrong."""
    parts: list[Content] = [Content.styled(f"{director.name[:12]:<12}", "bold"), link(director)]
    if director.error is not None:
        parts.append(Content.styled(director.error, STYLES["bad"]))
    for instance in director.vrrp:
        glyph, tone = VRRP.get(instance.state or "", ("?", "dim"))
        held = sum(bool(vip.held) for vip in instance.vips)
        text = f"{instance.name} {glyph} {instance.state or 'not known'} {figures.count(instance.priority)}"
        parts.append(Content.styled(text + (f" {held} VIP" if held else ""), STYLES[tone]))
    if director.keepalived.running is False:
        parts.append(Content.styled("✖ keepalived not running", STYLES["bad"]))
    elif director.keepalived.pending:
        parts.append(Content.styled("◌ pending", STYLES["warn"]))
    return Content("  ").join(parts)
