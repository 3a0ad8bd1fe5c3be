"""Ask about what a reload does to virtual servers that are configured twice, whatever it is for.

keepalived takes two virtual servers of one address or firewall mark for one. At every reload it removes what only the second
has, and adds it again at once, dead or alive (see docs/keepalived-language.md).
"""

from __future__ import annotations

from collections.abc import Iterator

from lvstui.cluster.identity.kernel_key import KernelKey, kernel_keys
from lvstui.cluster.plan.edits import DirectorEdit
from lvstui.cluster.plan.guards.guard import Guard, GuardKind
from lvstui.keepalived import ConfiguredRealServer, VirtualServer


def check(edited: DirectorEdit) -> Iterator[Guard]:
    """Ask for each virtual server that the reload would disturb in this way."""
    for server in edited.after.virtual_servers:
        reals = _of_the_second(server)
        if not reals:
            continue
        names = ", ".join(str(real.key) for real in reals[:3]) + (", …" if len(reals) > 3 else "")
        text = (
            f"{server.id} is configured twice ({server.also[0].path} line {server.also[0].line}): the "
            f"reload removes {names} and adds it again at once, dead or alive"
        )
        yield Guard(GuardKind.TWINS, "ask", text, edited.facts.name)


def brought_in(edited: DirectorEdit) -> Iterator[tuple[KernelKey, int]]:
    """Return the kernel's rows that the reload may bring in again until their checkers have failed, with their weights."""
    for server in edited.after.virtual_servers:
        for real in _of_the_second(server):
            yield from ((key, real.weight) for key in kernel_keys(server, real))


def _of_the_second(server: VirtualServer) -> list[ConfiguredRealServer]:
    if not server.also or server.group is not None:
        return []
    own = {real.key for real in server.own_real_servers}
    return [real for real in server.real_servers if real.key not in own]
