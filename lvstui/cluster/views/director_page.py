"""Show all that is known of one Director, for its own page: instances and priorities, interfaces, settings, daemon, log.

Not for: its card (see `director_view`), nor how it is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lvstui.cluster.instance_view import VrrpView
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.hung_processes import hung
from lvstui.cluster.observed.vrrp import virtual_routers
from lvstui.cluster.text import plain
from lvstui.cluster.view import DirectorView, LinkState
from lvstui.cluster.views.kernel_settings import KernelSetting, settings
from lvstui.cluster.views.vrrp_priority import Election, PriorityDetail, elect, explain, rival
from lvstui.director.protocol.host_messages import Host, Nic
from lvstui.keepalived import ConfiguredVrrpInstance
from lvstui.keepalived.reading.vrrp.tracked_objects import TrackedObject, tracked_objects

_LINE = 1000  # characters of a line of the log


class InstanceDetail(NamedTuple):
    """One VRRP instance of the Director."""

    view: VrrpView
    version: int | None  # of VRRP
    advert_s: float | None  # seconds between adverts, as it takes effect; until keepalived tells, as the file has it
    nopreempt: bool | None
    preempt_delay: float | None
    sync_group: str | None
    path: str | None  # of the file that has it
    line: int | None
    priority: PriorityDetail
    election: Election


class InterfaceDetail(NamedTuple):
    """A network interface of the Director."""

    name: str
    up: bool
    base: str  # the interface under a VMAC; "" otherwise
    addresses: tuple[str, ...]  # with their prefix lengths
    in_bps: float | None
    out_bps: float | None
    dropped_per_s: float | None


class ProcessDetail(NamedTuple):
    """One of keepalived's processes."""

    role: str
    pid: int
    condition: str  # "" of one that is well


class DaemonDetail(NamedTuple):
    """keepalived on the Director, and how it was found."""

    pid: int
    vrrp_pid: int  # 0: it has none
    checkers_pid: int
    processes: tuple[ProcessDetail, ...]
    config_id: str
    manager: str  # "systemd" or "signal": how it is reloaded
    loaded_from: str  # how the time of the last load is known: "copy", "log", "start"


class AgentDetail(NamedTuple):
    """The other end of the link."""

    user: str
    root: bool
    kernel: str
    python: str


@dataclass(frozen=True)
class DirectorPage:
    """One Director. None is "not known" everywhere."""

    director: DirectorView
    instances: tuple[InstanceDetail, ...]
    files_unknown: str | None  # why its configuration is not known
    interfaces: tuple[InterfaceDetail, ...]
    interfaces_unknown: str | None
    rates_unknown: str | None
    settings: tuple[KernelSetting, ...]
    daemon: DaemonDetail | None
    daemon_unknown: str | None
    log: tuple[tuple[float, str], ...]  # operator's wall clock and line, oldest first
    log_source: str  # "journald", a file's path; "" none
    log_unknown: str | None
    log_lines: int  # that were received: grows with `log`
    agent: AgentDetail | None


class TrackedReadings:
    """The tracked objects in each Director's files: a configuration is walked through once, not at every look."""

    def __init__(self) -> None:
        self._read: dict[str, tuple[int, Mapping[str, tuple[TrackedObject, ...]]]] = {}

    def of(self, director: Director) -> Mapping[str, tuple[TrackedObject, ...]]:
        """Return it by the names of the instances."""
        configuration, generation = director.loaded.configuration, director.loaded.generation
        if configuration is None:
            return {}
        known = self._read.get(director.name)
        if known is None or known[0] != generation:
            found = {plain(name, 60): some for name, some in tracked_objects(configuration).items()}
            known = self._read[director.name] = (generation, found)
        return known[1]


def page(name: str, directors: Sequence[tuple[Director, DirectorView]], readings: TrackedReadings) -> DirectorPage:
    """Return all of the Director of that name, beside the others."""
    director, view = next(one for one in directors if one[0].name == name)
    lost = view.state is LinkState.LOST
    network = None if lost else director.network
    interfaces_unknown = "no data yet" if network is None else network.error
    daemon_unknown = _daemon_unknown(director, view)
    log = director.log
    return DirectorPage(
        director=view,
        instances=_instances(director, directors, readings),
        files_unknown=None if director.loaded.error is None else plain(director.loaded.error),
        interfaces=() if interfaces_unknown is not None else _interfaces(director),
        interfaces_unknown=None if interfaces_unknown is None else plain(interfaces_unknown),
        rates_unknown=_rates_unknown(director.host),
        settings=settings(director, tuple(one for one, _ in directors if one is not director)),
        daemon=None if daemon_unknown is not None else _daemon(director),
        daemon_unknown=daemon_unknown,
        log=tuple((director.wall(line.wall), plain(line.text, _LINE)) for line in director.log_tail.lines),
        log_source="" if log is None else plain(log.source),
        log_unknown="not read yet" if log is None else None if log.error is None else plain(log.error),
        log_lines=director.log_tail.received,
        agent=_agent(director),
    )


# --- instances ---


