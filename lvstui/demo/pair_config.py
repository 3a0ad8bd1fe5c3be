"""Write the keepalived.conf of each simulated Director: the seed's LVS-NAT pair, with a second virtual server."""

from __future__ import annotations

_VIRTUAL = """
virtual_server 10.10.0.20 {port} {{
    delay_loop 6
    lb_algo {algo}
    lb_kind NAT
    protocol {protocol}
{reals}}}
"""
_REAL = """
    real_server 192.168.211.{host} {port} {{
        weight {weight}
        TCP_CHECK {{
            connect_timeout 3
            nb_get_retry 3
            delay_before_retry 3
        }}
    }}
"""


def config(state: str, priority: int, number: int) -> bytes:
    """Return the keepalived.conf of one Director: like the other's but for state, priority and router_id."""
    instances = "".join(
        f"""
vrrp_instance {name} {{
    state {state}
    interface {interface}
    virtual_router_id {vrid}
    priority {priority}
    advert_int 1
    virtual_ipaddress {{
        {vip} # {what}
    }}
}}
"""
        for name, interface, vrid, vip, what in (
            ("VI_1", "ens33", 51, "10.10.0.20", "Service Network VIP"),
            ("VI_2", "ens36", 61, "192.168.211.20", "LVS-NAT Network VIP"),
        )
    )
    web = "".join(_REAL.format(host=13, port=port, weight=1) for port in (8081, 8082, 8083))
    api = "".join(_REAL.format(host=host, port=8443, weight=weight) for host, weight in ((14, 3), (15, 3), (16, 2)))
    group = "\nvrrp_sync_group VG_1 {\n    group {\n        VI_1\n        VI_2\n    }\n}\n"
    return (
        f"global_defs {{\n    router_id LVS_NAT{number}\n}}\n{group}{instances}"
        + _VIRTUAL.format(port=80, algo="rr", protocol="TCP", reals=web)
        + _VIRTUAL.format(port=443, algo="wlc", protocol="TCP", reals=api)
    ).encode()
