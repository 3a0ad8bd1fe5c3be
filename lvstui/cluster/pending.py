"""What lies in a Director's files and is not loaded yet, as far as it is known what was loaded.

Not for: whether anything is (see `director`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lvstui.cluster.facts import Facts
from lvstui.keepalived import Configuration, FileChange, RealServer, edit
from lvstui.keepalived.edit import Edit
from lvstui.keepalived.load import again


def unloaded(facts: Facts) -> str | None:
    """The diff from what keepalived has loaded to what lies there; None: not known."""
    if facts.loaded is None or facts.files is None:
        return None
    old = {file.path: file.data for file in facts.loaded.files}
    new = {file.path: file.data for file in facts.files.files}
    paths = dict.fromkeys((*old, *new))
    changes = (FileChange(path, old.get(path, b""), new.get(path, b"")) for path in paths)
    return edit.diff(Edit(tuple(one for one in changes if one.before != one.after), ""))


def revived(facts: Facts, before: Configuration, after: Configuration) -> Iterator[tuple[str, str]]:
    """Real servers that are down and whose checkers are not those that keepalived has loaded."""
    down = {key for key, alive in facts.alive.items() if not alive}
    if not down:
        return
    loaded = before
    if facts.pending and facts.loaded is not None:
        loaded = again(before, {file.path: file.data for file in facts.loaded.files if file.error is None})
    for server in after.virtual_servers:
        old = loaded.virtual_server(server.id)
        if old is None or old is server:
            continue
        for real in server.real_servers:
            known = old.real_server(real.key)
            if known is not None and _checks(known) != _checks(real) and (server.id, str(real.key)) in down:
                yield server.id, str(real.key)


def _checks(real: RealServer) -> list[tuple[str, tuple[str, ...]]]:
    return [(checker.kind, checker.options) for checker in real.checkers]
