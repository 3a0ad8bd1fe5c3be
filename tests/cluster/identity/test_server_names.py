"""How a checker dump's names of virtual servers become ours."""

from __future__ import annotations

import pytest

from lvstui.cluster.identity.server_names import dumped_virtual_servers

WEB = "tcp/10.10.0.20:80"


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("10.10.0.20 tcp 80", (WEB,)),
        ("2001:db8:0::20 udp 53", ("udp/[2001:db8::20]:53",)),
        ("fwmark 7", ("fwmark/7",)),
        ("fwmark 7 inet6", ("fwmark/7/inet6",)),
        ("group tcp web", ("group/web/tcp", "group/web")),
        ("group inet6 my marks", ("group/my marks/inet6", "group/my marks")),
        ("something else altogether here", ("something else altogether here",)),
    ],
)
def test_the_dumps_names_of_virtual_servers(name: str, ids: tuple[str, ...]) -> None:
    assert dumped_virtual_servers(name) == ids
