"""Every fault at every step, on the real pair: both Directors old, or both new, or it is said what is where and settled.

The cases that differ most are run here, each on one of the Directors; `make faults` runs them all.
"""

from __future__ import annotations

import pytest

from lvstui.lab.lab import Lab
from tests.support import faulted_session, faulting
from tests.support.fault_table import recorded
from tests.support.faulting import Row
from tests.support.lab_faults import FAULTS, Case

pytestmark = pytest.mark.lab

GROUPS = {"a process": FAULTS[:2], "the link": FAULTS[2:4], "the disk, a file or keepalived": FAULTS[4:]}


def is_as_said(row: Row) -> bool:
    """What both Directors have in the end is what the outcome said. That nothing is torn, `faulting.run` has seen.

    Which outcome it is may differ from the table's on a machine that is slower: a link that was cut may be back in time, or not.
    """
    if row.outcome == "done":
        return row.ends == "both new" and not row.settled
    if row.outcome in ("refused", "unreachable", "rolled back"):
        return row.ends != "both new" and not row.settled
    return row.outcome in ("undecided", "nobody to tell")


@pytest.fixture(autouse=True)
def patient_links() -> None:
    """A link that is cut or frozen is given up as it is in use."""


@pytest.fixture
def held_live() -> None:
    """And a Director that is silent is seen to be."""


@pytest.mark.parametrize("what", GROUPS)
async def test_a_fault_at_each_step_leaves_no_director_torn(lab: Lab, what: str) -> None:
    """All of a group by one session, which sees the pair put back after each."""
    table = recorded()
    async with faulted_session.scene(lab, limits=faulted_session.SHORT) as scene:
        for fault in GROUPS[what]:
            for number, step in enumerate(fault.suite):
                case = Case(fault, step, faulted_session.DIRECTORS[(number + len(fault.name)) % 2])
                row = await faulting.run(scene, case)
                assert str(case) in table, "docs/transactions.md lacks it: make faults"
                assert is_as_said(row), row
                await faulting.restore(scene)
