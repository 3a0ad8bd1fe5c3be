"""A capture in the lab's guest of its own making: adverts and neighbour packets, by the kernel's timestamps."""

from __future__ import annotations

import json
import threading
from typing import NamedTuple

from lvstui.lab.lab import Lab
from tests.support.waiting import until

# Prints a line of JSON for each: wall-clock time, interface, whether it was sent here, what it is, and of what.
_PROGRAM = """
import json, socket, struct
s = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(3))
s.setsockopt(socket.SOL_SOCKET, 35, 1)
s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 << 20)
print("ready", flush=True)
while True:
    data, about, _, (name, protocol, kind, *_) = s.recvmsg(2048, 128)
    seconds, nanoseconds = struct.unpack("@ll", about[0][2][:16])
    what = None
    if protocol == 0x0800 and data[9] == 112:
        body = data[(data[0] & 15) * 4:]
        what = ["advert", "inet", body[1], body[2]]
    elif protocol == 0x86DD and data[6] == 112:
        what = ["advert", "inet6", data[41], data[42]]
    elif protocol == 0x0806 and data[14:18] == data[24:28]:
        what = ["neighbour", "inet", socket.inet_ntoa(data[14:18]), 0]
    elif protocol == 0x86DD and data[6] == 58 and data[40] == 136 and not data[44] & 0x40:
        what = ["neighbour", "inet6", socket.inet_ntop(socket.AF_INET6, data[48:64]), 0]
    if what:
        print(json.dumps([seconds + nanoseconds / 1e9, name, kind == 4, *what]), flush=True)
"""


class Captured(NamedTuple):
    wall: float  # the guest's, which all its hosts share
    interface: str
    own: bool
    kind: str
    family: str
    subject: int | str  # VRID, or address
    priority: int


class PacketCapture:
    """Captures on one host from its making on."""

    def __init__(self, lab: Lab, host: str) -> None:
        self.packets: list[Captured] = []
        self._ready = threading.Event()
        self._rest = b""
        threading.Thread(target=self._run, args=(lab, host), daemon=True).start()
        until(self._ready.is_set)

    def _run(self, lab: Lab, host: str) -> None:
        try:
            lab.stream(host, ["timeout", "3600", "python3", "-c", _PROGRAM], b"", self._said)
        except ConnectionError:
            pass  # the lab was taken down

    def _said(self, name: str, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines if name == "stdout" else ():
            if line == b"ready":
                self._ready.set()
            else:
                self.packets.append(Captured(*json.loads(line)))

    def find(self, kind: str, subject: int | str, *, own: bool, after: float = 0.0) -> list[Captured]:
        """The packets of that kind that were sent here (`own`) or came, after that time."""
        return [
            one
            for one in self.packets
            if (one.kind, one.subject, one.own) == (kind, subject, own) and one.wall >= after
        ]
