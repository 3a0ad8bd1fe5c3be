"""A real pair with one VRID for IPv4 and IPv6 on one interface, VIPs of one link on several, and a VIP on lo as for DR."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest

from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.view import ClusterView, Problem
from lvstui.cluster.views.status import as_json
from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from tests.support.faulted_session import Scene, scene
from tests.support.labs import until_logged
from tests.support.waiting import until

pytestmark = pytest.mark.lab

ADVERTS_6 = "dev ens33 ingress protocol ipv6 pref 1"
VIP_6, EVERYWHERE = f"{addresses.SERVICE_PREFIX_6}20", "fe80::1"
INSTANCE = """
vrrp_instance {name} {{
    state {state}
    interface {interface}
    virtual_router_id {vrid}
    priority {priority}
    advert_int 1
    virtual_ipaddress {{
        {vip}
    }}
}}
"""
# name, interface, VRID, VIP, and the Director that is MASTER of it: fe80::1 is active on each of them, on another network.
INSTANCES = (
    ("VI_6", "ens33", 51, f"{VIP_6}/64", "director1"),
    ("GW_A", "ens33", 7, EVERYWHERE, "director1"),
    ("GW_B", "ens36", 7, EVERYWHERE, "director2"),
)


def dual_stack(lab: Lab) -> None:
    """Add the instances to both Directors' files, and have them read."""
    for director in addresses.DIRECTORS:
        more = ""
        for name, interface, vrid, vip, master in INSTANCES:
            state, priority = ("MASTER", 100) if master == director else ("BACKUP", 50)
            more += INSTANCE.format(
                name=name, state=state, interface=interface, vrid=vrid, priority=priority, vip=vip
            )  # fmt: skip
        lab.write_file(director, lab.read_file(director) + more.encode())
        run(lab, director, "systemctl", "reload", "keepalived")
    until(lambda: held(lab, "director1"), lambda seen: {(VIP_6, "ens33"), (EVERYWHERE, "ens33")} <= seen)
    until(lambda: held(lab, "director2"), lambda seen: (EVERYWHERE, "ens36") in seen)


def run(lab: Lab, director: str, *argv: str) -> str:
    done = lab.exec(director, list(argv))
    assert done.status == 0, done
    return done.stdout


def shell(lab: Lab, director: str, *lines: str) -> str:
    return run(lab, director, "sh", "-ec", "\n".join(lines))


def held(lab: Lab, director: str) -> set[tuple[str, str]]:
    """Address and interface, as the kernel has them."""
    told = json.loads(run(lab, director, "ip", "-json", "addr"))
    return {(one["local"], link["ifname"]) for link in told for one in link["addr_info"]}


def instances(view: ClusterView) -> dict[tuple[str, str], VrrpView]:
    return {(director.name, one.name): one for director in view.directors for one in director.vrrp}


def states(view: ClusterView) -> dict[tuple[str, str], str | None]:
    return {key: one.state for key, one in instances(view).items()}


def problems(view: ClusterView) -> list[Problem]:
    """All but that a file is not loaded, or read anew, for a moment."""
    return [one for one in view.problems if one.kind not in ("pending", "files-differ")]


def hears(view: ClusterView) -> bool:
    """Does each BACKUP hear the MASTER of its family?"""
    found = instances(view)
    return all(
        (adverts := found[key].adverts) is not None and bool(adverts.heard)
        for key in (("director2", "VI_1"), ("director2", "VI_6"), ("director2", "GW_A"), ("director1", "GW_B"))
        if key in found
    ) and ("director1", "GW_B") in found  # fmt: skip


async def test_one_vrid_in_both_families_and_one_address_on_two_links(lab: Lab) -> None:
    dual_stack(lab)
    async with scene(lab) as session:
        view = await session.see(hears)
        assert not problems(view)
        assert states(view) == {
            ("director1", "VI_1"): "MASTER", ("director1", "VI_2"): "MASTER", ("director1", "VI_6"): "MASTER",
            ("director1", "GW_A"): "MASTER", ("director1", "GW_B"): "BACKUP",
            ("director2", "VI_1"): "BACKUP", ("director2", "VI_2"): "BACKUP", ("director2", "VI_6"): "BACKUP",
            ("director2", "GW_A"): "BACKUP", ("director2", "GW_B"): "MASTER",
        }  # fmt: skip
        shown: Any = as_json(view)
        told = {(one["name"], one["vrid"], one["family"]) for one in shown["directors"][0]["vrrp"]}
        assert {("VI_1", 51, "inet"), ("VI_6", 51, "inet6")} <= told

        await a_real_server_for_dr(lab, session)
        # two MASTERs of one family
        shell(lab, "director2", f"tc filter add {ADVERTS_6} flower ip_proto 0x70 action drop")
        try:
            wanted = [
                "SPLIT BRAIN  GW_A (ens33, IPv6): director1 and director2 are both MASTER; fe80::1%ens33 is on both",
                f"SPLIT BRAIN  VI_6 (ens33, IPv6): director1 and director2 are both MASTER; {VIP_6} is on both",
            ]
            view = await session.see(lambda view: sorted(one.text for one in problems(view)) == wanted)
        finally:
            shell(lab, "director2", f"tc filter del {ADVERTS_6}")
        [six] = [one for one in problems(view) if "VI_6" in one.text]
        assert re.search(
            r"director2 hears no adverts from director1 on ens33 \(last at \d\d:\d\d:\d\d \S+\)", six.detail
        )
        assert states(view)["director2", "VI_1"] == "BACKUP"
        await session.see(lambda view: not problems(view))
        since = {key: one.since for key, one in instances(session.view()).items() if key[0] == "director1"}

    asked = time.time()
    until_logged(lab, "director1", "systemctl reload keepalived", "Reload complete", by="-u keepalived")
    async with scene(lab) as session:  # a console that comes after a reload
        view = await session.see(
            lambda view: all(key in instances(view) and instances(view)[key].since for key in since)
        )
        after = {key: instances(view)[key].since for key in since}
        for key, known in since.items():
            assert known is not None and known < asked
            assert after[key] == pytest.approx(known, abs=2.0), key


async def a_real_server_for_dr(lab: Lab, session: Scene) -> None:
    """It has the VIPs on lo as well: nothing happened, nothing is wrong, it is not MASTER."""
    happened = [one for one in session.view().events if one.subject]
    places = (f"{addresses.SERVICE_VIP}/32 dev lo", f"{VIP_6}/128 dev lo", "10.10.0.77/32 dev ens33")
    shell(lab, "director2", *(f"ip address add {place}" for place in places))
    try:
        await session.see(lambda _: "10.10.0.77" in session._state.facts("director2").addresses)  # the last of them
        view = session.view()
        assert states(view)["director2", "VI_1"] == states(view)["director2", "VI_6"] == "BACKUP"
        assert not problems(view)
        assert [one for one in view.events if one.subject] == happened
    finally:
        shell(lab, "director2", *(f"ip address del {place}" for place in places))
