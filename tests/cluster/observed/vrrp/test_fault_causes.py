"""Why an instance is in FAULT: once for each cause."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.director.protocol.host_messages import Link, Network
from lvstui.director.protocol.vrrp_messages import FaultCause
from tests.support.telling import Pair, configuration

GROUP = b"vrrp_sync_group VG_1 {\n group {\n VI_1\n VI_2\n }\n}\n"


def told(*causes: tuple[str, str, str], group: bool = True, states: tuple[str, str] = ("FAULT", "FAULT")) -> Pair:
    pair = Pair().up()
    if group:
        pair.files("director2", GROUP + configuration())
    pair.after(5).vrrp("director2", *states)
    vrrp = pair.state.director("director2").vrrp
    assert vrrp is not None
    pair.say("director2", replace(vrrp, at=pair.now, faults=tuple(FaultCause(*cause) for cause in causes)))
    return pair


def faults(pair: Pair) -> dict[str, tuple[str, str]]:
    return {one.id: (one.text, one.detail) for one in pair.view().problems if one.kind == "fault"}


def test_an_interface_that_is_down_is_one_problem_with_all_that_went_with_it() -> None:
    """ens33 fails, and VI_2 on ens36 is in FAULT for its group: nothing is wrong with ens36."""
    pair = told(("VI_1", "interface", "ens33"), ("VI_2", "group", "VG_1"))
    ((text, detail),) = faults(pair).values()
    assert text == "VI_1 is in FAULT on director2: ens33 is down; VI_2 with it, through the sync group"
    assert detail.startswith("They cannot become MASTER. Check ens33: `ip link show ens33`") and "ens36" not in detail
    shown = {one.name: [tuple(fault) for fault in one.faults] for one in pair.director("director2").vrrp}
    assert shown == {"VI_1": [("interface", "ens33")], "VI_2": [("group", "VG_1")]}


def test_two_causes_are_two_problems_and_one_cause_of_two_instances_is_one() -> None:
    two = faults(told(("VI_1", "script", "chk_web"), ("VI_2", "interface", "ens36")))
    assert two["fault:director2:VI_1"][0] == "VI_1 is in FAULT on director2: the script chk_web fails"
    assert two["fault:director2:VI_2"][0] == "VI_2 is in FAULT on director2: ens36 is down"
    ((text, _),) = faults(told(("VI_1", "script", "chk_web"), ("VI_2", "script", "chk_web"))).values()
    assert text == "VI_1 and VI_2 are in FAULT on director2: the script chk_web fails"


@pytest.mark.parametrize("kind", ["process", "bfd", "file", "configuration", "vrid", "source"])
def test_every_cause_has_its_words(kind: str) -> None:
    name = "" if kind in ("configuration", "vrid", "source") else "it"
    ((text, detail),) = faults(told(("VI_1", kind, name), states=("FAULT", "BACKUP"))).values()
    assert text.startswith("VI_1 is in FAULT on director2: ") and "{" not in text + detail


def test_where_no_dump_tells_the_kernel_says_that_the_interface_is_down() -> None:
    pair = told(states=("FAULT", "BACKUP"))
    assert next(iter(faults(pair).values()))[0] == "VI_1 is in FAULT on director2"
    pair.say("director2", Network(pair.now, (Link("ens33", False), Link("ens36", True)), (), None))
    assert next(iter(faults(pair).values()))[0] == "VI_1 is in FAULT on director2: ens33 is down"


def test_a_group_whose_other_instance_is_well_already_is_told_as_that() -> None:
    ((text, _),) = faults(told(("VI_2", "group", "VG_1"), states=("BACKUP", "FAULT"))).values()
    assert text == "VI_2 is in FAULT on director2: another instance of its sync group VG_1 is"
