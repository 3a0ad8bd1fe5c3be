"""Find the words that are missing at the end of a line of a block of values, for want of which keepalived ends.

Not for: statements, whose keywords say whether they need a word (see `keywords`).
"""

from __future__ import annotations

from lvstui.keepalived.parsing import vrrp_routes


def lacking(block: bytes, entry: list[bytes]) -> bytes | None:
    """Return the word at the end of `entry` that needs another; None where nothing is missing."""
    if block == b"virtual_server_group":
        return entry[0] if entry == [b"fwmark"] else None
    return vrrp_routes.lacking(block, entry)
