"""End what an agent left unfinished: alone where nothing is in doubt, otherwise as the operator says. Sans-IO.

The parts of a transition here are generators of commands, as in `transaction`.
"""

from __future__ import annotations

from typing import Any, Generator, List, NamedTuple, Optional, Sequence

from ..journal import INTERRUPTED, UNDONE, LeftJournal, change_in_words, settles_itself, undoes_itself
from ..protocol.change_messages import Settle, Step
from ..system import NotRunning, Refused
from .commands import (
    FAILED,
    Command,
    Discard,
    Journal,
    Lock,
    PutBack,
    ReadLeftJournal,
    Reload,
    Say,
    StartAgain,
    Steps,
    Unlock,
    WriteSyslog,
    sentences,
)

_RELOAD = 300.0  # seconds


class Recover(NamedTuple):
    """The agent's own request: look for what another one left, and tidy it if nothing is in doubt."""


def recover() -> Steps:
    """Tidy what an agent left before it installed anything, or after it was closed. Says nothing: nothing is in doubt.

    What is left of a drill is undone; that stays written down until it was told.
    """
    try:
        yield Lock()
    except FAILED:
        return  # somebody is at it, or this agent may not write
    try:
        left: Optional[LeftJournal] = yield ReadLeftJournal()
        if left is not None and undoes_itself(left):
            yield from undo_drill(left, "its console and its agent were gone")
        elif left is not None and settles_itself(left):
            yield from _forget(left)
    except FAILED:
        pass  # it stays, and is told
    yield Unlock()


def refuse_or_tidy() -> Generator[Command, Any, None]:
    """Tidy what another agent left, with the lock held; raises Refused when it has to be settled first."""
    left: Optional[LeftJournal] = yield ReadLeftJournal()
    if left is None:
        return
    if not settles_itself(left):
        raise Refused(f"{change_in_words(left.entry)} was left unfinished on this Director: settle it first")
    if undoes_itself(left):
        yield from undo_drill(left, "its console and its agent were gone")
    else:
        yield from _forget(left)


def undo_drill(left: LeftJournal, why: str) -> Generator[Command, Any, str]:
    """Undo what a drill had begun: the old files are loaded, keepalived runs. Raises Refused, with that in the journal."""
    entry = left.entry
    try:
        if entry.phase == INTERRUPTED:
            said: str = yield StartAgain(entry.start)
            how = said or "keepalived runs"
        else:
            how = yield from _put_back(left, _RELOAD)
            yield from _discard([file.path for file in left.files])
    except FAILED as error:
        yield Journal(entry._replace(note=sentences(why, "IT COULD NOT BE UNDONE", str(error))))
        raise Refused(str(error)) from None
    how = sentences(f"{why[:1].upper()}{why[1:]}", how)
    yield Journal(entry._replace(phase=UNDONE, note=how))
    yield WriteSyslog(f"lvstui: {change_in_words(entry)}, a drill, was undone: {how}")
    return how


def settle(request: Settle) -> Steps:
    """End a change that was left unfinished, as the operator says."""
    try:
        yield Lock()
    except FAILED as error:
        yield Say(Step(request.transaction, "settle", False, sentences(str(error), "Nothing was changed")))
        return
    try:
        left: Optional[LeftJournal] = yield ReadLeftJournal()
        if left is None or left.entry.transaction != request.transaction:
            raise Refused("no such change was left unfinished on this Director. Nothing was changed")
        drill = left.entry.phase == INTERRUPTED
        if drill and request.keep:
            how = "keepalived was left as it is"
        elif drill:
            how = yield from undo_drill(left, "it was settled")
        else:
            how = yield from (_keep if request.keep else _put_back)(left, request.limit)
        yield from _forget(left)
        yield WriteSyslog(f"lvstui: {change_in_words(left.entry)}, which was left unfinished, is settled: {how}")
    except FAILED as error:
        yield Unlock()
        yield Say(Step(request.transaction, "settle", False, str(error)))
        return
    yield Unlock()
    yield Say(Step(request.transaction, "settle", True, how))


def _put_back(left: LeftJournal, limit: float) -> Generator[Command, Any, str]:
    """Put the old files back and load them. Nothing is moved unless every file can be."""
    hashes = {file.path: file.new for file in left.entry.files}
    stuck = [file for file in left.files if file.holds != "old" and not (file.holds == "new" and file.kept)]
    if stuck:
        what = [f"{file.path} cannot be put back: {_why(file.holds, file.kept)}" for file in stuck]
        raise Refused(sentences(*what, "Nothing was changed"))
    for file in left.files:
        if file.holds == "new":
            yield PutBack(file.path, hashes[file.path])
    said = yield from _load(limit, "The old files are back")
    return sentences("The old files are back", said)


def _why(holds: str, kept: str) -> str:
    found = {"another": "it has been changed by someone else", "nothing": "it cannot be read"}
    where = f"; the old file is {kept}" if kept else "; the old file is not kept any more"
    return found.get(holds, "it is the new file") + where


def _keep(left: LeftJournal, limit: float) -> Generator[Command, Any, str]:
    """Leave the files and load them, but not where another hand has changed one: whoever wrote it knows when."""
    if any(file.holds not in ("old", "new") for file in left.files):
        return "The files were left as they are; keepalived was not reloaded, as another hand has changed them"
    said = yield from _load(limit, "The files were left as they are")
    return sentences("The files were left as they are", said)


def _load(limit: float, files: str) -> Generator[Command, Any, str]:
    try:
        said: str = yield Reload(limit, undo=True)
    except NotRunning:
        return "keepalived does not run: it reads them when it is started"
    except FAILED as error:
        raise Refused(
            sentences(f"{files}, but keepalived has not loaded them", str(error), "Settle it again")
        ) from None
    return said or "keepalived has loaded them"


def _forget(left: LeftJournal) -> Generator[Command, Any, None]:
    yield from tidy([file.path for file in left.files])


def tidy(paths: Sequence[str]) -> Generator[Command, Any, None]:
    """Remove what was written next to the files, the journal last. Raises Refused: what could not be removed."""
    yield from _discard(paths)
    yield Journal(None)


def _discard(paths: Sequence[str]) -> Generator[Command, Any, None]:
    stuck: List[str] = []
    for path in paths:
        try:
            yield Discard(path)
        except FAILED as error:
            stuck.append(str(error))
    if stuck:
        raise Refused(sentences(*stuck))
