"""Two consoles that change the same pair at the same time, over and over: every change whole, none lost, the loser told.

python -m tests.support.two_consoles [ROUNDS]     200 unless told; prints what happened
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import PlanRefused
from lvstui.keepalived import RealServerKey, load
from lvstui.lab.lab import CONFIG_PATH, Lab
from lvstui.lab.options import LabOptions
from tests.support.faulted_session import DIRECTORS, Scene, scene
from tests.support.pair_state import beside

SERVICE = "tcp/10.10.0.20:80"


class Round(NamedTuple):
    """How one attempt of one console ended."""

    console: int
    weight: int
    kind: str
    text: str


async def attempt(one: Scene, console: int, weight: int) -> Round:
    """The console's own real server to a weight."""
    target = Target(SERVICE, f"192.168.211.13:{8081 + console}")
    when = datetime.now().replace(second=0, microsecond=0)
    try:
        await one.ready()
        plan = one.plan(Intent("weight", (target,), weight, one.by, when, ""))
        outcome = await one.make(plan)
    except PlanRefused as refused:
        return Round(console, weight, "refused", str(refused))
    return Round(console, weight, outcome.kind, outcome.text)


def weights(lab: Lab) -> dict[str, tuple[dict[int, int], dict[int, int]]]:
    """Of each Director: the weights in its file and in its kernel, by port."""
    status = lab.status()["directors"]
    return {name: (_in_file(lab, name), _in_kernel(status[name]["real_servers"])) for name in DIRECTORS}


def _in_kernel(reals: dict[str, int]) -> dict[int, int]:
    return {int(real.rpartition(":")[2]): weight for real, weight in reals.items()}


def _in_file(lab: Lab, name: str) -> dict[int, int]:
    data = lab.read_file(name)

    class OneFile:
        def glob(self, pattern: str) -> list[str]:
            return [CONFIG_PATH]

        def read(self, path: str) -> bytes:
            return data

    server = load(CONFIG_PATH, OneFile(), name, (2, 2, 7)).virtual_server(SERVICE)
    assert server is not None
    found = {port: server.real_server(RealServerKey("192.168.211.13", port)) for port in (8081, 8082, 8083)}
    return {port: real.weight for port, real in found.items() if real is not None}


async def rounds(lab: Lab, number: int, tell: bool = False) -> list[Round]:
    """Both consoles at once, `number` times. Asserts after each that what was said to be done is there, on both."""
    wanted = {8081: 1, 8082: 1, 8083: 1}
    done: list[Round] = []
    async with scene(lab, by="ana@ops1") as first, scene(lab, by="bob@ops2") as second:
        for count in range(number):
            weight = 2 + count % 50
            ended = await asyncio.gather(attempt(first, 0, weight), attempt(second, 1, weight))
            for one in ended:
                assert one.kind in ("done", "refused", "rolled back"), one
                if one.kind == "done":
                    wanted[8081 + one.console] = one.weight
            seen = await asyncio.to_thread(weights, lab)
            assert seen == dict.fromkeys(DIRECTORS, (wanted, wanted)), (count, ended, seen, wanted)
            assert all(not beside(lab, name) for name in DIRECTORS)
            done += ended
            if tell and (count + 1) % 10 == 0:
                print(f"{count + 1} rounds: {dict(Counter(one.kind for one in done))}", flush=True)
    return done


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="lvl-") as folder, Lab.up(LabOptions(), Path(folder) / "lab") as lab:
        done = asyncio.run(rounds(lab, number, tell=True))
    kinds = Counter(one.kind for one in done)
    both = sum(one.kind == two.kind == "done" for one, two in zip(done[::2], done[1::2], strict=True))
    neither = sum(one.kind != "done" and two.kind != "done" for one, two in zip(done[::2], done[1::2], strict=True))
    print(f"{number} rounds in {time.monotonic() - began:.0f} s: {dict(kinds)}")
    print(f"both in one round: {both}; neither: {neither}")
    for text, times in Counter(one.text.partition(", by root")[0] for one in done if one.kind != "done").most_common(8):
        print(f"{times:5d}  {text}")


if __name__ == "__main__":
    main()
