"""Hold the settings as typed facts. None is "not said": the next place that says it counts (see `preferences.merged`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

Units = Literal["bit", "byte", "binary"]
UNITS: tuple[Units, ...] = get_args(Units)
Zone = Literal["local", "utc"]
ZONES: tuple[Zone, ...] = get_args(Zone)
Notify = Literal["none", "bell", "osc9", "osc777"]
NOTIFY: tuple[Notify, ...] = get_args(Notify)
NotifyFrom = Literal["warning", "error", "critical"]
NOTIFY_FROM: tuple[NotifyFrom, ...] = get_args(NotifyFrom)
COLUMNS = ("weight", "active", "inactive", "persistent", "conns", "in", "out", "spark", "note")
SHORTEST_INTERVAL, LONGEST_INTERVAL = 0.2, 10.0  # seconds


class SettingsError(Exception):
    """A file of settings that cannot be used: "FILE line N: what is wrong; what would be right"."""


@dataclass(frozen=True)
class Preferences:
    """Choose how the console looks and is used."""

    theme: str | None = None
    """lvstui-dark, lvstui-light, lvstui-ansi, lvstui-contrast, or one of Textual's."""
    interval: float | None = None
    """Seconds between samples, 0.2 to 10."""
    units: Units | None = None
    """Of throughput: bit (Mb/s), byte (MB/s) or binary (MiB/s)."""
    ascii: bool | None = None
    """Only ASCII characters, for fonts without the others. Default: if the terminal's own character set is not UTF-8."""
    privacy: bool | None = None
    """Addresses and names are replaced on the screen, each always by the same: for pictures that others will see."""
    columns: tuple[str, ...] | None = None
    """The columns of figures in the table, of COLUMNS. Default: those that suit the terminal's width."""
    zone: Zone | None = None
    """Of every time on the screen: local (this machine's) or utc."""
    title: bool | None = None
    """The terminal's title names the cluster and counts its problems."""
    notify: Notify | None = None
    """How the terminal notifies an operator who looks elsewhere: nothing, its bell, or a notification (OSC 9, OSC 777)."""
    notify_from: NotifyFrom | None = None
    """The lowest severity of a new problem that is notified."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Another key for an action, by the action's name."""
    record: bool | None = None
    """Choose whether and how what the Directors tell is recorded."""
    record_hours: float | None = None
    """Limit how long a recording is kept, 0.1 to 8760."""
    record_megabytes: float | None = None
    """Limit how much is kept of a cluster's recordings, 1 to 100000."""


@dataclass(frozen=True)
class DirectorSettings:
    """One of the two Directors, and how it is reached. What is not said is ssh's own to say."""

    host: str
    """Any name that ssh understands; it is what the Director is called on the screen."""
    user: str | None = None
    """Instead of what the ssh configuration says."""
    port: int | None = None
    """Instead of what the ssh configuration says."""
    sudo: bool = True
    """Choose whether sudo is tried when the user is not root. False: without root it is the observer's view."""
    config: str | None = None
    """keepalived's file while keepalived does not run; while it runs, its own command line says it."""
    keepalived: str | None = None
    """Name one of several keepalived on it: its instance, network namespace, systemd unit, config id (-i) or main file."""


@dataclass(frozen=True)
class ClusterSettings:
    """A pair of Directors under one name."""

    name: str
    directors: tuple[DirectorSettings, DirectorSettings]
    """Both, in the order in which they are shown."""
    ssh_config: Path | None = None
    """Instead of ~/.ssh/config."""
    read_only: bool = False
    """Nothing is ever written."""
    production: bool = False
    """A red frame, and the word."""
    preferences: Preferences = field(default_factory=Preferences)
    """The preferences of this cluster alone; they go before all others but the command line's."""


@dataclass(frozen=True)
class Clusters:
    """clusters.toml: the clusters, in the file's order, and what holds for all of them."""

    clusters: Mapping[str, ClusterSettings] = field(default_factory=dict)
    preferences: Preferences = field(default_factory=Preferences)
