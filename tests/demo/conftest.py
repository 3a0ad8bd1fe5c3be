"""What holds for every test of links to the demo's pair: none of them is cut because the machine is slow."""

from tests.support.patience import patient_links

__all__ = ["patient_links"]
