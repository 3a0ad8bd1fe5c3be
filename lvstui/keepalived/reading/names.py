"""Resolve the names by which an operator means virtual and real servers. The one resolver for all commands and dialogs.

Not for: how a name is made (see `keys` and `sharing`).
"""

from __future__ import annotations

from collections.abc import Collection

from lvstui.keepalived.keys import QUALIFIERS, RealServerKey, ServiceKey, canonical_address

_SHOWN = 8


class UnknownVirtualServer(LookupError):
    """No virtual server has that name; the text says which there are."""


class AmbiguousVirtualServer(LookupError):
    """The name could mean more than one virtual server; the text names them all."""


def named_virtual_server(text: str, known: Collection[str]) -> str:
    """Return the one of the `known` names that `text` means.

    A name that stands in `known` means that one. A group's name alone is taken where one virtual server uses the group,
    a mark's where it is IPv6 alone; any spelling of an address is taken.

    Raises UnknownVirtualServer or AmbiguousVirtualServer.
    """
    name = text.strip()
    for spelling in (name, _canonical(name)):
        if spelling in known:
            return spelling
    meant = [one for one in known if _is_of(one, name)]
    if len(meant) == 1:
        return meant[0]
    if meant:
        raise AmbiguousVirtualServer(f"{name} could mean more than one virtual server: {', '.join(meant)}")
    there = ", ".join(list(known)[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
    raise UnknownVirtualServer(f"there is no virtual server {name}; there are: {there or 'none'}")


def typed_virtual_server(text: str, known: Collection[str]) -> str:
    """Return what `named_virtual_server` does, of a name that an operator typed: a mark of both families needs its family.

    `fwmark/7` is how the IPv4 one is called; whoever types it beside `fwmark/7/inet6` may mean either.
    Raises UnknownVirtualServer or AmbiguousVirtualServer.
    """
    name = text.strip()
    if name.startswith("fwmark/") and name in known and f"{name}/inet6" in known:
        raise AmbiguousVirtualServer(f"{name} could mean more than one virtual server: {name}/inet, {name}/inet6")
    return named_virtual_server(name, known)


def address_or_real_server(text: str) -> str:
    """Return ADDRESS, with or without brackets, or ADDRESS:PORT as they are written everywhere. Raises ValueError."""
    try:
        return canonical_address(text.strip().removeprefix("[").removesuffix("]"))
    except ValueError:
        return str(RealServerKey.parse(text.strip()))


def _is_of(one: str, group: str) -> bool:
    """Return True if the virtual server `one` is one of those that share the group, or the mark."""
    head, _, qualifier = one.rpartition("/")
    return head == group and qualifier in QUALIFIERS


def _canonical(name: str) -> str:
    protocol, slash, rest = name.partition("/")
    try:
        return str(ServiceKey.parse(f"{protocol.lower()}{slash}{rest}"))
    except ValueError:
        return name
