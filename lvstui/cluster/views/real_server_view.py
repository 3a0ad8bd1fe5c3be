"""Show all that is known of one real server, on each Director: file, kernel, checkers, series, events.

Not for: its entry in the table (see `servers.entry`), nor how it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lvstui.cluster.identity import server_names
from lvstui.cluster.identity.server_names import service_id, service_name
from lvstui.cluster.identity.target import Target
from lvstui.cluster.observed.director import Director
from lvstui.cluster.servers.series import SeriesView
from lvstui.cluster.text import plain
from lvstui.cluster.view import DirectorView, EventView, Figures, LinkState, RealServerView, VirtualServerView
from lvstui.cluster.views.configuration_view import ShownConfiguration
from lvstui.cluster.views.file_lines import ShownLine
from lvstui.director.protocol.checker_messages import Check, CheckedRealServer
from lvstui.director.protocol.ipvs_messages import RealServer, ServiceId
from lvstui.keepalived import ConfiguredRealServer as Configured
from lvstui.keepalived import RealServerKey, VirtualServer, kernel_keys
from lvstui.keepalived.reading.origins import Origin, origin_of
from lvstui.keepalived.secrets import masked_text

_MOST_LINES = 200  # of a real server's block; more is no real server any more


@dataclass(frozen=True)
class KernelRow:
    """A real server in one service of the kernel. None: not known here (no counters, no rate yet)."""

    service: str
    method: str
    weight: int
    upper: int | None  # thresholds; 0 is none
    lower: int | None
    active: int
    inactive: int
    persistent: int | None
    connections: int | None
    in_packets: int | None
    out_packets: int | None
    in_bytes: int | None
    out_bytes: int | None


@dataclass(frozen=True)
class CheckerDetail:
    """A checker, and what keepalived last said of it."""

    kind: str
    options: tuple[str, ...]
    line: int
    up: bool | None  # None: not known
    has_run: bool | None
    suspended: bool = False  # `ha_suspend`, and the Director does not hold its virtual server's address


@dataclass(frozen=True)
class SideDetail:
    """Describe the real server on one Director."""

    director: DirectorView
    figures: Figures | None
    path: str | None  # of the file that has it; None: not configured there, or not known
    lines: tuple[ShownLine, ...]
    weight_line: int | None  # the line whose weight counts, wherever it stands
    weight_from: str  # "set", "inherited", "default", "" when not known
    unknown: str | None  # why what is configured is not known
    in_kernel: bool | None  # None: not known
    kernel: tuple[KernelRow, ...]
    checkers: tuple[CheckerDetail, ...]
    alive: bool | None  # the checkers' verdict together
    alive_since: float | None  # operator's wall clock
    reason: str | None  # why it is down
    last_failure: tuple[float, str] | None  # the last check that failed, with or without a verdict
    checkers_unknown: str | None
    checkers_age_s: float | None  # since keepalived last told of them; None: it has not
    series: SeriesView | None


@dataclass(frozen=True)
class RealServerDetail:
    """A real server of a virtual server, on all Directors."""

    virtual_server: str
    real_server: str
    server: VirtualServerView | None  # None: it is gone
    real: RealServerView | None
    sides: tuple[SideDetail, ...]
    events: tuple[EventView, ...]  # that concern it, oldest first


def detail(
    target: tuple[str, str],
    directors: Sequence[tuple[Director, DirectorView, ShownConfiguration]],
    server: VirtualServerView | None,
    events: Sequence[EventView],
    series: Mapping[str, SeriesView],
    now: float,
) -> RealServerDetail:
    """Return all of `target`, a virtual server's and a real server's name, as of `now`."""
    real = next((one for one in server.real_servers if one.id == target[1]), None) if server is not None else None
    sides = tuple(
        _side(director, view, shown, target, real, series.get(director.name), now)
        for director, view, shown in directors
    )
    concerned = tuple(event for event in events if Target(*target) in event.targets)
    return RealServerDetail(*target, server, real, sides, concerned)


def _side(
    director: Director,
    view: DirectorView,
    shown: ShownConfiguration,
    target: tuple[str, str],
    real: RealServerView | None,
    series: SeriesView | None,
    now: float,
) -> SideDetail:
    configuration = director.loaded.whole
    server = configuration.virtual_server(target[0]) if configuration is not None else None
    configured = server.real_server(RealServerKey.parse(target[1])) if server is not None else None
    origin = Origin("default")
    if configuration is not None and server is not None and configured is not None:
        origin = origin_of(configuration, server, configured, "weight")
    lost = view.state is LinkState.LOST  # what it said last is not how it is now
    known = director.table.error is None and not lost
    kernel = _kernel(director, target, server, configured) if known else ()
    verdict = None if lost else director.verdicts.get(target)
    checked = None if lost else _checked(director, target)
    return SideDetail(
        director=view,
        figures=real.directors.get(director.name) if real is not None else None,
        path=plain(configured.path) if configured is not None else None,
        lines=_lines(shown, configured) if configured is not None else (),
        weight_line=origin.line,
        weight_from=origin.kind if configured is not None else "",
        unknown=shown.error if configuration is None else None,
        in_kernel=bool(kernel) if known else None,
        kernel=kernel,
        checkers=(
            _checkers(configured, checked.checks if checked is not None else (), configuration.defined_secrets)
            if configured is not None and configuration is not None
            else ()
        ),
        alive=None if verdict is None else verdict.alive,
        alive_since=None if verdict is None else verdict.since,
        reason=None if verdict is None else verdict.reason,
        last_failure=director.verdicts.failure(target[1]),
        checkers_unknown=director.checkers.error if director.checkers is not None else None,
        checkers_age_s=None if director.checkers is None or director.checkers.error else now - director.checkers_read,
        series=series,
    )


def _lines(shown: ShownConfiguration, configured: Configured) -> tuple[ShownLine, ...]:
    file = next((one for one in shown.files if one.path == plain(configured.path)), None)
    if file is None:
        return ()
    first, last = file.listing.row(configured.line), file.listing.row(configured.end_line)
    return tuple(file.listing[index] for index in range(first, min(last + 1, first + _MOST_LINES)))


def _kernel(
    director: Director, target: tuple[str, str], server: VirtualServer | None, configured: Configured | None
) -> tuple[KernelRow, ...]:
    """Return its rows where it is configured to be; what is in no file is found by its name."""
    table = director.table
    if server is not None and configured is not None:
        keys = [(service_id(service), (key.address, key.port)) for service, key in kernel_keys(server, configured)]
    else:
        key = RealServerKey.parse(target[1])
        services = (
            [service_id(one) for one in server.services]
            if server is not None
            else [one for one in table.services if service_name(one) == target[0]]
        )
        keys = [(service, (key.address, key.port)) for service in services]
    found = [(service, table.row(service, key)) for service, key in keys]
    return tuple(_kernel_row(service, row, counters=table.counters) for service, row in found if row is not None)


def _kernel_row(service: ServiceId, row: RealServer, *, counters: bool) -> KernelRow:
    name = service_name(service)
    if not counters:
        unknown = (None,) * 5
        return KernelRow(
            name, row.method, row.weight, None, None, row.active, row.inactive, None, *unknown
        )  # fmt: skip
    return KernelRow(
        name, row.method, row.weight, row.upper, row.lower, row.active, row.inactive, row.persistent, row.connections,
        row.in_packets, row.out_packets, row.in_bytes, row.out_bytes,
    )  # fmt: skip


def _checked(director: Director, target: tuple[str, str]) -> CheckedRealServer | None:
    port = RealServerKey.parse(target[1]).port
    for one in director.checkers.real_servers if director.checkers is not None else ():
        if (
            one.port == port
            and server_names.real_server_id(one.address, one.port) == target[1]
            and target[0] in server_names.dumped_virtual_servers(one.virtual_server)
        ):
            return one
    return None


def _checkers(configured: Configured, checks: Sequence[Check], secrets: Sequence[str]) -> tuple[CheckerDetail, ...]:
    """Return each with what keepalived last said of it: the first of its kind that is not another's."""
    left = list(checks)
    found = []
    for checker in configured.checkers:
        check = next((one for one in left if one.method == checker.kind), None)
        if check is not None:
            left.remove(check)
        options = tuple(plain(masked_text(option, secrets)) for option in checker.options if option not in "{}")
        up, has_run, enabled = (check.up, check.has_run, check.enabled) if check is not None else (None, None, True)
        found.append(CheckerDetail(plain(checker.kind, 40), options, checker.line, up, has_run, not enabled))
    return tuple(found)
