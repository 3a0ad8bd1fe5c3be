"""What the lab's keepalived loads into the real kernel equals our reading of the same text."""

from __future__ import annotations

import pytest

from lvstui.keepalived import MemoryFiles, kernel_keys, load
from lvstui.lab.lab import Lab
from tests.support.awkward_files import CORNERS, generated
from tests.support.waiting import until

pytestmark = pytest.mark.lab

DIRECTOR = "director1"
Table = dict[str, dict[str, int]]


def kernel(lab: Lab) -> Table:
    """What `ipvsadm` shows of the Director."""
    table: Table = {}
    for line in lab.exec(DIRECTOR, ["ipvsadm", "-Sn"]).stdout.splitlines():
        words = line.split()
        kind = {"-t": "tcp", "-u": "udp", "-f": "fwmark", "--sctp-service": "sctp"}[words[1]]
        name = f"{kind}/{words[2]}" + ("/inet6" if "-6" in words else "")
        reals = table.setdefault(name, {})
        if words[0] == "-a":
            reals[words[words.index("-r") + 1]] = int(words[words.index("-w") + 1])
    return table


def ours(text: bytes) -> Table:
    read = load("keepalived.conf", MemoryFiles({"keepalived.conf": text}, {}), DIRECTOR, (2, 2, 7))
    table: Table = {}
    for server in (*read.virtual_servers, *read.shadowed):
        for service in server.services:
            table.setdefault(str(service), {})
        for real in server.real_servers:
            for service, key in kernel_keys(server, real):
                table[str(service)].setdefault(str(key), real.weight)
    return table


def loaded(lab: Lab, text: bytes) -> Table:
    """Return the kernel's table once it is as we read the text; fails with what it is when it never is."""
    lab.write_file(DIRECTOR, text)
    assert lab.exec(DIRECTOR, ["systemctl", "restart", "keepalived"]).status == 0
    return until(lambda: kernel(lab), ours(text).__eq__)


def test_the_kernel_has_what_we_read(lab: Lab) -> None:
    before = lab.read_file(DIRECTOR)
    vrrp = before[: before.index(b"virtual_server ")]
    try:
        for text in (CORNERS, *map(generated, range(6))):
            whole = vrrp + text.encode()
            assert loaded(lab, whole) == ours(whole), text
    finally:
        assert loaded(lab, before) == ours(before)
