"""Write the kernel settings of a Director: what each is, what it should be, and why. Pure."""

from __future__ import annotations

from textual.content import Content

from lvstui.cluster.views.kernel_settings import KernelSetting, Why
from lvstui.console.look.glyphs import BAD, CAUTION, DIM, GOOD, STYLES, UNSURE
from lvstui.console.look.paragraphs import hanging

_WHY: dict[Why, str] = {
    "nat": "must be 1: with NAT the Director forwards requests and answers",
    "no nat": "0 or 1: no real server of that family is reached by NAT",
    "removed servers": "should be 1: connections to a removed real server end at once; with 0 their packets are dropped silently",
    "persistence": "should be 1: with 0 the persistent clients of a drained server keep opening connections to it",
    "no persistence": "0 or 1: no virtual server is persistent",
    "reused ports": "with 1 a client that uses a port again is scheduled anew; with 0 it stays with its real server",
    "netfilter": "1 where netfilter changes the packets, as for SNAT; 0 costs less",
    "lost state": "with 1 the kernel accepts connections whose beginning it has not seen",
    "per interface": "this interface forwards, although net.ipv4.ip_forward is 0",
}
_NEEDED: frozenset[Why] = frozenset(("nat",))  # without it no client gets an answer
NOT_READ = "arp_ignore, arp_announce and rp_filter are not read"


def settings(found: tuple[KernelSetting, ...], width: int) -> Content:
    """Write all of them, for which there are so many cells in a line."""
    lines: list[Content] = []
    for one in found:
        lines += [_setting(one), hanging(Content("    "), _why(one), width, DIM)]
    lines.append(Content.styled(f"{UNSURE} {NOT_READ}", DIM))
    return Content("\n").join(lines)


def _setting(one: KernelSetting) -> Content:
    if one.value is None:
        mark: tuple[str, str] = (f"{UNSURE} ", DIM)
    elif one.good is None:
        mark = ("· ", DIM)
    elif one.good:
        mark = (f"{GOOD} ", STYLES["good"])
    else:
        mark = (f"{BAD} ", STYLES["bad"]) if one.why in _NEEDED else (f"{CAUTION} ", STYLES["warn"])
    value = "not told" if one.value is None else one.value
    other = "" if one.other is None else f"  {one.other[0]} has {one.other[1]}"
    return Content.assemble(
        mark, (f"{one.name} ", ""), (value, DIM if one.value is None else "bold"), (other, STYLES["warn"])
    )


def _why(one: KernelSetting) -> str:
    return _WHY[one.why]
