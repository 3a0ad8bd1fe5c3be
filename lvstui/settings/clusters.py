"""Read clusters.toml: which clusters there are, and how their Directors are reached."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from lvstui.settings import preferences
from lvstui.settings.document import Document, TomlTable
from lvstui.settings.values import Clusters, ClusterSettings, DirectorSettings, SettingsError

_PAIR = 'it must be the two Directors: directors = ["director1", "director2"]'


def load(path: Path, actions: Collection[str] = ()) -> Clusters:
    """Return the file's clusters; none when it is not there. Raises SettingsError.

    `actions`: the names that may be given keys.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Clusters()
    except OSError as error:
        raise SettingsError(f"{path}: it cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: it cannot be read: {error}") from error
    return read(path, text, actions)


def read(path: Path, text: str, actions: Collection[str] = ()) -> Clusters:
    """Return the clusters of a text; `path` is for errors. Raises SettingsError."""
    document = Document(path, text)
    top = document.top
    general = preferences.read(top, actions)
    clusters: dict[str, ClusterSettings] = {}
    for name in top.left():
        if isinstance(document.values[name], dict):
            clusters[name] = _cluster(name, top.table(name), path.parent, actions)
    top.finish()
    return Clusters(clusters, general)


def pair(names: Sequence[str]) -> tuple[DirectorSettings, DirectorSettings]:
    """Return two Directors that were named outside the file, by its rules for names. Raises SettingsError."""
    first, second = names
    for name in (first, second):
        _check_host(name, SettingsError)
    _check_differ(first, second, SettingsError)
    return DirectorSettings(first), DirectorSettings(second)


def _cluster(name: str, table: TomlTable, folder: Path, actions: Collection[str]) -> ClusterSettings:
    if name.startswith("-") or not name or " " in name or not name.isprintable():
        raise table.error(None, f"{name!r} cannot be a cluster's name; it must be one word that does not begin with -")
    ssh_config = table.take("ssh_config", str)
    keepalived = _keepalived(table)
    cluster = ClusterSettings(
        name=name,
        directors=_with_keepalived(_directors(table), keepalived),
        ssh_config=None if ssh_config is None else folder / Path(ssh_config).expanduser(),
        read_only=table.take("read_only", bool) or False,
        production=table.take("production", bool) or False,
        preferences=preferences.read(table, actions),
    )
    table.finish()
    if cluster.ssh_config is not None and not cluster.ssh_config.is_file():
        raise table.error("ssh_config", f"there is no file {cluster.ssh_config}; it must be an ssh_config(5)")
    return cluster


def _keepalived(table: TomlTable) -> str | None:
    name = table.take("keepalived", str)
    if name is not None and (not name or not name.isprintable()):
        raise table.error(
            "keepalived", f'{name!r} names no keepalived; it must be its instance, say: keepalived = "web1"'
        )
    return name


def _with_keepalived(
    directors: tuple[DirectorSettings, DirectorSettings], name: str | None
) -> tuple[DirectorSettings, DirectorSettings]:
    """Return the Directors; what the cluster says holds for one that does not say it for itself."""
    first, second = (replace(one, keepalived=one.keepalived or name) for one in directors)
    return first, second


def _directors(table: TomlTable) -> tuple[DirectorSettings, DirectorSettings]:
    written = table.any("directors")
    if written is None:
        raise table.error(None, f"directors is missing; {_PAIR}")
    if not isinstance(written, list) or len(written) != 2:
        raise table.error("directors", f"directors is {_count(written)}; {_PAIR}")
    first, second = (_director(table, index, one) for index, one in enumerate(written))
    _check_differ(first.host, second.host, partial(table.error, "directors"))
    return first, second


def _count(written: Any) -> str:
    return f"a list of {len(written)}" if isinstance(written, list) else "not a list"


def _director(table: TomlTable, index: int, written: Any) -> DirectorSettings:
    if isinstance(written, dict):
        one = table.within("directors", index, written)
        host = one.take("host", str)
        if host is None:
            raise one.error(None, 'a Director without host; it must be a name for ssh: host = "director1"')
        port = one.number("port", 1, 65535)
        if port is not None and not port.is_integer():
            raise one.error("port", f"port is {port}; it must be a whole number")
        sudo = one.take("sudo", bool)
        config = one.take("config", str)
        if config is not None and not config.startswith("/"):
            raise one.error("config", f"config is {config!r}; it must be a whole path: /etc/keepalived/keepalived.conf")
        director = DirectorSettings(
            _host(one, "host", host),
            one.take("user", str),
            None if port is None else int(port),
            sudo is not False,
            config,
            _keepalived(one),
        )
        one.finish()
        return director
    if isinstance(written, str):
        return DirectorSettings(_host(table, "directors", written))
    raise table.error("directors", f"directors has {written!r}; {_PAIR}")


def _host(table: TomlTable, key: str, host: str) -> str:
    _check_host(host, partial(table.error, key))
    return host


def _check_host(host: str, error: Callable[[str], SettingsError]) -> None:
    if not host or host.startswith("-") or not host.isprintable() or " " in host:
        raise error(f"{host!r} is not a name for ssh; it must be one word that does not begin with -")


def _check_differ(first: str, second: str, error: Callable[[str], SettingsError]) -> None:
    if first == second:
        raise error(f"both Directors are {first}; they must differ: give each a Host of its own in ~/.ssh/config")
