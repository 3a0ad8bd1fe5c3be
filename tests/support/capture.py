"""Records what a real kernel says of a table with one of everything: the datagrams that the decoder's tests read.

Run as root on a Director of the lab, in a network namespace of its own (captures/README.md says how). The standard library
and ipvsadm alone, so that it does not depend on what it is there to test. Not for a Director in service.
"""

from __future__ import annotations

import socket
import struct
import subprocess
import sys
from pathlib import Path

TABLE = """\
-A -t 10.10.0.20:80 -s rr
-a -t 10.10.0.20:80 -r 192.168.211.13:8081 -m -w 1
-a -t 10.10.0.20:80 -r 192.168.211.13:8082 -m -w 0
-a -t 10.10.0.20:80 -r 192.168.211.13:8083 -m -w 2147483647
-A -t 10.10.0.21:443 -s wlc -p 360 -M 255.255.255.0
-a -t 10.10.0.21:443 -r 192.168.211.21:443 -g -w 5 -x 1000 -y 800
-a -t 10.10.0.21:443 -r 192.168.211.22:443 -g -w 7
-A -u 10.10.0.22:53 -s rr -o
-a -u 10.10.0.22:53 -r 192.168.211.31:53 -i -w 2
-A -u 10.10.0.23:5060 -s rr --pe sip -p 60
-a -u 10.10.0.23:5060 -r 192.168.211.32:5060 -m -w 3
--add-service --sctp-service 10.10.0.24:3868 -s sh -b sh-fallback
--add-server --sctp-service 10.10.0.24:3868 -r 192.168.211.41:3868 -m -w 4
-A -f 7 -s wrr
-a -f 7 -r 192.168.211.51:0 -g -w 6
-A -f 8 -6 -s wrr
-a -f 8 -6 -r [2001:db8::51]:0 -g -w 9
-A -t [2001:db8::20]:80 -s wrr -p 120 -M 64
-a -t [2001:db8::20]:80 -r [2001:db8::13]:8081 -m -w 11
-a -t [2001:db8::20]:80 -r [2001:db8::14]:8081 -m -w 12
-A -t 10.10.0.25:80 -s rr
-a -t 10.10.0.25:80 -r [2001:db8::61]:80 -i -w 1
-a -t 10.10.0.25:80 -r 192.168.211.61:80 -i -w 1 --tun-type gue --tun-port 6080
-A -t 10.10.0.26:80 -s rr
-A -t 10.10.0.27:8080 -s rr
"""
MANY = 100  # real servers of the last service: several datagrams
REQUEST, DUMP = 1, 0x300
DONE = 3
GET_SERVICE, GET_DEST = 4, 8


def attribute(kind: int, payload: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(payload), kind) + payload + bytes(-len(payload) % 4)


def ask(link: socket.socket, family: int, command: int, flags: int, payload: bytes, sequence: int) -> list[bytes]:
    body = struct.pack("=BBH", command, 1, 0) + payload
    link.send(struct.pack("=IHHII", 16 + len(body), family, REQUEST | flags, sequence, 0) + body)
    datagrams = []
    while True:
        datagrams.append(link.recv(65536))
        if not flags or struct.unpack_from("=H", datagrams[-1], 4)[0] == DONE:
            return datagrams


def family_of(link: socket.socket) -> int:
    """The number of the IPVS family: attribute 1 of the controller's answer."""
    answer = ask(link, 16, 3, 0, attribute(2, b"IPVS\0"), 1)[0]
    at = 20
    while at < len(answer):
        length, kind = struct.unpack_from("=HH", answer, at)
        if kind == 1:
            return int(struct.unpack_from("=H", answer, at + 4)[0])
        at += length + (-length % 4)
    raise SystemExit("this kernel has no IPVS family")


def selector(protocol: int, address: str, port: int) -> bytes:
    """The attributes that name one service to GET_DEST."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    raw = socket.inet_pton(family, address).ljust(16, b"\0")
    parts = attribute(1, struct.pack("=H", family)) + attribute(2, struct.pack("=H", protocol))
    return attribute(1, parts + attribute(3, raw) + attribute(4, struct.pack("!H", port)))


def mark(fwmark: int, family: int) -> bytes:
    return attribute(1, attribute(1, struct.pack("=H", family)) + attribute(5, struct.pack("=I", fwmark)))


QUESTIONS = {
    "tcp-nat": selector(6, "10.10.0.20", 80),
    "tcp-dr-thresholds": selector(6, "10.10.0.21", 443),
    "udp-tun": selector(17, "10.10.0.22", 53),
    "udp-sip": selector(17, "10.10.0.23", 5060),
    "sctp": selector(132, "10.10.0.24", 3868),
    "fwmark": mark(7, socket.AF_INET),
    "fwmark-ipv6": mark(8, socket.AF_INET6),
    "ipv6": selector(6, "2001:db8::20", 80),
    "mixed-families": selector(6, "10.10.0.25", 80),
    "empty": selector(6, "10.10.0.26", 80),
    "many": selector(6, "10.10.0.27", 8080),
}


def build() -> None:
    many = "".join(
        f"-a -t 10.10.0.27:8080 -r 192.168.{220 + n // 200}.{n % 200 + 1}:8080 -m -w {n}\n" for n in range(MANY)
    )
    subprocess.run(["ipvsadm", "-R"], input=TABLE + many, text=True, check=True)


def addresses() -> None:
    for command in ("link set lo up", "address add 10.10.0.20/32 dev lo", "address add 192.168.211.13/32 dev lo"):
        subprocess.run(["ip", *command.split()], check=True)


def traffic() -> None:
    """A few packets through the first service, so that its counters are not all zero. Nobody answers."""
    for _ in range(4):
        with socket.socket() as client:
            client.setblocking(False)
            client.connect_ex(("10.10.0.20", 80))


def main(folder: Path) -> None:
    addresses()  # first: without a local route the kernel takes every address for a broadcast
    build()
    traffic()
    folder.mkdir(parents=True, exist_ok=True)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 16) as link:
        link.bind((4711, 0))
        family = family_of(link)
        asked = {"services": (GET_SERVICE, b"")} | {name: (GET_DEST, what) for name, what in QUESTIONS.items()}
        for number, (name, (command, what)) in enumerate(asked.items(), 2):
            datagrams = ask(link, family, command, DUMP, what, number)
            (folder / f"{name}.bin").write_bytes(b"".join(struct.pack("<I", len(d)) + d for d in datagrams))
    (folder / "ipvsadm.txt").write_bytes(subprocess.run(["ipvsadm", "-Sn"], stdout=subprocess.PIPE, check=True).stdout)
    (folder / "proc_net_ip_vs.txt").write_bytes(Path("/proc/net/ip_vs").read_bytes())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
