"""The tables of measured failovers in docs/drills.md, written by running every kind of failover again and again in a lab.

python -m tests.support.drill_table [RUNS [WORD ...]]     20 runs of each kind, or RUNS; of the kinds that have every word
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from lvstui.cluster.drill.failover_measure import ALLOWED
from lvstui.cluster.drill.result import DrillResult, InstanceFailover
from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from lvstui.lab.options import LabOptions
from tests.support.drill_lab import Agreement, WatchedLab
from tests.support.faulted_session import scene
from tests.support.paths import ROOT

PAGE = ROOT / "docs" / "drills.md"
_BEGIN, _END = "<!-- drills: written by `make drills` -->\n", "<!-- end of drills -->\n"
RUNS = 20
ONE, TWO = addresses.DIRECTORS


class Kind(NamedTuple):
    """A kind of failover: what is done to the pair, and how many instances move, and come back when it is undone."""

    name: str
    faults: tuple[tuple[str, str], ...]  # none: director1's priorities are lowered in its file
    moved: int
    back: int


KINDS = (
    Kind("stop", (("keepalived-stopped", ONE),), 2, 2),
    Kind("kill -9", (("keepalived-killed", ONE),), 2, 2),
    Kind("power cut", (("cut-off", ONE),), 2, 0),
    Kind("one network cut", (("cut-nat", ONE),), 1, 0),
    Kind("split brain, one way", (("adverts-blocked", TWO),), 2, 0),
    Kind("split brain, both ways", (("adverts-blocked", ONE), ("adverts-blocked", TWO)), 2, 0),
    Kind("handover", (), 2, 2),
)
VERSIONS = ("VRRP 2 at 1 s", "VRRP 3 at 0.1 s")


def configure(lab: Lab, version: str) -> None:
    """Give both Directors the seed's instances of that version, and have keepalived begin with them."""
    for director in addresses.DIRECTORS:
        text = lab.read_file(director).decode()
        if version == VERSIONS[1]:
            before, sign, rest = text.partition("global_defs {\n")
            text = f"{before}{sign}    vrrp_version 3\n{rest}".replace("advert_int 1\n", "advert_int 0.1\n")
            while "    authentication {" in text:  # VRRP 3 has none
                head, _, tail = text.partition("    authentication {")
                text = head + tail.partition("}\n")[2]
        lab.write_file(director, text.encode())
        assert lab.exec(director, ["systemctl", "restart", "keepalived"]).status == 0
    lab.wait_ready()


def steps(lab: Lab, kind: Kind) -> tuple[Callable[[], None], Callable[[], object]]:
    """Return what makes it happen, and what undoes it."""

    def edit(before: bytes, after: bytes) -> None:
        lab.write_file(ONE, lab.read_file(ONE).replace(before, after))
        assert lab.exec(ONE, ["systemctl", "reload", "keepalived"]).status == 0

    def fault() -> None:
        for name, director in kind.faults:
            lab.fault(name, director)

    lower, higher = b"priority 40", b"priority 100"
    if kind.faults:
        return fault, lab.lift
    return lambda: edit(higher, lower), lambda: edit(lower, higher)


class Measured:
    """What all runs of one kind have measured."""

    def __init__(self) -> None:
        self.failovers: list[InstanceFailover] = []
        self.failbacks: list[InstanceFailover] = []
        self.agreements: list[Agreement] = []
        self.ended: list[float] = []
        self.causes: dict[str, int] = defaultdict(int)

    def add(self, during: DrillResult, result: DrillResult, agreements: Sequence[Agreement]) -> None:
        self.failovers += during.failovers
        self.failbacks += result.failbacks
        self.agreements += agreements
        self.ended += [during.ended] * len(during.failovers)
        for one in during.failovers:
            self.causes[one.cause.value] += 1


def row(name: str, moved: Sequence[InstanceFailover]) -> tuple[str, ...]:
    """Theory beside what was measured, in milliseconds."""
    measured = sorted(one.measured * 1000 for one in moved if one.measured is not None)
    expected = sorted({round((one.expected.latest - ALLOWED) * 1000) for one in moved if one.expected is not None})
    without = [window.length * 1000 for one in moved for window in one.no_master if window.length is not None]
    inside = sum(one.verdict.value in ("as expected", "two masters") for one in moved)
    if not measured:
        return (name, str(len(moved)), *("–" for _ in range(7)))
    theory = "–" if not expected else " / ".join(f"{one}" for one in expected)
    figures = (measured[0], statistics.median(measured), quantile(measured, 0.95), measured[-1])
    gap = f"{max(without):.0f}" if without else "0"
    return (name, str(len(moved)), theory, *(f"{one:.1f}" for one in figures), gap, f"{inside} of {len(moved)}")


