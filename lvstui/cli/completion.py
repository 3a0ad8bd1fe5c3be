"""Answer a shell that asks how a word may go on: from files on this machine alone, never from a Director.

A completion must not fail and must not wait: what cannot be read gives nothing.

Not for: how a shell asks (see `shell_completion`).
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
from click.shell_completion import CompletionItem

_DEPTH = 5  # Include within Include


def clusters(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the clusters of clusters.toml."""
    from lvstui.settings import clusters, places
    from lvstui.settings.values import SettingsError

    try:
        known = clusters.load(places.clusters_file()).clusters
    except SettingsError:
        return []
    return [
        CompletionItem(name, help=" ".join(director.host for director in one.directors))
        for name, one in known.items()
        if name.startswith(incomplete)
    ]


def directors(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the hosts that the ssh configuration names."""
    given = ctx.params.get("ssh_config") or (ctx.parent.params.get("ssh_config") if ctx.parent else None)
    hosts = ssh_hosts(Path(given) if given else Path("~/.ssh/config").expanduser())
    return _beginning(incomplete, hosts)


def clusters_and_directors(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return what may be opened: a cluster, as the first word, or a Director."""
    already = ctx.params.get("names") or ()
    return [*(clusters(ctx, param, incomplete) if not already else ()), *directors(ctx, param, incomplete)]


def real_servers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the real servers of the file that is named before, or those that were changed from this machine before."""
    return _beginning(incomplete, [real for _, real in _servers(ctx) if real])


def virtual_servers(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the virtual servers of the same."""
    return _beginning(incomplete, [virtual for virtual, _ in _servers(ctx)])


def _servers(ctx: click.Context) -> list[tuple[str, str]]:
    """Return (virtual server, real server), as far as this machine knows."""
    file = ctx.parent.params.get("file") if ctx.parent is not None else None
    try:
        if file is not None:
            from lvstui.cli.local_files import LocalFiles
            from lvstui.keepalived import load

            read = load(file, LocalFiles(), platform.node().partition(".")[0]).virtual_servers
            return [(one.id, str(real.key)) for one in read for real in one.real_servers]
        from lvstui.session.audit_log import HistoryFile
        from lvstui.settings import places

        return [
            (t.virtual_server, t.real_server)
            for record in HistoryFile(places.history_file()).read()
            for t in record.targets
        ]
    except OSError:
        return []


def themes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return lvstui's own themes."""
    from lvstui.settings.preferences import OWN_THEMES

    return _beginning(incomplete, OWN_THEMES)


def _beginning(incomplete: str, names: Iterable[str]) -> list[CompletionItem]:
    return [CompletionItem(name) for name in dict.fromkeys(names) if name.startswith(incomplete)]


def ssh_hosts(path: Path, depth: int = 0) -> Iterator[str]:
    """Return the names after Host, without patterns; Include is followed."""
    try:
        lines = path.read_text(errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        keyword, _, rest = line.strip().replace("=", " ", 1).partition(" ")
        words = [word.strip('"') for word in rest.split()]
        if keyword.lower() == "host":
            yield from (word for word in words if not set("*?!") & set(word))
        elif keyword.lower() == "include" and depth < _DEPTH:
            for word in words:
                pattern = Path(word).expanduser()
                folder = Path("/") if pattern.is_absolute() else Path("~/.ssh").expanduser()
                for found in sorted(folder.glob(str(pattern).lstrip("/"))):
                    yield from ssh_hosts(found, depth + 1)
