"""Define what the console needs of a session, changes included. Tests put a pair of their own behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from lvstui.console.read_only_port import ReadOnlySession

if TYPE_CHECKING:  # the first frame waits for none of it
    from lvstui.cluster.identity.target import Target
    from lvstui.cluster.plan.intent import ChangeRecord, Intent
    from lvstui.cluster.plan.outcome import Outcome, StepView
    from lvstui.cluster.plan.plan import Plan


class SessionPort(ReadOnlySession, Protocol):
    """An open pair of Directors: what is known of it, and what can be changed."""

    def subscribe(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever there is news. Return the function that ends it."""
        ...

    def reconnect(self, director: str) -> None: ...
    async def plan_in_worker(self, intent: Intent) -> Plan:
        """Return the plan of this intent, made without holding the loop up. Raises PlanRefused."""

    def basis(self, targets: Sequence[Target]) -> object:
        """Return what a plan for these targets is made from: while it is equal, so is the plan, but for connections."""

    async def apply(
        self,
        plan: Plan,
        progress: Callable[[tuple[StepView, ...]], None],
        overrides: frozenset[str] = frozenset(),
    ) -> Outcome:
        """Carry the plan out on the Directors. Raises PlanRefused."""
        ...

    def history(self) -> Sequence[ChangeRecord]:
        """Return the changes that were made from this machine, oldest first. Reads a file; raises OSError."""

    async def settle(self, director: str, transaction: str, keep: bool) -> Outcome:
        """End an unfinished change. Raises PlanRefused."""
        ...
