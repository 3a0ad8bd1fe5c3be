"""A newer file that keepalived's dumps belie."""

from __future__ import annotations

import pytest

from tests.support.silent_pair import silent
from tests.support.telling import checked, configuration


@pytest.mark.parametrize(
    ("text", "pending"),
    [
        (configuration(), None),
        (configuration().replace(b"priority 100", b"priority 90", 1), True),
        (configuration().replace(b"10.10.0.20\n", b"10.10.0.21\n", 1), True),
        (configuration().replace(b"instance VI_2", b"instance VI_3"), True),
        (configuration({8081: 1, 8082: 1}), True),  # one that is loaded is in the file no more
        (configuration().replace(b"TCP_CHECK", b"UDP_CHECK", 1), True),
        (configuration(extra=" quorum_down /bin/x\n"), None),  # no dump that is read tells
    ],
)
def test_the_dumps_of_vrrp_and_of_the_checkers_belie_a_newer_file(text: bytes, pending: bool | None) -> None:
    pair = silent()
    pair.vrrp("director1", "MASTER")
    pair.files("director1", text, mtime=pair.wall())
    assert pair.director("director1").keepalived.pending is pending


@pytest.mark.parametrize(
    ("name", "pending"),
    [
        ("10.10.0.99 tcp 80", True),
        ("10.10.0.20 tcp 443", True),
        ("2001:DB8::1 tcp 80", True),
        ("10.10.0.20 udp 80", None),  # of a protocol that the files may mean otherwise
        ("fwmark 7", None),
        ("group tcp web", None),
    ],
)
def test_a_virtual_server_of_the_dump_whose_address_and_port_no_file_has_any_more(
    name: str, pending: bool | None
) -> None:
    pair = silent()
    servers = (checked(8081), checked(8082), checked(8083))
    pair.checkers("director1", *servers, servers[0]._replace(virtual_server=name))
    assert pair.director("director1").keepalived.pending is pending
