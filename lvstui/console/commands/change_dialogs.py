"""Open the dialogs of changes: for which real servers, with what filled in.

It brings the language and the plans along, so `change_actions` imports it when it is first needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lvstui.cluster.identity.target import Target, machine_of
from lvstui.cluster.plan.intent import ChangeRecord
from lvstui.cluster.plan.record import last_change
from lvstui.cluster.view import RealServerView
from lvstui.console.actions import CLEAR, RESTORE, UNDO
from lvstui.console.app_parts import parts_of
from lvstui.console.change.forms.add_fields import AddFields
from lvstui.console.change.forms.drain_fields import DrainFields
from lvstui.console.change.forms.fields import Fields, RemoveFields, RestoreFields, Scope, UndoFields
from lvstui.console.change.forms.weight_fields import WeightFields
from lvstui.console.change.history_screen import HistoryScreen
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.change.settle_screen import SettleScreen, unfinished
from lvstui.console.table.rows import TableRow
from lvstui.settings.operator import operator

if TYPE_CHECKING:
    from lvstui.console.screens.main_screen import MainScreen

GRACE = 60.0  # seconds in which what comes by itself can be called off


def drain(main: MainScreen) -> None:
    reals = _meant(main)
    if reals:
        open_dialog(
            main,
            DrainFields(_scope(main, reals, _at_zero, "already at weight 0")),
            f"{parts_of(main.app).keys.label(RESTORE)} restores the weight; {_reverts(main)}",
        )


def restore(main: MainScreen) -> None:
    reals = _meant(main)
    if reals:
        open_dialog(main, RestoreFields(_scope(main, reals, _not_drained, "not drained")), _reverts(main))


def restore_machine(main: MainScreen, machine: str) -> None:
    """Restore all of a machine whose drain is in progress, in every virtual server."""
    if not may_write(main) or main.newest is None:
        return
    drains = {(one.virtual_server, one.real_server) for one in main.newest.drains}
    reals = [
        real
        for server in main.newest.virtual_servers
        for real in server.real_servers
        if machine_of(real.id) == machine and (real.virtual_server, real.id) in drains
    ]
    targets, left_out = _fit(reals, _not_drained)
    if targets:
        remark = f"Left unchanged (not drained): {left_out}." if left_out else ""
        open_dialog(main, RestoreFields(Scope(targets, machine, (), remark)), _reverts(main))
    else:
        main.tell(f"{machine} is no longer drained.")


def restore_due(main: MainScreen, due: Sequence[tuple[str, str]]) -> None:
    """Restore these, whose time has come, by itself: after a minute in which it can be called off."""
    targets = tuple(Target(*key) for key in due)
    open_dialog(main, RestoreFields(Scope(targets, "", (), "")), _reverts(main), after_s=GRACE)


def weight(main: MainScreen, step: int = 0) -> None:
    """Set a weight; `step` is by how much it is changed at once."""
    reals = _meant(main)
    if reals:
        now = [weight for real in reals for weight in _configured(real)]
        open_dialog(main, WeightFields(_scope(main, reals), now, step), _reverts(main))


def remove(main: MainScreen) -> None:
    reals = _meant(main)
    if reals:
        open_dialog(main, RemoveFields(_scope(main, reals)), _reverts(main))


def add(main: MainScreen) -> None:
    """Add a real server, to the virtual server under the cursor and like the real server there, unless typed otherwise."""
    if not may_write(main) or main.session is None:
        return
    looked_at = main.looked_at()
    row = main.table.current() if looked_at is None else _row(main, looked_at)
    if row is None:
        main.tell("Move the cursor to the virtual server to add to, or to one of its real servers.")
    else:
        open_dialog(main, AddFields(main.session.seen, row.virtual, row.real), _reverts(main))


def undo(main: MainScreen) -> None:
    """Take the last change back."""
    if may_write(main):
        main.run_worker(_undo(main), name="undo", exclusive=True, group="history")


async def _undo(main: MainScreen) -> None:
    records = await _history(main)
    last = last_change(records) if records is not None else None
    if last is not None:
        open_dialog(main, UndoFields(last), "u again makes the change again.")
    elif records is not None:
        main.tell("Nothing to undo: no change of this pair has been made from this machine.")


def history(main: MainScreen) -> None:
    """Show what was changed, by whom, when, and how it ended."""
    if main.session is None:
        main.tell("The Directors are not connected yet.")
    else:
        main.run_worker(_show_history(main), name="history", exclusive=True, group="history")


async def _show_history(main: MainScreen) -> None:
    records = await _history(main)
    if records is not None:
        main.app.push_screen(HistoryScreen(records, partial(undo, main)))


async def _history(main: MainScreen) -> Sequence[ChangeRecord] | None:
    """Return the history, read beside the loop, as it may be long. None: it could not be read, and the operator was told."""
    assert main.session is not None
    try:
        return await asyncio.to_thread(main.session.history)
    except OSError as error:
        main.tell(f"The history could not be read: {error}")
        return None


def settle(main: MainScreen) -> None:
    """End a change that was left unfinished."""
    if not may_write(main) or main.session is None or main.newest is None:
        return
    left = unfinished(main.newest.directors)
    if left:
        main.app.push_screen(SettleScreen(main.session, left, [one.name for one in main.newest.directors]))
    else:
        main.tell("No unfinished change on the Directors.")


def open_dialog(main: MainScreen, fields: Fields, after: str, *, after_s: float | None = None) -> None:
    """Open the dialog of a change; `after` says what can be done when it is done."""
    assert main.session is not None  # see may_write

    def closed(applied: bool | None) -> None:
        if applied:
            main.table.clear_marks()  # what was meant is done

    main.app.push_screen(ChangeScreen(main.session, fields, operator(), after, by_itself_in=after_s), closed)


def may_write(main: MainScreen) -> bool:
    """Return True if there is a session that could write. If not, the operator is told why."""
    reason = main.no_writes()
    if main.session is None or main.newest is None:
        main.tell("The Directors are not connected yet.")
    elif reason is not None:
        main.tell(f"No changes are possible now: {reason}.")
    else:
        return True
    return False


# --- which real servers ---


def _meant(main: MainScreen) -> tuple[RealServerView, ...]:
    """Return the one of the screen on top, the marked ones, or the one under the cursor. Empty: the operator was told why."""
    if not may_write(main):
        return ()
    looked_at = main.looked_at()
    if looked_at is not None:
        return _found(main, looked_at)
    marked = tuple(row.real for row in main.table.marked() if row.real is not None)
    row = main.table.current()
    if marked:
        return marked
    if main.table.marks:
        clear = parts_of(main.app).keys.named(CLEAR)
        main.tell(
            f"Every selected server is hidden by the filter or a fold: show it, or clear the selection with {clear}."
        )
    elif row is None:
        main.tell("Move the cursor to a real server first.")
    elif row.sorry is not None:
        main.tell(f"{row.sorry.id} is the sorry server of {row.virtual.id}: change it in the file.")
    elif row.real is None:
        main.tell(
            f"{row.virtual.id} is a virtual server: move the cursor to one of its real servers, or select them with space."
        )
    else:
        return (row.real,)
    return ()


def _row(main: MainScreen, target: Target) -> TableRow | None:
    """Return the row of a real server that another screen is about; None: it is gone."""
    servers = main.newest.virtual_servers if main.newest is not None else ()
    for server in servers:
        for real in server.real_servers if server.id == target.virtual_server else ():
            if real.id == target.real_server:
                return TableRow(server, real)
    return None


def _found(main: MainScreen, target: Target) -> tuple[RealServerView, ...]:
    row = _row(main, target)
    if row is None or row.real is None:
        main.tell(f"{target.real_server} no longer exists.")
        return ()
    return (row.real,)


Unfit = Callable[[RealServerView], bool]


def _scope(main: MainScreen, reals: Sequence[RealServerView], unfit: Unfit | None = None, why: str = "") -> Scope:
    """Return what is meant, and the whole machine; without those, of several, for which there is nothing to do."""
    machines = {machine_of(real.id) for real in reals}
    everywhere: tuple[RealServerView, ...] = ()
    if len(machines) == 1 and main.newest is not None:
        everywhere = tuple(
            real
            for server in main.newest.virtual_servers
            for real in server.real_servers
            if machine_of(real.id) in machines
        )
    targets, left_out = _fit(reals, unfit)
    hidden = main.table.marks - len(main.table.marked()) if main.looked_at() is None else 0
    remarks = [
        f"{hidden} of the selected servers {'is' if hidden == 1 else 'are'} hidden and not included." if hidden else "",
        f"Left unchanged ({why}): {left_out}." if left_out else "",
    ]
    return Scope(targets, min(machines), _fit(everywhere, unfit)[0], " ".join(filter(None, remarks)))


def _fit(reals: Sequence[RealServerView], unfit: Unfit | None) -> tuple[tuple[Target, ...], str]:
    """Return those for which there is something to do, or all where there is none; and the names of the others."""
    fit = [real for real in reals if unfit is None or not unfit(real)]
    if not fit:
        fit = list(reals)  # the plan says why it is refused
    others = ", ".join(f"{real.id} in {real.virtual_server}" for real in reals if real not in fit)
    return tuple(Target(real.virtual_server, real.id) for real in fit), others


def _configured(real: RealServerView) -> list[int]:
    """Return its weight in each Director's file, where that is known."""
    return [one.configured_weight for one in real.directors.values() if one.configured_weight is not None]


def _at_zero(real: RealServerView) -> bool:
    weights = _configured(real)
    return bool(weights) and not any(weights)


def _not_drained(real: RealServerView) -> bool:
    return all(one.drained is None for one in real.directors.values())


def _reverts(main: MainScreen) -> str:
    """Say which key takes a change back."""
    return f"{parts_of(main.app).keys.label(UNDO)} reverts this change."
