"""Opens the dialogs of changes: for which real servers, with what filled in.

It brings the language and the plans along, so `commands.changes` imports it when it is first needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from lvstui.cluster.history import last_change
from lvstui.cluster.intent import Record, Target
from lvstui.cluster.view import RealServerView
from lvstui.console.screens.change import ChangeScreen
from lvstui.console.screens.history import HistoryScreen
from lvstui.console.screens.settle import SettleScreen, unfinished
from lvstui.console.widgets.add_fields import Add
from lvstui.console.widgets.change_fields import Drain, Fields, Remove, Restore, Scope, Undo, Weight
from lvstui.operator import operator

if TYPE_CHECKING:
    from lvstui.console.screens.main import MainScreen

GRACE = 60.0  # seconds in which what comes by itself can be called off


def drain(main: MainScreen) -> None:
    reals = _meant(main)
    if reals:
        _open(main, Drain(_scope(main, reals, _at_zero, "at weight 0 already")), "r puts it back, u undoes it.")


def restore(main: MainScreen) -> None:
    reals = _meant(main)
    if reals:
        _open(main, Restore(_scope(main, reals, _not_drained, "not drained")), "u undoes it.")


def restore_due(main: MainScreen, due: Sequence[tuple[str, str]]) -> None:
    """Of these virtual and real servers, whose time has come: by itself, after a minute in which it can be called off."""
    targets = tuple(Target(*key) for key in due)
    _open(main, Restore(Scope(targets, "", (), "")), "u undoes it.", after_s=GRACE)


def weight(main: MainScreen, step: int = 0) -> None:
    """`step`: by how much it is changed at once."""
    reals = _meant(main)
    if reals:
        now = [weight for real in reals for weight in _configured(real)]
        _open(main, Weight(_scope(main, reals), now, step), "u undoes it.")


def remove(main: MainScreen) -> None:
    reals = _meant(main)
    if reals:
        _open(main, Remove(_scope(main, reals)), "u undoes it.")


def add(main: MainScreen) -> None:
    """A real server more, in the virtual server under the cursor and like the real server there, unless typed otherwise."""
    if not may_write(main) or main.session is None:
        return
    row = main.table.current()
    if row is None:
        main.tell("Move the cursor to the virtual server that it is to be added to, or to one of its real servers.")
    else:
        _open(main, Add(main.session.seen, row.virtual, row.real), "u undoes it.")


def undo(main: MainScreen) -> None:
    """Take the last change back."""
    if may_write(main):
        main.run_worker(_undo(main), name="undo", exclusive=True, group="history")


async def _undo(main: MainScreen) -> None:
    told = await _history(main)
    last = last_change(told) if told is not None else None
    if last is not None:
        _open(main, Undo(last), "u once more does it again.")
    elif told is not None:
        main.tell("Nothing to undo: no change of this pair was made from this machine yet.")


def history(main: MainScreen) -> None:
    """What was changed, by whom, when, and how it ended."""
    if main.session is None:
        main.tell("The Directors are not connected yet.")
    else:
        main.run_worker(_show_history(main), name="history", exclusive=True, group="history")


async def _show_history(main: MainScreen) -> None:
    told = await _history(main)
    if told is not None:
        main.app.push_screen(HistoryScreen(told, partial(undo, main)))


async def _history(main: MainScreen) -> Sequence[Record] | None:
    """Read beside the loop: the log may be long. None: it could not be read, and the operator has been told."""
    assert main.session is not None
    try:
        return await asyncio.to_thread(main.session.history)
    except OSError as error:
        main.tell(f"The history could not be read: {error}")
        return None


def settle(main: MainScreen) -> None:
    """End a change that was left unfinished."""
    if not may_write(main) or main.session is None or main.view is None:
        return
    left = unfinished(main.view.directors)
    if left:
        main.app.push_screen(SettleScreen(main.session, left, [one.name for one in main.view.directors]))
    else:
        main.tell("No change was left unfinished on the Directors.")


def _open(main: MainScreen, fields: Fields, after: str, *, after_s: float | None = None) -> None:
    assert main.session is not None  # see may_write

    def closed(applied: bool | None) -> None:
        if applied:
            main.table.clear_marks()  # what was meant is done

    main.app.push_screen(ChangeScreen(main.session, fields, operator(), after, by_itself_in=after_s), closed)


def may_write(main: MainScreen) -> bool:
    """Is there a session, and could it write? If not, the operator is told why."""
    reason = main.no_writes()
    if main.session is None or main.view is None:
        main.tell("The Directors are not connected yet.")
    elif reason is not None:
        main.tell(f"Nothing can be written now: {reason}.")
    else:
        return True
    return False


# --- which real servers ---


def _meant(main: MainScreen) -> tuple[RealServerView, ...]:
    """The one of the screen on top, the marked real servers, or the one under the cursor. Empty: the operator was told why."""
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
        main.tell(
            "All that is marked is hidden by the filter or folded: show it again, or clear the marks with Escape."
        )
    elif row is None:
        main.tell("Move the cursor to a real server first.")
    elif row.real is None:
        main.tell(
            f"{row.virtual.id} is a virtual server: move the cursor to one of its real servers, or mark them with space."
        )
    else:
        return (row.real,)
    return ()


def _found(main: MainScreen, target: Target) -> tuple[RealServerView, ...]:
    servers = main.view.virtual_servers if main.view is not None else ()
    for server in servers:
        for real in server.real_servers:
            if (real.virtual_server, real.id) == (target.virtual_server, target.real_server):
                return (real,)
    main.tell(f"{target.real_server} is not there any more.")
    return ()


Unfit = Callable[[RealServerView], bool]


def _scope(main: MainScreen, reals: Sequence[RealServerView], unfit: Unfit | None = None, why: str = "") -> Scope:
    """What is meant, and the whole machine. Of several, those for which there is nothing to do are left out, and that is said."""
    machines = {machine(real.id) for real in reals}
    everywhere: tuple[RealServerView, ...] = ()
    if len(machines) == 1 and main.view is not None:
        everywhere = tuple(
            real for server in main.view.virtual_servers for real in server.real_servers if machine(real.id) in machines
        )
    targets, left_out = _fit(reals, unfit)
    hidden = main.table.marks - len(main.table.marked()) if main.looked_at() is None else 0
    remarks = [
        f"{hidden} of the marked {'is' if hidden == 1 else 'are'} hidden, and left out." if hidden else "",
        f"Left as they are, for they are {why}: {left_out}." if left_out else "",
    ]
    return Scope(targets, min(machines), _fit(everywhere, unfit)[0], " ".join(filter(None, remarks)))


def _fit(reals: Sequence[RealServerView], unfit: Unfit | None) -> tuple[tuple[Target, ...], str]:
    """Those for which there is something to do, and the names of the others. All of them when there are no others."""
    fit = [real for real in reals if unfit is None or not unfit(real)]
    if not fit:
        fit = list(reals)  # the plan says why it is refused
    others = ", ".join(f"{real.id} in {real.virtual_server}" for real in reals if real not in fit)
    return tuple(Target(real.virtual_server, real.id) for real in fit), others


def machine(real_server: str) -> str:
    """The address of "address:port"."""
    return real_server.rpartition(":")[0].strip("[]")


def _configured(real: RealServerView) -> list[int]:
    """Its weight in each Director's file, where that is known."""
    return [one.configured_weight for one in real.directors.values() if one.configured_weight is not None]


def _at_zero(real: RealServerView) -> bool:
    weights = _configured(real)
    return bool(weights) and not any(weights)


def _not_drained(real: RealServerView) -> bool:
    return all(one.drained is None for one in real.directors.values())