def _configured(director: Director) -> dict[str, ConfiguredVrrpInstance]:
    configuration = director.loaded.configuration
    return {} if configuration is None else {plain(one.name, 60): one for one in configuration.vrrp}


def _instances(
    director: Director, directors: Sequence[tuple[Director, DirectorView]], readings: TrackedReadings
) -> tuple[InstanceDetail, ...]:
    by_name = {one.name: one for one, _ in directors}
    configured = {one.name: _configured(one) for one, _ in directors}
    priorities = {
        (one.name, instance.name): explain(
            one, instance.name, configured[one.name].get(instance.name), readings.of(one).get(instance.name, ())
        )
        for one, view in directors
        for instance in view.vrrp
    }
    found = {}
    for router in virtual_routers.of([view for _, view in directors]):
        rivals = [
            rival(
                by_name[view.name],
                one,
                configured[view.name].get(one.name),
                view.state,
                priorities[view.name, one.name].base,
            )
            for view, one in router.sides
        ]
        absent = len(router.sides) < len(directors)
        unread = absent and any(view.state is LinkState.LOST or view.role is None for _, view in directors)
        election = elect(rivals)
        if unread and election.reason == "alone":
            election = elect([one._replace(known=False) for one in rivals])
        found.update({id(one): election for _, one in router.sides})
    (view,) = (view for one, view in directors if one is director)
    return tuple(
        _instance(
            director, one, configured[director.name].get(one.name), priorities[director.name, one.name], found[id(one)]
        )
        for one in view.vrrp
    )


def _instance(
    director: Director,
    view: VrrpView,
    configured: ConfiguredVrrpInstance | None,
    priority: PriorityDetail,
    election: Election,
) -> InstanceDetail:
    dump = director.vrrp
    told = next((one for one in dump.instances if plain(one.name, 60) == view.name), None) if dump is not None else None
    interval = told.advert_interval if told is not None else configured.advert_int if configured is not None else None
    version = told.version if told is not None else configured.version if configured is not None else None
    if configured is None:
        return InstanceDetail(view, version or None, interval or None, None, None, None, None, None, priority, election)
    return InstanceDetail(
        view=view,
        version=version or None,
        advert_s=interval or None,
        nopreempt=configured.nopreempt,
        preempt_delay=configured.preempt_delay,
        sync_group=None if configured.sync_group is None else plain(configured.sync_group, 60),
        path=plain(configured.path),
        line=configured.line,
        priority=priority,
        election=election,
    )


# --- the machine ---


def _interfaces(director: Director) -> tuple[InterfaceDetail, ...]:
    network = director.network
    assert network is not None  # see page
    before, after = director.host_before, director.host
    old = {} if before is None or before.error is not None else {nic.name: nic for nic in before.nics}
    new = {} if after is None or after.error is not None else {nic.name: nic for nic in after.nics}
    elapsed = 0.0 if before is None or after is None else after.at - before.at
    found = []
    for link in network.links:
        addresses = tuple(f"{one.address}/{one.prefix}" for one in network.addresses if one.interface == link.name)
        rates = _rates(old.get(link.name), new.get(link.name), elapsed)
        found.append(InterfaceDetail(plain(link.name, 20), link.up, plain(link.base, 20), addresses, *rates))
    return tuple(found)


def _rates(before: Nic | None, after: Nic | None, elapsed: float) -> tuple[float | None, float | None, float | None]:
    if before is None or after is None or elapsed <= 0:
        return None, None, None
    counts = (after.in_bytes - before.in_bytes, after.out_bytes - before.out_bytes, after.dropped - before.dropped)
    if min(counts) < 0:  # the interface was made anew
        return None, None, None
    return counts[0] * 8 / elapsed, counts[1] * 8 / elapsed, counts[2] / elapsed


def _rates_unknown(host: Host | None) -> str | None:
    return "no data yet" if host is None else None if host.error is None else plain(host.error)


# --- keepalived and the link ---


def _daemon_unknown(director: Director, view: DirectorView) -> str | None:
    known = director.keepalived
    if view.state is LinkState.LOST:
        return "the link is lost"
    if known is None:
        return "no data yet"
    return None if known.error is None else plain(known.error)


def _daemon(director: Director) -> DaemonDetail:
    known = director.keepalived
    assert known is not None  # see page
    ill = {one.pid: one.condition for one in hung(director)}
    processes = tuple(ProcessDetail(plain(one.role, 20), one.pid, ill.get(one.pid, "")) for one in known.processes)
    return DaemonDetail(
        pid=known.pid,
        vrrp_pid=known.vrrp_pid,
        checkers_pid=known.checkers_pid,
        processes=processes,
        config_id=plain(known.config_id, 60),
        manager=plain(known.manager, 20),
        loaded_from=plain(known.loaded_from, 20),
    )


def _agent(director: Director) -> AgentDetail | None:
    hello = director.hello
    if hello is None:
        return None
    return AgentDetail(plain(hello.user, 40), hello.root, plain(hello.kernel, 60), plain(hello.python, 20))
