"""Ends what an agent left unfinished: by itself where nothing is in doubt, otherwise as the operator says. Sans-IO.

The parts of a transition here are generators of commands, as in `transaction`.
"""

from __future__ import annotations

from typing import Any, Generator, List, NamedTuple, Optional, Sequence

from .commands import (
    FAILED,
    Command,
    Discard,
    Journal,
    Lock,
    Look,
    PutBack,
    Record,
    Reload,
    Say,
    Steps,
    Unlock,
    sentences,
)
from .journal import Left, named, settles_itself
from .messages import Settle, Step
from .system import NotRunning, Refused


class Recover(NamedTuple):
    """The agent's own request: look for what another one left, and tidy it if nothing is in doubt."""


def recover() -> Steps:
    """Tidy what an agent left before it installed anything, or after it was closed. Says nothing: nothing is in doubt."""
    try:
        yield Lock()
    except FAILED:
        return  # somebody is at it, or this agent may not write
    try:
        left: Optional[Left] = yield Look()
        if left is not None and settles_itself(left):
            yield from _forget(left)
    except FAILED:
        pass  # it stays, and is told
    yield Unlock()


def refuse_or_tidy() -> Generator[Command, Any, None]:
    """With the lock held, before a change: raises Refused when another one has to be settled first."""
    left: Optional[Left] = yield Look()
    if left is None:
        return
    if not settles_itself(left):
        raise Refused(f"{named(left.entry)} was left unfinished on this Director: settle it first")
    yield from _forget(left)


def settle(request: Settle) -> Steps:
    """As the operator says."""
    try:
        yield Lock()
    except FAILED as error:
        yield Say(Step(request.transaction, "settle", False, sentences(str(error), "Nothing was changed")))
        return
    try:
        left: Optional[Left] = yield Look()
        if left is None or left.entry.transaction != request.transaction:
            raise Refused("no such change was left unfinished on this Director. Nothing was changed")
        how = yield from (_keep if request.keep else _put_back)(left, request.limit)
        yield from _forget(left)
        yield Record(f"lvstui: {named(left.entry)}, which was left unfinished, is settled: {how}")
    except FAILED as error:
        yield Unlock()
        yield Say(Step(request.transaction, "settle", False, str(error)))
        return
    yield Unlock()
    yield Say(Step(request.transaction, "settle", True, how))


def _put_back(left: Left, limit: float) -> Generator[Command, Any, str]:
    """Nothing is moved unless every file can be."""
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
    found = {"another": "it has been changed by another hand", "nothing": "it cannot be read"}
    where = f"; the old file is {kept}" if kept else "; the old file is not kept any more"
    return found.get(holds, "it is the new file") + where


def _keep(left: Left, limit: float) -> Generator[Command, Any, str]:
    """Another hand's file is not loaded for it: whoever wrote it knows when."""
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


def _forget(left: Left) -> Generator[Command, Any, None]:
    yield from tidy([file.path for file in left.files])


def tidy(paths: Sequence[str]) -> Generator[Command, Any, None]:
    """Remove what was written beside the files, the journal last. Raises Refused: what could not be removed."""
    stuck: List[str] = []
    for path in paths:
        try:
            yield Discard(path)
        except FAILED as error:
            stuck.append(str(error))
    if stuck:
        raise Refused(sentences(*stuck))
    yield Journal(None)
