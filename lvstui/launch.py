"""Putting the parts together: which Directors, reached how, shown by what."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from lvstui.history import History, HistoryFile, Memory
from lvstui.settings import clusters, places, preferences
from lvstui.settings.facts import Clusters, ClusterSettings, DirectorSettings, Preferences, SettingsError
from lvstui.transport.link import NoQuestions, Questions

if TYPE_CHECKING:
    from lvstui.console.choices import Choices
    from lvstui.console.clusters import Cluster
    from lvstui.session import Session


def session(
    directors: Sequence[str | DirectorSettings], questions: Questions, *, ssh_config: Path | None, name: str, interval: float,
    read_only: str | None, history: History | None = None,
) -> Session:  # fmt: skip
    """A session with these Directors over SSH. Imports asyncssh: a fifth of a second. `history` None: the operator's own."""
    from lvstui.session import Session
    from lvstui.transport.ssh import SshConnector

    said = [DirectorSettings(one) if isinstance(one, str) else one for one in directors]
    connectors = [
        SshConnector(
            one.host,
            ssh_config=ssh_config,
            questions=questions,
            user=one.user,
            port=one.port,
            sudo=one.sudo,
            config=one.config,
        )
        for one in said
    ]
    kept = HistoryFile(places.history_file()) if history is None else history
    return Session(connectors, name=name, interval=interval, read_only=read_only, history=kept)


def script_session(directors: Sequence[str], ssh_config: Path | None) -> Session:
    """For lvsctl: nobody is asked anything, and samples come quickly."""
    return session(
        directors, NoQuestions(), ssh_config=ssh_config, name=" ".join(directors), interval=0.5, read_only=None
    )


def script_cluster(name: str, ssh_config: Path | None) -> Session:
    """The same with a cluster of clusters.toml. Raises SettingsError."""
    cluster = _named(clusters.load(places.clusters_file()), name)
    return session(
        cluster.directors,
        NoQuestions(),
        ssh_config=ssh_config or cluster.ssh_config,
        name=name,
        interval=0.5,
        read_only=_read_only(cluster),
    )


def _named(known: Clusters, name: str) -> ClusterSettings:
    if name in known.clusters:
        return known.clusters[name]
    there = (
        f"it has {', '.join(known.clusters)}" if known.clusters else "lvstui --config-template prints one to begin with"
    )
    raise SettingsError(f"{places.clusters_file()}: there is no cluster {name} in it; {there}")


def _read_only(cluster: ClusterSettings) -> str | None:
    return f"clusters.toml says that {cluster.name} is read-only" if cluster.read_only else None


@dataclass(frozen=True)
class Wanted:
    """What the command line asks of the console."""

    names: tuple[str, ...] = ()
    """Two Directors, a cluster, or nothing."""
    ssh_config: Path | None = None
    demo: bool = False
    read_only: bool = False
    preferences: Preferences = Preferences()  # noqa: RUF009  # frozen


def console(wanted: Wanted) -> None:
    """Run the console until it is quit. Raises SettingsError."""
    from lvstui.console.actions import BY_NAME

    known = clusters.load(places.clusters_file(), BY_NAME)
    kept = preferences.load_choices(places.choices_file(), BY_NAME)
    choices = _choices(wanted.preferences, kept, known.preferences, os.environ)
    if wanted.demo:
        from lvstui.demo.pair import DemoPair

        with DemoPair() as pair:
            one = ClusterSettings("demo (simulated)", _pair(pair.names), ssh_config=pair.ssh_config)
            _run(_cluster(one, wanted), (), choices)
    elif len(wanted.names) == 2:
        _run(_cluster(ClusterSettings(" · ".join(wanted.names), _pair(wanted.names)), wanted), (), choices)
    else:
        every = {name: _cluster(one, wanted) for name, one in known.clusters.items()}
        names = [_named(known, name).name for name in wanted.names] or list(every)
        if not names:
            raise SettingsError(
                f"there are no clusters yet: name two Directors, or begin {places.clusters_file()} with lvstui --config-template"
            )
        _run(every[names[0]] if len(names) == 1 else None, tuple(every.values()), choices)


def _pair(names: Sequence[str]) -> tuple[DirectorSettings, DirectorSettings]:
    first, second = names
    return DirectorSettings(first), DirectorSettings(second)


def _choices(line: Preferences, kept: Preferences, general: Preferences, environment: Mapping[str, str]) -> Choices:
    """What is said nowhere follows from the terminal: ASCII from its locale, no colour from NO_COLOR."""
    from lvstui.console.choices import Choices
    from lvstui.console.styles import ascii_terminal

    if general.ascii is None:
        general = replace(general, ascii=ascii_terminal(environment))
    return Choices(line=line, kept=kept, general=general, save=partial(preferences.save_choices, places.choices_file()))


def _cluster(one: ClusterSettings, wanted: Wanted) -> Cluster:
    from lvstui.console.clusters import Cluster

    read_only = "started with --read-only" if wanted.read_only else _read_only(one)

    history = Memory() if wanted.demo else None  # what was simulated is no part of the audit log

    def make(questions: Questions) -> Session:
        return session(
            one.directors,
            questions,
            ssh_config=wanted.ssh_config or one.ssh_config,
            name=one.name,
            interval=1.0,
            read_only=read_only,
            history=history,
        )

    hosts = tuple(director.host for director in one.directors)
    return Cluster(one.name, make, hosts, one.production, read_only, one.preferences)


def _run(first: Cluster | None, every: Sequence[Cluster], choices: Choices) -> None:
    from lvstui.console.app import ConsoleApp

    ConsoleApp(first, clusters=every, choices=choices).run()
