"""What lies in a Director's files and is not loaded yet, as far as it is known what was loaded.

Not for: whether anything is (see `director`).
"""

from __future__ import annotations

from collections.abc import Iterator

from lvstui.cluster.facts import Facts
from lvstui.keepalived import Configuration, FileChange, edit
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
    loaded = before
    if facts.pending and facts.loaded is not None:
        loaded = again(before, {file.path: file.data for file in facts.loaded.files if file.error is None})
    old, new = _checkers(loaded), _checkers(after)
    for key, checkers in new.items():
        if facts.alive.get(key) is False and key in old and old[key] != checkers:
            yield key


def _checkers(configuration: Configuration) -> dict[tuple[str, str], list[tuple[str, tuple[str, ...]]]]:
    return {
        (server.id, str(real.key)): [(checker.kind, checker.options) for checker in real.checkers]
        for server in configuration.virtual_servers
        for real in server.real_servers
    }
