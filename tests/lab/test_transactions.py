"""Every fault at every step, on the real pair: both Directors old, or both new, or it is said what is where and settled.

The cases that differ most are run here, each on one of the Directors; `make faults` runs them all.
"""

from __future__ import annotations

import pytest

from lvstui.lab.lab import Lab

from . import faulting
from .fault_table import recorded
from .faulting import FAULTS, Case, Fault

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_at_each_step_leaves_no_director_torn(lab: Lab, fault: Fault) -> None:
    table = recorded()
    async with faulting.scene(lab) as scene:
        for number, step in enumerate(fault.suite):
            case = Case(fault, step, faulting.DIRECTORS[(number + len(fault.name)) % 2])
            row = await faulting.run(scene, case)
            assert row == table[str(case)], case
            await faulting.restore(scene)
