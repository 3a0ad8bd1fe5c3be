"""What is compared with builds of keepalived alone, which are asked, and where they may differ.

Not for: the answers that are kept (see `corpora`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lvstui.keepalived import Checker, VirtualServer
from lvstui.keepalived.parsing.dialect import Version

_GARBAGE = "an unknown method of a virtual server is whatever stood in that memory, up to 2.0"
_FREED = "2.0 keeps the checker of a real server that it drops as a duplicate, and the checker's server is freed memory"
# Of the versions that are asked
ASKED_EXCEPTIONS: dict[str, str] = {
    "938.conf 2.0.20": _FREED,
    "938a.conf 2.0.20": _FREED,
    "KailongLi__elb-test__vhost1.conf 2.0.20": _GARBAGE,
    "iqiyi__dpvs__doc_containerized_keepalived.conf 2.0.20": _GARBAGE,
}


def unlike_times(servers: Iterable[VirtualServer], told: Iterable[list[Any]], not_told: tuple[str, ...]) -> list[str]:
    """Return the checkers that look otherwise than those of a build: how often, how long, how many times."""
    wanted = sorted((one for one in told if one[1] not in (*not_told, "BFD_CHECK")), key=repr)
    found = sorted(
        (
            _times(real.key.address, one)
            for server in servers
            for real in server.own_real_servers
            for one in real.checkers
            if one.kind not in (*not_told, "BFD_CHECK")
        ),
        key=repr,
    )
    pairs = zip(wanted, found, strict=False)
    return [f"checker: keepalived {one}, we {other}" for one, other in pairs if one != other]


def _times(address: str, one: Checker) -> list[Any]:
    delay = one.delay_before_retry if one.retry else None  # else it is not told
    return [address, one.kind, one.retry, delay, one.delay_loop, one.warmup, one.connect_timeout, one.alpha]


def as_the_kernel_has_it(truth: dict[str, Any], ours: dict[str, Any], version: Version) -> None:
    """Take out of the truth what an older version shows and does not do: the protocol of a mark, a weight 0 in 2.1."""
    if version < (2, 2, 2) and ours["protocol"] == "none":
        truth["protocol"] = "none"
    if (2, 1, 0) <= version < (2, 2, 0):
        for real in truth["real_servers"]:
            real["weight"] = real["weight"] or 1
