"""Real changes on the lab's pair, with something going wrong at an exact step, and what became of both Directors.

A `Case` is a fault at a step on a Director. `run` makes the change, lets the fault happen the moment the step begins, lifts it,
settles what has to be settled, and gives the row of the table in docs/transactions.md. Nothing here is simulated: the faults
are the lab's, signals to real processes, and other hands on real files.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from lvstui.cluster.facts import Facts
from lvstui.cluster.intent import Intent, Target
from lvstui.cluster.outcome import Limits, Outcome
from lvstui.cluster.plan import Plan
from lvstui.cluster.view import ClusterView, LinkState, UnfinishedView
from lvstui.director.messages import Close, Confirm, FromConsole, Install, Message, Refresh, Stage, Step
from lvstui.history import Memory
from lvstui.lab.lab import CONFIG_PATH, Lab
from lvstui.session import Session
from lvstui.transport.link import NoQuestions
from lvstui.transport.ssh import SshConnector
from lvstui.writes import Send, Writes

from .waiting import until

DIRECTORS = ("director1", "director2")  # MASTER and BACKUP: director2 is installed first
TARGET = Target("tcp/10.10.0.20:80", "192.168.211.13:8082")
WHEN = datetime(2026, 11, 24, 3, 0)  # the same bytes from every process, whatever minute it is
LIMITS = Limits(reload=6.0, verify=5.0, confirm=10.0, silence=5.0, back=40.0)
PATIENCE = 60.0  # seconds; two cores may be busy with other things
_BEFORE = {Stage: "stage", Install: "install", Refresh: "verify", Confirm: "confirm", Close: "close"}
Act = Callable[["Scene"], None]


class Scene(Session):
    """A session in which something happens the moment a step begins on a Director."""

    def __init__(self, lab: Lab, names: Sequence[str] = DIRECTORS, by: str = "ana@ops1") -> None:
        connectors = [SshConnector(name, ssh_config=lab.ssh_config, questions=NoQuestions()) for name in names]
        super().__init__(connectors, name="faults", interval=0.5, limits=LIMITS)
        self._writes = Writes(self._state, {name: self._sending(name) for name in names}, Memory(), LIMITS)
        self.lab = lab
        self.by = by
        self.said = ""  # what the last outcome said
        self.moment: tuple[str, str] | None = None  # a Director and a step
        self.act: Callable[[], None] = lambda: None

    def on(self, director: str, step: str, act: Callable[[], None]) -> None:
        """Do it once."""
        self.moment, self.act = (director, step), act

    def cut(self, director: str) -> None:
        """The connection ends, as when the console's machine or the way to it is gone."""
        self._links[director].abort()

    def _happen(self, director: str, step: str | None) -> None:
        if self.moment == (director, step):
            self.moment = None
            self.act()

    def _sending(self, name: str) -> Send:
        """What a change sends to a Director, and what happens just before."""

        def send(message: FromConsole) -> bool:
            self._happen(name, _BEFORE.get(type(message)))
            return self._links[name].send(message)

        return send

    def received(self, name: str, message: Message, now: float) -> None:
        if isinstance(message, Step) and message.ok and message.step == "stage":
            self._happen(name, "test")
        super().received(name, message, now)

    async def see(self, what: Callable[[ClusterView], bool], seconds: float = PATIENCE) -> ClusterView:
        """The first view that is wanted. Raises TimeoutError."""
        changed = asyncio.Event()
        end = self.subscribe(changed.set)
        try:
            async with asyncio.timeout(seconds):
                while not what(view := self.view()):
                    changed.clear()
                    await changed.wait()
        finally:
            end()
        return view

    async def ready(self) -> None:
        """Both Directors are linked, and all that a plan wants to know is known."""
        await self.see(
            lambda view: (
                all(one.state is LinkState.LIVE and one.role for one in view.directors)
                and all(_plannable(self._state.facts(name)) for name in self._links)
            )
        )

    def drain(self) -> Plan:
        return self.plan(Intent("drain", (TARGET,), None, self.by, WHEN, ""))

    async def make(self, plan: Plan) -> Outcome:
        async with asyncio.timeout(4 * PATIENCE):
            return await self.apply(plan, lambda steps: None, frozenset({"pending", "checker"}))


