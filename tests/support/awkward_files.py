"""Configuration files of our own that are as awkward as those of the wild: corners of the language, and any layout.

Not for: tests.
"""

from __future__ import annotations

import random

CORNERS = r"""$W=3
$BODY={ \
 weight $W \
 }
virtual_server_group g {
 10.10.0.50 8080
 10.10.0.60-62 81
 10.10.1.0/30 82
 fwmark 9
}
virtual_server 10.10.0.20 80 {
 protocol TCP
 lb_algo wrr
 lb_kind NAT
 real_server 192.168.211.13 8081 { weight 1 } real_server 192.168.211.13 8082 { weight 2x }
 real_server 192.168.211.13 8083 $BODY
 ~SEQ(N, 20, 22) real_server 192.168.211.$N 80 { weight $N }
 real_server 192.168.211.30
 {
  weight 5 uthreshold 3
  weight 70000 # c
 }
 real_server 192.168.211.31 80 { weight 0  # drained, was 4, 2026-11-22 14:01 by a: "b" !
 }
 real_server 192.168.211.31 80 { weight 9 }
}
virtual_server 10.10.0.20 80 {
 lb_kind DR
 real_server 10.10.0.9 99 { weight 4 }
}
@director1 virtual_server fwmark 7 {
@^director1 virtual_server fwmark 8 {
 lb_kind TUN
 lb_algo sh
 real_server 10.10.0.9 99 { weight 4 }
}
virtual_server fwmark 7 {
 ip_family inet6
 lb_kind NAT
 real_server fd00::9 99 { weight 4 }
}
virtual_server group g {
 protocol TCP
 lb_kind DR
 weight 6
 real_server 10.10.0.9 { }
 real_server 10.10.0.10 8080 { weight 2 }
 real_server 10.10.0.11 { lvs_method NAT
 }
}
virtual_server fd00::20 53 {
 real_server fd00::30 5353 { weight 1#c
 }
 bad_block {
   weight 8
 }
"""


def generated(seed: int) -> str:
    """A structure of any layout: braces, blanks, comments and values as people and generators write them."""
    pick = random.Random(seed)
    text = ""
    for server in range(pick.randint(2, 5)):
        protocol = pick.choice(("TCP", "udp", "SCTP", None))
        text += f"virtual_server 10.10.{server + 2}.1 {pick.randint(1, 9999)}{pick.choice((' {', '{', chr(10) + '{'))} # {seed}\n"
        text += f"protocol {protocol}\n" if protocol else ""
        text += f"weight {pick.randint(1, 9)}\n" if pick.random() < 0.5 else ""
        text += f"lb_kind {pick.choice(('NAT', 'DR', 'TUN'))}\n"
        for real in range(pick.randint(1, 6)):
            weight = pick.choice(
                ("", f"weight {pick.randint(0, 99)}", "weight 1\nweight 7", '"weight" "8"', "@director1 weight 6")
            )
            port = pick.choice(("", " 80", " 8080"))
            before, after = pick.choice((("{ ", " }"), ("{\n", "\n}"), ("\n{", "\n} ! x"), ("{ # c\n\t", "\r\n}")))
            text += f"real_server 192.168.211.{100 + real}{port} {before}{weight}{after}\n"
        text += "}\n"
    return text


def awkward_files() -> dict[str, bytes]:
    """Files of every layout, by what is awkward in them: they stand in for those of the wild where those are not."""
    plain = generated(1).encode()
    return {
        "corners": CORNERS.encode(),
        "lines that end with CR LF": plain.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"),
        "no newline at the end": plain.rstrip(b"\n"),
        "tabs, and a text in Latin-1 in a comment": b"# Zonenl\xe4ufer\n" + plain.replace(b" ", b"\t"),
        **{f"generated {seed}": generated(seed).encode() for seed in range(2, 6)},
    }
