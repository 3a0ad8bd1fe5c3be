"""Tell what lies in a Director's files and is not loaded yet, as far as it is known what was loaded.

Not for: whether anything is (see `observed.files.configuration`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from lvstui.cluster.plan.facts import Facts
from lvstui.keepalived import Configuration, ConfiguredRealServer, FileChange, secrets
from lvstui.keepalived.editing import edit
from lvstui.keepalived.editing.diff import changed
from lvstui.keepalived.editing.edit import Edit
from lvstui.keepalived.reading.load import again


@dataclass(frozen=True)
class Unloaded:
    """The diff from what keepalived has loaded to what lies there, and how many lines it adds and takes out."""

    diff: str
    added: int
    removed: int


def unloaded(facts: Facts) -> Unloaded | None:
    """Return what a Director's keepalived has not loaded; None: not known."""
    if facts.loaded is None or facts.files is None:
        return None
    old = {file.path: file.data for file in facts.loaded.files}
    new = {file.path: file.data for file in facts.files.files}
    paths = dict.fromkeys((*old, *new))
    files = [FileChange(path, old.get(path, b""), new.get(path, b"")) for path in paths]
    changes = tuple(one for one in files if one.before != one.after)
    blocks = [block for one in changes for block in changed(one.before, one.after)]
    others = secrets.known((*old.values(), *new.values()))
    return Unloaded(
        edit.diff(Edit(changes, "", others)),
        sum(block.j2 - block.j1 for block in blocks),
        sum(block.i2 - block.i1 for block in blocks),
    )


def loaded_configuration(facts: Facts, now: Configuration) -> Configuration | None:
    """Return what keepalived has loaded; `now` is what the files say. None: not known, or not to be read any more."""
    if facts.loaded is None:
        return None
    known = {file.path: file.data for file in facts.loaded.files if file.error is None}
    later = {source.path: b"" for source in now.files if source.path not in known}
    found = again(now, later | known)
    read = {source.path for source in found.files}
    return found if all(path in read for path, data in known.items() if data) else None


def revived(facts: Facts, before: Configuration, after: Configuration) -> Iterator[tuple[str, str]]:
    """Return the real servers that are down and whose checkers are not those that keepalived has loaded."""
    down = {key for key, alive in facts.alive.items() if not alive}
    if not down:
        return
    loaded = before
    if facts.pending and facts.loaded is not None:
        loaded = again(before, {file.path: file.data for file in facts.loaded.files if file.error is None})
    for server in after.virtual_servers:
        old = loaded.virtual_server(server.full_id)
        if old is None or old is server:
            continue
        for real in server.real_servers:
            known = old.real_server(real.key)
            if known is not None and _checks(known) != _checks(real) and (server.id, str(real.key)) in down:
                yield server.id, str(real.key)


def _checks(real: ConfiguredRealServer) -> list[tuple[str, tuple[str, ...]]]:
    return [(checker.kind, checker.options) for checker in real.checkers]
