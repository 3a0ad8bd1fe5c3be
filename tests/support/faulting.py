"""Real changes on the lab's pair, with something going wrong at an exact step, and what became of both Directors.

A `Case` is a fault at a step on a Director. `run` makes the change, lets the fault happen the moment the step begins, lifts it,
settles what has to be settled, and gives the row of the table in docs/transactions.md. Nothing here is simulated: the faults
are the lab's, signals to real processes, and other hands on real files.
"""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from typing import NamedTuple

from lvstui.cluster.director_facts import UnfinishedView
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.view import ClusterView
from lvstui.lab.lab import CONFIG_PATH
from tests.support.faulted_session import DIRECTORS, Scene
from tests.support.lab_faults import Case, another_hand, complain, continue_keepalived, stop_keepalived
from tests.support.pair_state import Held, Pair, beside, whole
from tests.support.waiting import limit, until


class Row(NamedTuple):
    """Of the table: what the outcome was, and what both Directors had when all was settled."""

    fault: str
    step: str
    director: str
    outcome: str
    settled: str  # how what was left was settled, "" when nothing was
    ends: str


async def run(scene: Scene, case: Case) -> Row:
    """Make the change with the fault in it; asserts that nothing is torn in the end."""
    lab, fault, director = scene.lab, case.fault, case.director
    await scene.ready()
    if fault.name == "console killed -9":
        return await _run_killed(scene, case)
    plan = scene.drain()
    pair = Pair(lab, plan)
    helpers: list[threading.Thread] = []
    lifted = threading.Event()

    def lift() -> None:
        if not lifted.is_set():
            lifted.set()
            fault.lift(scene, director)

    def begin() -> None:
        fault.begin(scene, director)
        if fault.lifts_after:
            helpers.append(threading.Timer(fault.lifts_after, lift))
            helpers[-1].start()

    if case.step == "reload":
        scene.on(director, "install", lambda: helpers.append(_in_the_reload(scene, case, pair)))
    else:
        # The program that complains has to be there before the test begins.
        scene.on(director, "stage" if fault.begin is complain else case.step, begin)
    outcome = await scene.make(plan)
    scene.said = f"{outcome.text} {dict(outcome.directors)}"
    for helper in helpers:
        if not isinstance(helper, threading.Timer):
            await asyncio.to_thread(helper.join)
    await asyncio.to_thread(lift)
    if fault.name == "reload hangs":
        continue_keepalived(scene, director)
    settled = await settle(scene, pair, outcome)
    ends = await asyncio.to_thread(_ends, pair, case)
    return Row(fault.name, case.step, director, outcome.kind, settled, ends)


async def _run_killed(scene: Scene, case: Case) -> Row:
    """The console is another process, killed at the step; this one is the next that connects."""
    pair = Pair(scene.lab, scene.drain())
    argv = ["-m", "tests.support.killed_console", str(scene.lab.directory), case.director, case.step]
    child = await asyncio.create_subprocess_exec(sys.executable, *argv)
    async with limit():
        assert await child.wait() == -signal.SIGKILL
    settled = await settle(scene, pair, None)
    return Row(
        case.fault.name,
        case.step,
        case.director,
        "nobody to tell",
        settled,
        await asyncio.to_thread(_ends, pair, case),
    )


def _in_the_reload(scene: Scene, case: Case, pair: Pair) -> threading.Thread:
    """keepalived stands still, so that its reload has begun and cannot end, until the fault has happened."""
    stop_keepalived(scene, case.director)
    loop = asyncio.get_running_loop()

    def act() -> None:
        until(lambda: pair.held()[case.director].file == "new")
        if case.fault.name == "link cut":
            loop.call_soon_threadsafe(case.fault.begin, scene, case.director)
        else:
            case.fault.begin(scene, case.director)
        if case.fault.name != "reload hangs":
            continue_keepalived(scene, case.director)

    thread = threading.Thread(target=act)
    thread.start()
    return thread


async def settle(scene: Scene, pair: Pair, outcome: Outcome | None) -> str:
    """What the next connect shows as unfinished is settled as the operator would; says how."""
    await scene.ready()
    left = {
        name: await _unfinished(scene, name, expected=outcome is None or "NOT" in outcome.directors[name])
        for name in DIRECTORS
    }
    words = []
    for name, one in left.items():
        if one is None:
            continue
        assert any(one.title in problem.text for problem in scene.view().problems)
        # As it is on the other Director, where it is closed; and no other hand's work is undone.
        others = [held.file for other, held in pair.held().items() if left[other] is None]
        keep = others == ["new"] or any("someone else" in line for line in one.lines)
        settled = await scene.settle(name, one.transaction, keep)
        assert settled.kind == "done", settled
        words.append(f"{name}: {'kept' if keep else 'put back'}")
    return ", ".join(words)


async def _unfinished(scene: Scene, name: str, *, expected: bool) -> UnfinishedView | None:
    """What the outcome has announced as unfinished; anything else has to go by itself."""

    def told(view: ClusterView) -> bool:
        left = _director(view, name)
        return (expected and left is not None) or (left is None and not beside(scene.lab, name))

    await scene.see(told)
    return _director(scene.view(), name)


def _director(view: ClusterView, name: str) -> UnfinishedView | None:
    return next(one.unfinished for one in view.directors if one.name == name)


def _ends(pair: Pair, case: Case) -> str:
    """In the end; fails when something is torn and nobody was told."""
    hand = case.director if case.fault.begin is another_hand else None

    def settled(held: dict[str, Held]) -> bool:
        if any(one.beside for one in held.values()):
            return False
        return whole(held) or (
            hand is not None and all(one.file == one.kernel or name == hand for name, one in held.items())
        )

    held = until(pair.held, settled)
    kinds = {one.file for one in held.values()}
    if len(kinds) == 1:
        return f"both {kinds.pop()}"
    words = {"another": "as the other hand left it"}
    return ", ".join(f"{name} {words.get(one.file, one.file)}" for name, one in held.items())


async def restore(scene: Scene) -> None:
    """The pair as at first, and seen to be so by the session."""
    lab = scene.lab
    await asyncio.to_thread(lab.reset)
    await scene.ready()
    data = {name: lab.read_file(name, CONFIG_PATH) for name in DIRECTORS}

    def seen(view: ClusterView) -> bool:
        facts = [scene._state.facts(name) for name in DIRECTORS]
        return all(
            one.files is not None
            and one.files.files[0].data == data[one.name]
            and set((one.weights or {}).values()) == {1}
            for one in facts
        )

    await scene.see(seen)
