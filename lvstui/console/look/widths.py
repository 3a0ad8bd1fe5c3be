"""Name the widths of a terminal, in cells, from which more is shown. The style sheets' classes begin at the same ones."""

from __future__ import annotations

TIGHT = 100  # below this, lines leave out what can be spared
NARROW = 120  # below this, what stands side by side is put one below the other, or shown one at a time
WIDE = 160  # from here on there are more columns
HUGE = 180  # from here on there are all columns, and what stands below the table stands beside it too
