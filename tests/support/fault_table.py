"""The table of faults in docs/transactions.md: read by the test that checks it, written by running every case in a lab.

python -m tests.support.fault_table [WORD ...]     all cases, or those whose name has every word
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from lvstui.lab.lab import Lab
from lvstui.lab.options import LabOptions
from tests.support import faulted_session, faulting
from tests.support.faulting import Row
from tests.support.lab_faults import cases
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "transactions.md"
_BEGIN, _END = "<!-- faults: written by `make faults` -->\n", "<!-- end of faults -->\n"
_HEAD = ("fault", "at the step", "on", "outcome", "settled by the operator", "in the end")


def recorded() -> dict[str, Row]:
    """The rows of the page, by the names of their cases."""
    table = PAGE.read_text(encoding="utf-8").partition(_BEGIN)[2].partition(_END)[0]
    rows = [
        Row(*(cell.strip() for cell in line.strip().strip("|").split("|")))
        for line in table.splitlines()[2:]
        if line.startswith("|")
    ]
    return {f"{row.fault} at {row.step} on {row.director}": row for row in rows}


def write(rows: Sequence[Row]) -> None:
    """Into the page."""
    lines = [_HEAD, tuple("---" for _ in _HEAD), *rows]
    table = "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    after = rest.partition(_END)[2]
    PAGE.write_text(f"{before}{_BEGIN}{table}{_END}{after}", encoding="utf-8")


async def _run(lab: Lab, words: Sequence[str]) -> None:
    async with faulted_session.scene(lab, limits=faulted_session.SHORT) as scene:
        for case in cases():
            if not all(word in str(case) for word in words):
                continue
            began = time.monotonic()
            row = await faulting.run(scene, case)
            took = time.monotonic() - began
            print(f"{took:5.1f} s  {' | '.join(row)}\n         {scene.said}", flush=True)
            known = {**recorded(), str(case): row}
            write([known[str(one)] for one in cases() if str(one) in known])
            await faulting.restore(scene)


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="lvl-") as folder, Lab.up(LabOptions(), Path(folder) / "lab") as lab:
        asyncio.run(_run(lab, sys.argv[1:]))


if __name__ == "__main__":
    main()
