"""Put the parts together: which Directors, reached how, shown by what."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from lvstui.session.audit_log import History, HistoryFile, Memory
from lvstui.settings import clusters, places, preferences
from lvstui.settings.values import Clusters, ClusterSettings, DirectorSettings, Preferences, SettingsError
from lvstui.transport.link import Connector, NoQuestions, Questions

BEGIN = (
    "Name two Directors (lvstui DIRECTOR DIRECTOR), write clusters.toml (start from lvstui --config-template), "
    "or try lvstui --demo"
)
BEGIN_SCRIPT = (
    "Name two Directors (lvsctl -d DIRECTOR -d DIRECTOR ...), write clusters.toml (start from lvstui --config-template), "
    "or try lvsctl --demo ..."
)

if TYPE_CHECKING:
    from lvstui.console.cluster_choice import Cluster, OpenSession
    from lvstui.console.drill_port import OpenDrills
    from lvstui.console.live_preferences import LivePreferences
    from lvstui.console.moment.past_port import PastPort
    from lvstui.record.recorder import Recorder
    from lvstui.session.session import Session


def session(
    directors: Sequence[str | DirectorSettings], questions: Questions, *, ssh_config: Path | None, name: str, interval: float,
    read_only: str | None, history: History | None = None, recorder: Recorder | None = None,
) -> Session:  # fmt: skip
    """Return a session with these Directors over SSH. `history` None: the operator's own. `recorder` None: not recorded.

    Imports asyncssh, which takes a fifth of a second.
    """
    from lvstui.session.session import Session
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
            keepalived=one.keepalived,
        )
        for one in said
    ]
    kept = HistoryFile(places.history_file()) if history is None else history
    return Session(connectors, name=name, interval=interval, read_only=read_only, history=kept, recorder=recorder)


def recording_name(cluster: str | None, directors: Sequence[str]) -> str:
    """Return what a pair's recordings are called: after its cluster, otherwise after the set of its Directors."""
    return "+".join(sorted(directors)) if cluster is None else cluster


def recorder(name: str, directors: Sequence[str], interval: float, chosen: Preferences) -> Recorder | None:
    """Return what records a pair, by the settings; None: they say that nothing is recorded."""
    return None if chosen.record is False else _recorder(name, directors, interval, chosen)


def _recorder(name: str, directors: Sequence[str], interval: float, chosen: Preferences) -> Recorder:
    from lvstui.record.chunk_writer import ChunkWriter, RecordingLimits
    from lvstui.record.recorder import Recorder

    held = preferences.merged(chosen)
    limits = RecordingLimits((held.record_hours or 0.0) * 3600, (held.record_megabytes or 0.0) * 1e6)
    return Recorder(ChunkWriter(places.recordings_folder(), name, directors, interval, limits))


def script_recorded(cluster: str | None, directors: Sequence[str], ssh_config: Path | None) -> tuple[Session, Recorder]:
    """Return the session for `lvsctl record`, of a cluster or of two Directors, and what records it. Raises SettingsError."""
    known = clusters.load(places.clusters_file())
    one = (
        _named(known, cluster)
        if cluster is not None
        else ClusterSettings(" ".join(directors), clusters.pair(directors))
    )
    said = preferences.merged(one.preferences, preferences.load_choices(places.choices_file()), known.preferences)
    hosts = [director.host for director in one.directors]
    interval, name = said.interval or 1.0, recording_name(cluster, hosts)
    kept = _recorder(name, hosts, interval, said)
    opened = session(
        one.directors, NoQuestions(), ssh_config=ssh_config or one.ssh_config, name=one.name, interval=interval,
        read_only="it only records", recorder=kept,
    )  # fmt: skip
    return opened, kept


def script_session(directors: Sequence[str], ssh_config: Path | None, history: History | None = None) -> Session:
    """Return a session for lvsctl: nobody is asked anything, and samples come quickly. `history`: as in `session`.

    Raises SettingsError.
    """
    name = " ".join(directors)
    return session(
        clusters.pair(directors),
        NoQuestions(),
        ssh_config=ssh_config,
        name=name,
        interval=0.5,
        read_only=None,
        history=history,
    )


def script_cluster(name: str, ssh_config: Path | None) -> Session:
    """Return the same with a cluster of clusters.toml. Raises SettingsError."""
    cluster = _named(clusters.load(places.clusters_file()), name)
    return session(
        cluster.directors,
        NoQuestions(),
        ssh_config=ssh_config or cluster.ssh_config,
        name=name,
        interval=0.5,
        read_only=_read_only(cluster),
    )


def ssh_config_of(cluster: str | None) -> Path | None:
    """Return the ssh configuration that clusters.toml names for a cluster. Raises SettingsError."""
    return None if cluster is None else _named(clusters.load(places.clusters_file()), cluster).ssh_config


def probe_connector(host: str | None, ssh_config: Path | None) -> Connector:
    """Return what starts a probe on a host that SSH reaches; None: on this machine."""
    from lvstui.transport.local_process import LocalConnector
    from lvstui.transport.programs import PROBE

    if host is None:
        return LocalConnector(PROBE)
    from lvstui.transport.ssh import SshConnector

    return SshConnector(host, ssh_config=ssh_config, questions=NoQuestions(), sudo=False, program=PROBE)


def _named(known: Clusters, name: str, begin: str = BEGIN_SCRIPT) -> ClusterSettings:
    if name in known.clusters:
        return known.clusters[name]
    file = places.clusters_file()
    if not file.exists():
        raise SettingsError(f"no cluster {name}: {file} does not exist. {begin}")
    there = f"it defines {', '.join(known.clusters)}" if known.clusters else "it defines none"
    raise SettingsError(f"no cluster {name} in {file}; {there}. {begin}")