def quantile(values: Sequence[float], part: float) -> float:
    """The value below or at which that part of all are."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(part * len(ranked)))]


def agreement_row(name: str, found: Sequence[Agreement]) -> tuple[str, ...]:
    """How far the drill's times are from the captures', in milliseconds."""
    apart = [abs(one.apart) * 1000 for one in found]
    within = sum(abs(one.apart) <= one.allowed for one in found)
    if not apart:
        return (name, "0", *("–" for _ in range(4)))
    allowed = statistics.median(one.allowed * 1000 for one in found)
    return (
        name, str(len(found)), f"{statistics.median(apart):.2f}", f"{quantile(apart, 0.95):.2f}", f"{max(apart):.2f}",
        f"{allowed:.1f}", f"{within} of {len(found)}",
    )  # fmt: skip


_HEAD = ("what", "instances", "theory", "min", "median", "p95", "max", "longest without a MASTER", "inside the window")
_AGREES = ("what", "times", "median", "p95", "max", "stated uncertainty (median)", "within it")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def written(known: dict[tuple[str, str], Measured], runs: int) -> str:
    """The text between the marks of the page."""
    text = f"{datetime.now(UTC):%Y-%m-%d}, {runs} runs of each kind, the seed's pair in the lab. Milliseconds.\n"
    for version in VERSIONS:
        some = {kind: measured for (of, kind), measured in known.items() if of == version}
        if not some:
            continue
        rows = [row(kind, one.failovers) for kind, one in some.items()]
        rows += [row(f"failback after {kind}", one.failbacks) for kind, one in some.items() if one.failbacks]
        text += f"\n**{version}**, from what set the new MASTER's timer to its first advert:\n\n{table(_HEAD, rows)}"
    agreed = [agreement_row(f"{version}, {kind}", one.agreements) for (version, kind), one in known.items()]
    return f"{text}\nThe times of packets beside those of captures on the same Director:\n\n{table(_AGREES, agreed)}"


def write(text: str) -> None:
    """Into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(_BEGIN)
    PAGE.write_text(f"{before}{_BEGIN}{text}{_END}{rest.partition(_END)[2]}", encoding="utf-8")


async def _run(lab: Lab, version: str, runs: int, words: Sequence[str]) -> dict[tuple[str, str], Measured]:
    known: dict[tuple[str, str], Measured] = {}
    async with scene(lab) as session:
        watched = WatchedLab(lab, session)
        for kind in KINDS:
            if not all(word in f"{version} {kind.name}" for word in words):
                continue
            measured = known[version, kind.name] = Measured()
            for number in range(runs):
                began = time.perf_counter()
                happen, undo = steps(lab, kind)
                during, result = await watched.drill(happen, undo, moved=kind.moved, back=kind.back)
                measured.add(during, result, list(watched.agreements(during)))
                took = time.perf_counter() - began
                told = ", ".join(
                    f"{one.name} {one.cause} {(one.measured or 0) * 1000:.1f} ms" for one in during.failovers
                )
                print(f"{took:5.1f} s  {version}, {kind.name}, {number + 1} of {runs}: {told}", flush=True)
    return known


def measure(version: str, runs: int, words: Sequence[str]) -> dict[tuple[str, str], Measured]:
    """Run every kind that has all words, in a lab with that version."""
    with tempfile.TemporaryDirectory(prefix="lvl-") as folder, Lab.up(LabOptions(), Path(folder) / "lab") as lab:
        configure(lab, version)
        return asyncio.run(_run(lab, version, runs, words))


def main() -> None:
    """Measure both versions at once: a lab does little while a timer runs."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else RUNS
    with ProcessPoolExecutor(len(VERSIONS)) as workers:
        parts = [workers.submit(measure, version, runs, sys.argv[2:]) for version in VERSIONS]
        known = {kind: measured for part in parts for kind, measured in part.result().items()}
    text = written(known, runs)
    write(text)
    print(text)


if __name__ == "__main__":
    main()
