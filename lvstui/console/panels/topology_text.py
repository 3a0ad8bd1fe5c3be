"""Draw the pair as a tree in a few columns: clients, who holds which VIP, services, and the machines behind them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from lvstui.cluster.view import DirectorView, RealServerState
from lvstui.console.look import formatting
from lvstui.console.look.display import Display
from lvstui.console.look.glyphs import BAD, DIM, REAL_SERVER, STYLES, UNSURE, VRRP, Tone

if TYPE_CHECKING:
    from lvstui.cluster.views.topology_view import DrawnService, DrawnVip, Machine, Topology

_MOST_PORTS = 6  # real servers of a machine that are drawn; the others are counted


def tree(picture: Topology, display: Display, most: int) -> list[Content]:
    """Return its first lines, about so many; what matters most comes first."""
    flow = picture.flow
    active = "" if flow.active is None else f"  {flow.active:,} active"
    told = f"{formatting.rate(flow.connections_per_s)} new/s{active}"
    out = f"  out {display.throughput(flow.out_bps)} {display.throughput_unit}"
    lines = [Content.assemble(("clients", "bold"), f"  {told}{out}")]
    vips = list(picture.vips)
    for number, vip in enumerate(vips):
        lines.append(_vip(vip, picture.directors, last=number + 1 == len(vips)))
    for service in picture.services:
        if len(lines) >= most:
            break
        lines += _service(service, most - len(lines))
    return lines


def _vip(vip: DrawnVip, directors: tuple[DirectorView, ...], *, last: bool) -> Content:
    """Write a VIP and who has it."""
    branch = ("└ " if last else "├ ", DIM)
    roles = {one.name: one.role for one in directors}
    held: tuple[str, str]
    if vip.holders:
        tone: Tone = "good" if len(vip.holders) == 1 else "bad"
        glyph = VRRP.get(roles.get(vip.holders[0]) or "", ("", "plain"))[0]
        held = (f"{glyph} {' and '.join(vip.holders)}", STYLES[tone])
    else:
        held = (f"{BAD} on no Director", STYLES["bad"]) if vip.known else (f"{UNSURE} unknown", STYLES["warn"])
    return Content.assemble(branch, f"{vip.name:<16} ", held, (f"  {vip.instance} {vip.interface}", DIM))


def _service(service: DrawnService, most: int) -> list[Content]:
    """Write a service, and a line for each machine behind it, so many at most."""
    tone: Tone = "good" if service.up == service.total else "bad" if not service.up else "warn"
    words = " ".join(filter(None, (service.scheduler, service.method)))
    lines = [
        Content.assemble(
            (service.id, STYLES["accent"]),
            (f"  {words}", DIM),
            (f"  {service.up}/{service.total} up", STYLES[tone]),
            f"  {formatting.rate(service.flow.connections_per_s)} new/s",
        )
    ]
    if service.nobody:
        lines.append(Content.styled(f"├ {BAD} no Director has its address", STYLES["bad"]))
    if service.sorry_server is not None:
        lines.append(Content.styled(f"├ sorry server {service.sorry_server} serves", STYLES["bad"]))
    for number, machine in enumerate(service.machines[:most]):
        lines.append(_machine(machine, "└ " if number + 1 == len(service.machines) else "├ "))
    return lines


def _machine(machine: Machine, branch: str) -> Content:
    """Write a machine with the ports of its real servers, the gravest first."""
    order = list(RealServerState)
    reals = sorted(machine.real_servers, key=lambda real: -order.index(real.state))
    parts: list[tuple[str, str]] = []
    for real in reals[:_MOST_PORTS]:
        glyph, tone = REAL_SERVER[real.state]
        parts.append((f"  {glyph} {real.id.rpartition(':')[2]}", STYLES[tone]))
    if len(reals) > _MOST_PORTS:
        parts.append((f"  +{len(reals) - _MOST_PORTS}", DIM))
    rate = f"  {formatting.rate(machine.flow.connections_per_s)}/s"
    return Content.assemble((branch, DIM), machine.address, *parts, (rate, DIM))
