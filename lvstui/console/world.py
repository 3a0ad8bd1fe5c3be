"""What the console needs of a session. Tests put a pair of their own behind it; nothing here is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the first frame waits for none of it
    from lvstui.cluster.intent import Intent, Record, Target
    from lvstui.cluster.outcome import Outcome, StepView
    from lvstui.cluster.plan import Plan
    from lvstui.cluster.view import ClusterView


class Changes(Protocol):
    """One open pair: what is known of it, and what can be changed."""

    name: str
    read_only: str | None

    def seen(self) -> ClusterView:
        """The last view that was made."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]: ...
    def reconnect(self, director: str) -> None: ...
    def plan(self, intent: Intent) -> Plan: ...
    async def plan_beside(self, intent: Intent) -> Plan:
        """Without holding the loop up."""

    def basis(self, targets: Sequence[Target]) -> object:
        """What a plan for these targets is made from: while it is equal, so is the plan, numbers of connections apart."""

    async def apply(
        self,
        plan: Plan,
        progress: Callable[[tuple[StepView, ...]], None],
        overrides: frozenset[str] = frozenset(),
    ) -> Outcome: ...
    def history(self) -> Sequence[Record]:
        """Oldest first. Reads a file; raises OSError."""

    async def settle(self, director: str, transaction: str, keep: bool) -> Outcome: ...
