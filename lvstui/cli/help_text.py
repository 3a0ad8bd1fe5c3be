"""Hold the parts of the help that several commands share: examples, the forms of names, the guards.

Not for: a command's own help, which stands with the command.
"""

from __future__ import annotations

from collections.abc import Iterable

REAL_FORM = "ADDRESS:PORT, for example 192.168.211.13:8081 or [2001:db8::13]:8081"
VIRTUAL_FORM = "tcp/10.10.0.20:80, udp/[2001:db8::20]:53, fwmark/7 or group/web"

REAL = f"REAL is {REAL_FORM}."
MACHINE = f"REAL is {REAL_FORM}. A bare ADDRESS means every port of that machine, in every virtual server."
VIRTUAL = f"VIRTUAL is {VIRTUAL_FORM}."


def examples(*lines: str, names: Iterable[str] = (), command: str = "lvsctl") -> str:
    """Return an epilog: the forms of the names that the command takes, then commands as they are typed."""
    return "\n\n".join([*names, "\b\nExamples:\n" + "\n".join(f"  {command} {line}" for line in lines)])


def guards(kinds: Iterable[str]) -> str:
    """Return the help of --override."""
    return f"Override this guard (repeatable): {', '.join(sorted(kinds))}."
