"""What holds for every test of a session: nothing is given up, nor taken for silent, because the machine is slow."""

import pytest

from tests.support.patience import held_live, patient_commands, patient_links

__all__ = ["held_live", "patient_commands", "patient_links"]


@pytest.fixture(autouse=True)
def patient_session(held_live: None) -> None:
    """Hold each Director that has a link for live."""
