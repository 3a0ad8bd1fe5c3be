"""clusters.toml: which clusters there are, and how their Directors are reached."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

from lvstui.settings import preferences
from lvstui.settings.document import Document, Table
from lvstui.settings.facts import Clusters, ClusterSettings, DirectorSettings, SettingsError

_PAIR = 'it must be the two Directors: directors = ["director1", "director2"]'


def load(path: Path, actions: Collection[str] = ()) -> Clusters:
    """The file's clusters; none when it is not there. `actions`: the names that may be given keys. Raises SettingsError."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Clusters()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: it cannot be read: {error}") from error
    return read(path, text, actions)


def read(path: Path, text: str, actions: Collection[str] = ()) -> Clusters:
    """Raises SettingsError."""
    document = Document(path, text)
    top = document.top
    general = preferences.read(top, actions)
    clusters: dict[str, ClusterSettings] = {}
    for name in top.left():
        if isinstance(document.values[name], dict):
            clusters[name] = _cluster(name, top.table(name), path.parent, actions)
    top.finish()
    return Clusters(clusters, general)


def _cluster(name: str, table: Table, folder: Path, actions: Collection[str]) -> ClusterSettings:
    if name.startswith("-") or not name or " " in name or not name.isprintable():
        raise table.error(None, f"{name!r} cannot be a cluster's name; it must be one word that does not begin with -")
    ssh_config = table.take("ssh_config", str)
    cluster = ClusterSettings(
        name=name,
        directors=_directors(table),
        ssh_config=None if ssh_config is None else folder / Path(ssh_config).expanduser(),
        read_only=table.take("read_only", bool) or False,
        production=table.take("production", bool) or False,
        preferences=preferences.read(table, actions),
    )
    table.finish()
    if cluster.ssh_config is not None and not cluster.ssh_config.is_file():
        raise table.error("ssh_config", f"there is no file {cluster.ssh_config}; it must be an ssh_config(5)")
    return cluster


def _directors(table: Table) -> tuple[DirectorSettings, DirectorSettings]:
    written = table.any("directors")
    if written is None:
        raise table.error(None, f"directors is missing; {_PAIR}")
    if not isinstance(written, list) or len(written) != 2:
        raise table.error("directors", f"directors is {_count(written)}; {_PAIR}")
    first, second = (_director(table, index, one) for index, one in enumerate(written))
    if first.host == second.host:
        raise table.error(
            "directors",
            f"both Directors are {first.host}; they must differ: give each a Host of its own in ~/.ssh/config",
        )
    return first, second


def _count(written: Any) -> str:
    return f"a list of {len(written)}" if isinstance(written, list) else "not a list"


def _director(table: Table, index: int, written: Any) -> DirectorSettings:
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
        )
        one.finish()
        return director
    if isinstance(written, str):
        return DirectorSettings(_host(table, "directors", written))
    raise table.error("directors", f"directors has {written!r}; {_PAIR}")


def _host(table: Table, key: str, host: str) -> str:
    if not host or host.startswith("-") or not host.isprintable() or " " in host:
        raise table.error(key, f"{host!r} is no name for ssh; it must be one word that does not begin with -")
    return host