def _read_only(cluster: ClusterSettings) -> str | None:
    return f"clusters.toml says that {cluster.name} is read-only" if cluster.read_only else None


@dataclass(frozen=True)
class Wanted:
    """Hold what the command line asks of the console."""

    names: tuple[str, ...] = ()
    """Two Directors, a cluster, or nothing."""
    ssh_config: Path | None = None
    demo: bool = False
    read_only: bool = False
    preferences: Preferences = Preferences()  # noqa: RUF009  # frozen
    replay: Path | None = None
    """A recording instead of a pair."""
    at: float | None = None
    """The moment of it, in seconds since the epoch; None: the last one."""


def console(wanted: Wanted) -> int:
    """Run the console until it is quit, and return the exit status. Raises SettingsError; click.ClickException where refused."""
    from lvstui.console.actions import BY_NAME

    known = clusters.load(places.clusters_file(), BY_NAME)
    kept = preferences.load_choices(places.choices_file(), BY_NAME)
    choices = _choices(wanted.preferences, kept, known.preferences, os.environ)
    places_said = (kept, known.preferences)
    if wanted.replay is not None:
        return _run(_recorded(wanted.replay, wanted.at), (), choices)
    if wanted.demo:
        from lvstui.demo.pair import DemoPair

        with DemoPair() as pair:
            one = ClusterSettings("demo (simulated)", clusters.pair(pair.names), ssh_config=pair.ssh_config)
            return _run(_cluster(one, wanted, places_said), (), choices)
    elif len(wanted.names) == 2:
        one = ClusterSettings(" · ".join(wanted.names), clusters.pair(wanted.names))
        return _run(_cluster(one, wanted, places_said), (), choices)
    else:
        every = {name: _cluster(one, wanted, places_said) for name, one in known.clusters.items()}
        names = [_named(known, name, BEGIN).name for name in wanted.names] or list(every)
        if not names:
            file = places.clusters_file()
            why = (
                f"no cluster is defined in {file}" if file.exists() else f"no cluster is defined: {file} does not exist"
            )
            raise SettingsError(f"{why}. {BEGIN}")
        return _run(every[names[0]] if len(names) == 1 else None, tuple(every.values()), choices)


def _choices(
    line: Preferences, kept: Preferences, general: Preferences, environment: Mapping[str, str]
) -> LivePreferences:
    """Return what was chosen. What is said nowhere follows from the terminal: ASCII from its locale."""
    from lvstui.console.live_preferences import LivePreferences
    from lvstui.console.look.themes import ascii_terminal

    if general.ascii is None:
        general = replace(general, ascii=ascii_terminal(environment))
    return LivePreferences(
        line=line, kept=kept, general=general, save=partial(preferences.save_choices, places.choices_file())
    )


def _cluster(one: ClusterSettings, wanted: Wanted, said: Sequence[Preferences]) -> Cluster:
    from lvstui.console.cluster_choice import Cluster

    read_only = "started with --read-only" if wanted.read_only else _read_only(one)

    history = Memory() if wanted.demo else None  # what was simulated is no part of the audit log
    hosts = tuple(director.host for director in one.directors)
    held = preferences.merged(wanted.preferences, one.preferences, *said)
    recording = recording_name(one.name if len(wanted.names) != 2 else None, hosts)

    def drills(opened: OpenSession) -> OpenDrills:
        from lvstui.cli.drill.desk import drill_desk

        return drill_desk(cast("Session", opened), recording, wanted.ssh_config or one.ssh_config, kept=not wanted.demo)

    def make(questions: Questions) -> Session:
        recorded_by = None if wanted.demo else recorder(recording, hosts, 1.0, held)
        made = session(
            one.directors,
            questions,
            ssh_config=wanted.ssh_config or one.ssh_config,
            name=one.name,
            interval=1.0,
            read_only=read_only,
            history=history,
            recorder=recorded_by,
        )
        opened[:] = [(made, recorded_by)]
        return made

    def past() -> PastPort:
        from lvstui.cli.past.console_past import open_past

        ((present, recorded_by),) = opened
        return open_past(recording, lambda: None if recorded_by is None else recorded_by.path, present.history)

    opened: list[tuple[Session, Recorder | None]] = []  # the one of which the past is
    recorded = None if wanted.demo else past
    return Cluster(one.name, make, hosts, one.production, read_only, one.preferences, drills=drills, past=recorded)


def _recorded(path: Path, at: float | None) -> Cluster:
    """Return a recording as a cluster that can be opened. Raises SettingsError where it cannot, and click.ClickException where it
    does not have the moment.
    """
    from lvstui.cli.past.pair_recordings import recording_in
    from lvstui.console.cluster_choice import Cluster
    from lvstui.record.past.coverage import NotRecorded
    from lvstui.record.recording_reader import RecordingError
    from lvstui.session.replay_session import PAST, ReplaySession

    try:
        past = ReplaySession(recording_in(path).at(at), at)
    except NotRecorded as error:
        raise click.ClickException(str(error)) from error
    except RecordingError as error:
        raise SettingsError(str(error)) from error

    def drills(opened: OpenSession) -> OpenDrills:
        from lvstui.report.kept_drills import KeptDrills
        from lvstui.session.past_desk import PastDesk

        return PastDesk(past, path, KeptDrills(places.drills_folder()))

    return Cluster(past.name, lambda questions: past, past.directors, read_only=PAST, drills=drills)


def _run(first: Cluster | None, every: Sequence[Cluster], choices: LivePreferences) -> int:
    from lvstui.console.app import ConsoleApp

    app = ConsoleApp(first, clusters=every, choices=choices)
    app.run()
    return app.return_code or 0
