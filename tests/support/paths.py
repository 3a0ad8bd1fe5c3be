"""The checkout's root, and the folder beside it with data that tests use where it is there, and skip without."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
SAMPLES = SHARED / "samples"  # dumps and logs of a real daemon
