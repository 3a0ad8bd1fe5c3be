"""Generate text that looks like a configuration: fragments of the language in any order, whole or broken."""

from __future__ import annotations

from hypothesis import strategies as st

FRAGMENTS = st.sampled_from(
    [
        "virtual_server 10.0.0.1 80", "virtual_server fwmark 3", "virtual_server group g", "virtual_server_group g",
        "10.0.0.1-9 80",
        "real_server 10.0.0.2 80", "real_server ::1 80", "weight 3", "weight", "weight $W", "$W=5",
        "$B=real_server 10.0.0.3 80 { \\",
        "$B", "${B}", "$A=$A", "$A", "~SEQ(N, 1, 3) real_server 10.0.0.$N 80 {", "~LST({A,B},{1,2}) weight $A", "~SEQ(", "~x",
        "@director1 weight 4", "@^director1 {", "include a.conf", "include *.conf", "includea nothing", "{", "}",
        "} }", "{ weight 2 }",
        "protocol TCP", "lb_kind DR", "TCP_CHECK {", "HTTP_GET {", "url {", "path /", "FILE_CHECK {", "track_file f",
        "track_file f {", "file /run/f", "SMTP_CHECK {", "host {", "retry 3", "connect_timeout 2s", "virtual_routes {",
        "10.0.0.0/8 via",
        'notify "/x', "virtual_server 10.0.0.300 80", "global_defs {", "reload_check_config",
        "priority 90", "priority $W", "interface e", "virtual_router_id 7", "  # handed over, was 90, 2026-11-22 14:01 by a: b",
        "unknown {", "# comment \\", "! x", '"', "\\", "\0", "vrrp_instance V {",
        "virtual_ipaddress {", "quorum 3", "sorry_server 10.0.0.9 80", "x" * 1100, "  # drained, was 1, 2026-11-22 14:01 by a: b",
    ]
)  # fmt: skip
MESS = st.lists(st.tuples(FRAGMENTS, st.sampled_from(["\n", " ", "\r\n", "\t", ""])), max_size=40).map(
    lambda parts: "".join(text + end for text, end in parts)
)
