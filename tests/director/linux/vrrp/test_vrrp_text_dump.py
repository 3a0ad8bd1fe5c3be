"""keepalived's VRRP dump for people: why an instance is in FAULT, and the same facts as in the JSON dump."""

from __future__ import annotations

import pytest

from lvstui.director.linux.vrrp import vrrp_dump, vrrp_text_dump
from lvstui.director.protocol.vrrp_messages import FaultCause, TrackedState, VrrpInstance
from tests.support.paths import SAMPLES

# --- the VRRP dump for people ---

TEXT = """------< Global definitions >------
 Router ID = A
------< VRRP Topology >------
 VRRP Instance = VI_1
   VRRP Version = 2
   Sync group = VG_1
   State = {one}
   Flags: none
   Wantstate = FAULT
   Number of config faults = 0
   Number of interface and track script faults = 1
   Last transition = 1795381218.952027 (Sun Nov 22 21:00:18.952027 2026)
   Interface = vrrp.51, vmac on ens33, xmit base i/f
   Virtual Router ID = 51
   Priority = 150
   Effective priority = 140
   Advert interval = 1 sec
   Password = EXAMPLE1
   Virtual IP (1):
     10.9.0.100/24 dev ens33 scope global
   Tracked scripts :
     chk weight 0
   fd_in 14, fd_out 15
 VRRP Instance = VI_2
   VRRP Version = 3
   Using Native IPv6
   Sync group = VG_1
   State = {two}
   Master priority = 120
   Interface = ens36
   Number of config faults = {faults}
   Virtual Router ID = 52
   Priority = 90
   Advert interval = 500 milli-sec
   Virtual IP (1):
     2001:db8::20/64 dev ens36 scope global
   Virtual IP Excluded :
     2001:db8::21/128 dev lo scope global
------< VRRP Sync groups >------
 VRRP Sync Group = VG_1, FAULT
------< VRRP Scripts >------
 VRRP Script = chk
   Command = /bin/chk
   Status = {script}
   VRRP instances :
   Tracking VRRP instances :
     VI_1, weight {weight}
   State = idle
------< VRRP Track files >------
 Track file = gate
   File = /run/gate
   Status = {file}
   Weight = 0
   Tracking VRRP instances :
     VI_1, weight 0
     VI_2, weight 2 reverse
------< VRRP Track processes >------
 VRRP Track process = named
   Have quorum = {process}
   Tracking VRRP instances :
     VI_2, weight 0
------< VRRP Track BFDs >------
 VRRP Track BFD = peer
   Weight = 0
   Bfd is {bfd}
   Tracking VRRP instances :
     VI_2, weight 0
------< Interfaces >------
 Name = ens33
   index = 3
   State = {ens33}, no broadcast, loopback
   Tracking VRRP instances :
     VI_1, weight 0
 Name = lo
   State = UP, RUNNING, no broadcast, loopback, no multicast
"""


WELL = {
    "one": "FAULT", "two": "FAULT", "faults": "0", "script": "GOOD", "weight": "0", "file": "0", "process": "true",
    "bfd": "up", "ens33": "UP, RUNNING",
}  # fmt: skip