def _plannable(facts: Facts) -> bool:
    return (
        facts.pending is not None
        and facts.weights is not None
        and facts.configuration is not None
        and facts.keepalived is not None
        and facts.keepalived.version != ""
    )


@contextlib.asynccontextmanager
async def scene(lab: Lab, names: Sequence[str] = DIRECTORS, by: str = "ana@ops1") -> AsyncIterator[Scene]:
    async with Scene(lab, names, by) as opened:
        await opened.ready()
        yield opened


class Held(NamedTuple):
    """What one Director has."""

    file: str  # "old", "new" or "another"
    kernel: str  # "old" or "new"; "none" without the real server
    beside: tuple[str, ...]  # names of ours beside the configuration


class Pair:
    """What both Directors have, as the guest itself sees it."""

    def __init__(self, lab: Lab, plan: Plan) -> None:
        self._lab = lab
        self._new = {one.name: one.replacements[0].data for one in plan.directors}
        self._old = {name: lab.read_file(name) for name in DIRECTORS}

    def held(self) -> dict[str, Held]:
        reals = self._lab.status()["directors"]
        return {name: self._held(name, reals[name]["real_servers"].get(TARGET.real_server)) for name in DIRECTORS}

    def _held(self, name: str, weight: int | None) -> Held:
        data = self._lab.read_file(name)
        file = "old" if data == self._old[name] else "new" if data == self._new[name] else "another"
        return Held(file, {1: "old", 0: "new", None: "none"}.get(weight, "another"), tuple(beside(self._lab, name)))


def beside(lab: Lab, director: str) -> list[str]:
    """What of ours lies beside the configuration."""
    return [name for name in lab.exec(director, ["ls", "-A", "/etc/keepalived"]).stdout.split() if "lvstui" in name]


def whole(held: dict[str, Held]) -> bool:
    """Both files and both kernels are the old ones, or the new ones, and nothing lies beside them."""
    return any(all(one == Held(kind, kind, ()) for one in held.values()) for kind in ("old", "new"))


# --- faults ---


def shell(lab: Lab, director: str, script: str) -> str:
    done = lab.exec(director, ["sh", "-c", script])
    return done.stdout + done.stderr


def kill_agent(scene: Scene, director: str) -> None:
    said = shell(scene.lab, director, "kill -9 $(pgrep -f '[a]2b_base64') && echo killed")
    assert "killed" in said, said


def kill_console(scene: Scene, director: str) -> None:
    """It is another process that dies: see `_run_killed`."""
    raise AssertionError("a test does not kill itself")


def stop_keepalived(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "kill -STOP $(cat /run/keepalived.pid)")


def continue_keepalived(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "kill -CONT $(cat /run/keepalived.pid) 2>/dev/null; true")


def kill_keepalived(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "kill -9 $(cat /run/keepalived.pid)")


def freeze_link(scene: Scene, director: str) -> None:
    """Packets of the link vanish, in both directions; nobody is told."""
    shell(
        scene.lab, director, "iptables -I INPUT -p tcp --dport 22 -j DROP; iptables -I OUTPUT -p tcp --sport 22 -j DROP"
    )


def thaw_link(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "iptables -F")


def another_hand(scene: Scene, director: str) -> None:
    data = scene.lab.read_file(director)
    scene.lab.write_file(director, b"# another hand was here\n" + data)


_holders: dict[str, threading.Thread] = {}


def hold_lock(scene: Scene, director: str) -> None:
    """As a second lvstui would, without its journal."""
    script = "exec flock /etc/keepalived sh -c 'echo $$ > /run/holder; exec sleep 60'"
    _holders[director] = threading.Thread(target=lambda: shell(scene.lab, director, script))
    _holders[director].start()
    until(lambda: scene.lab.exec(director, ["cat", "/run/holder"]).status == 0)


def release_lock(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "kill $(cat /run/holder); rm /run/holder")
    _holders.pop(director).join()


