"""What holds for every test of the demo's pair: nothing is given up because the machine is slow."""

from tests.support.patience import held_live, held_story, patient_commands, patient_links

__all__ = ["held_live", "held_story", "patient_commands", "patient_links"]
