"""Hold the seconds by which two sources of one Director may differ though neither is wrong. Values only."""

from __future__ import annotations

# A dump may have been written just before a line that overtook it on the way here. The agent reads it again 1 s later.
EDGE_HOLDS = 0.5  # seconds in which a dump does not contradict a newer line, or a VIP that moved
WHOLE_SECONDS = 1.0  # by which the times of a log with whole seconds may be too early