def complain(scene: Scene, director: str) -> None:
    """A keepalived that has something to say of every file with a drained server in it."""
    script = (
        "#!/bin/sh\nfor f; do :; done\n"
        'grep -q "weight 0" /etc/keepalived/keepalived.conf && echo "(Line 1) it does not like this" >&2\n'
        'exec /usr/sbin/keepalived "$@"\n'
    )
    scene.lab.write_file(director, script.encode(), "/usr/local/sbin/keepalived")
    shell(scene.lab, director, "chmod 755 /usr/local/sbin/keepalived")


def be_content(scene: Scene, director: str) -> None:
    shell(scene.lab, director, "rm -f /usr/local/sbin/keepalived")


def another_weight(scene: Scene, director: str) -> None:
    shell(scene.lab, director, f"ipvsadm -e -t 10.10.0.20:80 -r {TARGET.real_server} -m -w 5")


def nothing(scene: Scene, director: str) -> None:
    """There is nothing to lift."""


class Fault(NamedTuple):
    """What goes wrong, at which steps it makes sense, and how it is put right once the outcome is there."""

    name: str
    steps: tuple[str, ...]
    suite: tuple[str, ...]  # those of them that every run of the tests tries
    begin: Callable[[Scene, str], None]
    lift: Callable[[Scene, str], None] = nothing
    lifts_after: float = 0.0  # seconds after which it is lifted by itself, while the change goes on


def lab_fault(kind: str) -> tuple[Callable[[Scene, str], None], Callable[[Scene, str], None]]:
    def lift(scene: Scene, director: str) -> None:
        scene.lab.lift(kind, director)

    return lambda scene, director: scene.lab.fault(kind, director), lift


STEPS = ("stage", "test", "install", "reload", "verify", "confirm", "close")
_WRITES = ("stage", "install", "confirm", "close")
_AT_REST = ("stage", "test", "install", "verify", "confirm", "close")
FAULTS = (
    Fault("agent killed -9", STEPS, ("test", "reload", "confirm", "close"), kill_agent),
    Fault("console killed -9", _AT_REST, ("install", "close"), kill_console),
    Fault("link cut", STEPS, ("stage", "reload", "confirm"), lambda scene, director: scene.cut(director)),
    Fault("link frozen", _WRITES, ("install",), freeze_link, thaw_link, 8.0),
    Fault("disk full", _WRITES, ("install",), *lab_fault("disk-full")),
    Fault("disk read-only", _WRITES, ("confirm",), *lab_fault("disk-read-only")),
    Fault("file changed by another hand", ("stage", "install", "verify"), ("install", "verify"), another_hand),
    Fault("lock held", ("stage",), ("stage",), hold_lock, release_lock),
    Fault("-t complains anew", ("test",), ("test",), complain, be_content),
    Fault("keepalived dies", ("reload", "verify"), ("reload",), kill_keepalived),
    Fault("reload hangs", ("reload",), ("reload",), nothing),
    Fault("kernel shows something else", ("verify",), ("verify",), another_weight),
)


class Case(NamedTuple):
    fault: Fault
    step: str
    director: str

    def __str__(self) -> str:
        return f"{self.fault.name} at {self.step} on {self.director}"


def cases() -> Iterator[Case]:
    for fault in FAULTS:
        for step in fault.steps:
            for director in DIRECTORS:
                yield Case(fault, step, director)


class Row(NamedTuple):
    """Of the table: what the outcome was, and what both Directors had when all was settled."""

    fault: str
    step: str
    director: str
    outcome: str
    settled: str  # how what was left was settled, "" when nothing was
    ends: str


# --- a case ---


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
    argv = ["-m", "tests.lab.killed_console", str(scene.lab.directory), case.director, case.step]
    child = await asyncio.create_subprocess_exec(sys.executable, *argv)
    async with asyncio.timeout(2 * PATIENCE):
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
        keep = others == ["new"] or any("another hand" in line for line in one.lines)
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

    held = until(pair.held, settled, PATIENCE)
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
