"""Follow who is MASTER of each virtual router while a change moves them, to say whether one was ever without. Pure.

Where the old MASTER ended, it gave up with an advert of priority 0, which the new one heard before it entered its state.
Otherwise the old one gives up because it hears the new one, and keepalived says when each of them entered its state. All are
times by the operator's clock, as exactly as the Directors' clocks are known. Where one is not told, the readings decide.

Not for: whether they are where they should be in the end (see `verification`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from lvstui.cluster.plan.facts import Facts, InstanceFacts
from lvstui.cluster.plan.mastership import ExpectedMaster
from lvstui.cluster.plan.outcome import Outcome, SeenTakeover
from lvstui.cluster.text import counted
from lvstui.director.protocol.host_messages import Network
from lvstui.director.protocol.keepalived_messages import Log
from lvstui.director.protocol.message_registry import Message
from lvstui.director.protocol.vrrp_messages import Adverts, Vrrp

_LOGGED = (
    0.2  # seconds after which keepalived may log what it did: it sends its first advert, and sets its VIPs, before
)
FactsOf = Callable[[str], Facts]
_TELL_OF_MASTERS = (Adverts, Log, Network, Vrrp)


class MasterWatch:
    """The virtual routers that a change moves."""

    def __init__(self, takeovers: Sequence[ExpectedMaster]) -> None:
        self._moving = [one for one in takeovers if one.moves]
        self._begun = False
        self._readings = 0
        self._without: dict[str, int] = {}  # readings in which an instance had no MASTER

    def begin(self) -> None:
        """Watch from now on."""
        self._begun = True

    def receive(self, message: Message, facts: FactsOf) -> None:
        """Take in a reading: what is known of every Director after a message that may tell of a MASTER."""
        if not self._begun or not self._moving or not isinstance(message, _TELL_OF_MASTERS):
            return
        known = {name: facts(name) for name in {side.director for one in self._moving for side in one.router}}
        self._readings += 1
        for one in self._moving:
            if not any(known[side.director].vrrp.get(side.key) == "MASTER" for side in one.router):
                self._without[one.name] = self._without.get(one.name, 0) + 1

    def told(self, outcome: Outcome, facts: FactsOf) -> Outcome:
        """Return the outcome with what was seen of each takeover."""
        if outcome.kind != "done" or not self._moving:
            return outcome
        seen = tuple(self._seen(facts))
        return replace(outcome, text=outcome.text + said(seen), takeovers=seen)

    def _seen(self, facts: FactsOf) -> Iterator[SeenTakeover]:
        for one in self._moving:
            new, old = (_known(facts, one, director) for director in (one.after, one.before))
            entered, left = new.since, new.gave_up if one.without_s else old.since
            gap = uncertainty = None
            if entered is not None and left is not None:
                gap = entered.wall - left.wall
                uncertainty = entered.uncertainty_s + left.uncertainty_s + _LOGGED
            yield SeenTakeover(
                one.name, one.after or "", gap, uncertainty, self._readings, self._without.get(one.name, 0)
            )


def _known(facts: FactsOf, takeover: ExpectedMaster, director: str | None) -> InstanceFacts:
    side = takeover.of(director)
    known = None if side is None else facts(side.director).details.get(side.key)
    return InstanceFacts() if known is None else known


def said(seen: Sequence[SeenTakeover]) -> str:
    """Return it as an outcome's sentence goes on."""
    without = [one for one in seen if one.without]
    head = "no instance was without a MASTER" if not without else "AN INSTANCE WAS WITHOUT A MASTER"
    return f"; {head}: {', '.join(map(_one, seen))} ({counted(seen[0].readings, 'reading')})"


def _one(seen: SeenTakeover) -> str:
    if seen.gap_s is None or seen.uncertainty_s is None:
        some = (
            f"{counted(seen.empty_readings, 'reading')} showed none"
            if seen.empty_readings
            else "every reading showed one"
        )
        return f"{seen.instance} {some}"
    if abs(seen.gap_s) <= seen.uncertainty_s:
        return f"{seen.instance} moved at once (± {seen.uncertainty_s:.3f} s)"
    return f"{seen.instance} had {'none' if seen.without else 'two'} for {abs(seen.gap_s):.3f} s ± {seen.uncertainty_s:.3f} s"
