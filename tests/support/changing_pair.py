"""Two Directors that do what a change tells them, unless a fault is put in: a coordinator with its agents and kernels."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from lvstui.cluster.change.coordinator import Command, Coordinator
from lvstui.cluster.director_facts import UnfinishedView
from lvstui.cluster.plan.plan import make
from lvstui.director.protocol.change_messages import (
    Close,
    Confirm,
    Install,
    RollBack,
    Settle,
    Stage,
    Step,
    Tested,
    Unfinished,
)
from lvstui.director.protocol.file_messages import Files
from lvstui.director.protocol.ipvs_messages import Ipvs
from lvstui.director.protocol.link_messages import Hello, Refresh
from lvstui.director.protocol.message_registry import Message
from lvstui.director.protocol.vrrp_messages import Vrrp
from tests.support.pair import PATH, drain, pair

COMPLAINT = "(Line 15) Unknown keyword 'nb_get_retry'"
SAMPLE = Ipvs(2.0, True, True, (), (), None)
DUMP = Vrrp(2.0, (), None)
HELLO = Hello(2.0, 2.0, "d", "root", True, "6.1", "3.11", ())
CONFIRMED = UnfinishedView("t1", "Drain", "ana@ops1", 1.0, (), True)
_STEPS: dict[type, str] = {
    Stage: "stage",
    Install: "install",
    Refresh: "verify",
    Confirm: "confirm",
    Close: "close",
    RollBack: "roll back",
    Settle: "settle",
}
ORDER = ["director2", "director1"]


class Cluster:
    """Two Directors that do what they are told, unless `fault` says otherwise for (director, step)."""

    def __init__(self, fault: tuple[str, str, str] | None = None) -> None:
        self.facts = {one.name: one for one in pair()}
        self.original = dict(self.facts)
        self.fault = fault
        self.sent: list[tuple[str, str]] = []
        self.plan = make(drain(), list(self.facts.values()))
        self.change = Coordinator(self.plan, self.facts.__getitem__, id="t1", overrides=frozenset())
        self.now = 0.0
        self.dead: set[str] = set()
        self.settled: list[bool] = []  # was it kept

    def run(self) -> None:
        """Until there is an outcome, or nothing more happens within the longest limit."""
        queue = self.change.start(self.now)
        while self.change.outcome is None and self.now < 2000:
            while queue:
                name, command = queue.pop(0)
                queue += self.perform(name, command)
            self.now += 1
            queue += self.change.tick(self.now)

    def perform(self, name: str, command: object) -> list[Command]:
        self.sent.append((name, type(command).__name__))
        if name in self.dead:
            return []
        if isinstance(command, Settle):
            self.settled.append(command.keep)
        step = _STEPS[type(command)]
        how = self._fault(name, step)
        if how == "silent":
            return []
        if how == "lost":
            self.dead.add(name)
            if step in ("install", "verify"):
                self.kernel(name, 1)
            return self.change.lost(name, self.now)
        answers: list[Message] = []
        if step == "stage":
            answers = self._staged(name, how)
        elif step == "verify":
            answers = [SAMPLE, DUMP]
        else:
            if step == "install" and how is None:
                self.kernel(name, 1 if self._fault(name, "kernel") else 0)
            if step == "roll back" or (step == "confirm" and how) or (isinstance(command, Settle) and not command.keep):
                self.kernel(name, 1)
            answers = [Step("t1", step, how is None, "no: put back" if how else "")]
        return [command for answer in answers for command in self.change.receive(name, answer, self.now)]

    def _staged(self, name: str, how: str | None) -> list[Message]:
        if how is not None:
            return [Step("t1", "stage", False, "the file was changed by someone else. Nothing was changed")]
        extra = (f"{COMPLAINT} again",) if self._fault(name, "test") else ()
        tested = Tested("t1", 5, (COMPLAINT, COMPLAINT, *extra), 5, (COMPLAINT,), True, "")
        return [Step("t1", "stage", True, ""), tested, Step("t1", "test", True, "")]

    def _fault(self, name: str, step: str) -> str | None:
        if self.fault is not None and self.fault[:2] == (name, step):
            return self.fault[2]
        return None

    def kernel(self, name: str, weight: int) -> None:
        meant = next(one for one in self.plan.directors if one.name == name).expected
        weights = dict(self.facts[name].weights or {})
        weights.update({key: weight for key, _ in meant})
        self.facts[name] = replace(self.facts[name], weights=weights)

    def comes_back(
        self,
        name: str,
        *,
        new: bool,
        unfinished: UnfinishedView | None = None,
        busy: str = "",
        weight: int | None = None,
    ) -> None:
        """A lost Director's link is there again, and what its new agent tells."""
        self.dead.discard(name)
        self.fault = None
        self.kernel(name, weight if weight is not None else 0 if new else 1)
        self._files(name, new)
        self.facts[name] = replace(self.facts[name], unfinished=unfinished)
        told: list[Message] = [HELLO, SAMPLE, Files(2.0, PATH, (), (), None), Unfinished(2.0, None, None, busy)]
        queue = [command for message in told for command in self.change.receive(name, message, self.now)]
        while queue:
            one, command = queue.pop(0)
            queue += self.perform(one, command)

    def _files(self, name: str, new: bool) -> None:
        [replacement] = next(one for one in self.plan.directors if one.name == name).replacements
        files = self.original[name].files
        assert files is not None
        file = files.files[0]
        if new:
            file = file._replace(data=replacement.data, sha256=hashlib.sha256(replacement.data).hexdigest())
        self.facts[name] = replace(self.facts[name], files=replace(files, files=(file,)))

    def commands(self, kind: str) -> list[str]:
        return [name for name, command in self.sent if command == kind]


def run_until_lost(cluster: Cluster) -> None:
    """Everything that happens until a Director is waited for, and nobody else is."""
    queue = cluster.change.start(cluster.now)
    while queue:
        name, command = queue.pop(0)
        queue += cluster.perform(name, command)
    assert cluster.change.outcome is None