@pytest.mark.parametrize(
    ("how", "causes"),
    [
        ({"ens33": "not UP, not RUNNING"}, [("VI_1", "interface", "ens33"), ("VI_2", "group", "VG_1")]),
        ({"ens33": "UP, not RUNNING", "two": "BACKUP"}, [("VI_1", "interface", "ens33")]),
        ({"script": "BAD"}, [("VI_1", "script", "chk"), ("VI_2", "group", "VG_1")]),
        ({"script": "BAD", "weight": "-20"}, [("VI_1", "group", "VG_1"), ("VI_2", "group", "VG_1")]),  # priority alone
        ({"process": "false", "one": "BACKUP"}, [("VI_2", "process", "named")]),
        ({"bfd": "down", "one": "BACKUP"}, [("VI_2", "bfd", "peer")]),
        ({"file": "1"}, [("VI_1", "file", "gate"), ("VI_2", "group", "VG_1")]),
        ({"file": "127"}, [("VI_1", "file", "gate"), ("VI_2", "file", "gate")]),  # 127 times -2 is -254
        ({"faults": "1", "one": "BACKUP"}, [("VI_2", "configuration", "")]),
        ({"ens33": "not UP, not RUNNING", "one": "BACKUP", "two": "BACKUP"}, []),
    ],
)
def test_what_has_put_an_instance_into_fault(how: dict[str, str], causes: list[tuple[str, str, str]]) -> None:
    assert vrrp_text_dump.faults(TEXT.format(**{**WELL, **how}).encode()) == tuple(FaultCause(*one) for one in causes)


def test_how_what_each_instance_tracks_is() -> None:
    text = TEXT.format(**{**WELL, "script": "BAD", "weight": "-20", "file": "7", "bfd": "down"}).encode()
    assert vrrp_text_dump.tracked(text) == (
        TrackedState("VI_1", "interface", "ens33", 0, False, True, 0),
        TrackedState("VI_1", "script", "chk", -20, False, False, 0),
        TrackedState("VI_2", "process", "named", 0, False, True, 0),
        TrackedState("VI_2", "bfd", "peer", 0, False, False, 0),
        TrackedState("VI_1", "file", "gate", 0, False, None, 7),
        TrackedState("VI_2", "file", "gate", 2, True, None, 7),
    )
    begun = vrrp_text_dump.tracked(TEXT.format(**{**WELL, "script": "INIT", "bfd": "?"}).encode())
    assert {one.name: one.up for one in begun if one.kind in ("script", "bfd")} == {"chk": None, "peer": None}
    with pytest.raises(ValueError, match="global definitions"):
        vrrp_text_dump.tracked(b"")


def test_a_build_without_json_tells_the_same_in_its_dumps_for_people() -> None:
    statistics = b"VRRP Instance: VI_1\n  Advertisements:\n    Received: 3\n    Sent: 1477\n  Became master: 2\n"
    statistics += b"  Released master: 1\n  Priority Zero:\n    Received: 0\n    Sent: 1\n"
    text = TEXT.format(**{**WELL, "one": "MASTER", "two": "BACKUP"}).encode()
    assert vrrp_text_dump.instances(text, statistics) == (
        VrrpInstance(
            "VI_1", 51, "vrrp.51", "MASTER", 150, 140, 0, 1.0, 2, 1795381218.952027, ("10.9.0.100",), 3, 1477, 2, 1,
            "inet", "ens33", ("ens33",),
        ),
        VrrpInstance(
            "VI_2", 52, "ens36", "BACKUP", 90, 90, 120, 0.5, 3, 0.0, ("2001:db8::20", "2001:db8::21"), 0, 0, 0, 0,
            "inet6", "ens36", ("ens36", "lo"),
        ),
    )  # fmt: skip
    assert "EXAMPLE1" not in str(vrrp_text_dump.instances(text, b""))
    with pytest.raises(ValueError, match="global definitions"):
        vrrp_text_dump.instances(b"", b"")


def test_the_samples_of_a_real_daemon_tell_the_same_in_both_dumps() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("../shared/samples is not here")
    text, statistics = ((SAMPLES / f"keepalived.{kind}").read_bytes() for kind in ("data", "stats"))
    assert vrrp_text_dump.instances(text, statistics) == vrrp_dump.instances(
        (SAMPLES / "keepalived-master-backup.json").read_bytes()
    )
    fault = (SAMPLES / "keepalived-fault.data").read_bytes()
    assert vrrp_text_dump.faults(fault) == (
        FaultCause("VI_1", "interface", "v0"),
        FaultCause("VI_2", "interface", "v0"),
    )
