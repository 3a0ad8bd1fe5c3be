"""Print the cluster's view for `lvsctl status`: one JSON object, or plain text for a terminal or a pipe.

Not for: what is wrong with it (the view says), nor colour.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lvstui.cluster.director_facts import ClockView, HandedOverView
from lvstui.cluster.quorum_view import NOT_KNOWN, QuorumView, SorryServerView
from lvstui.cluster.text import written_weight
from lvstui.cluster.view import ClusterView, DirectorView, Figures, RealServerState, RealServerView, VirtualServerView
from lvstui.cluster.views.handover_wording import handed_over

Json = dict[str, object]


def as_json(view: ClusterView) -> Json:
    """Return the object of `status --json`. What is not known is None."""
    return {
        "directors": [_director(director) for director in view.directors],
        "virtual_servers": [_virtual_server(server) for server in view.virtual_servers],
        "problems": [
            {
                "id": problem.id,
                "kind": problem.kind.value,
                "severity": problem.severity.value,
                "text": problem.text,
                "detail": problem.detail,
                "director": problem.director,
            }
            for problem in view.problems
        ],
    }


def _director(director: DirectorView) -> Json:
    daemon = director.keepalived
    return {
        "name": director.name,
        "state": director.state.value,
        "age_s": None if director.age_s is None else round(director.age_s, 3),
        "error": director.error,
        "privilege": director.privilege,
        "handed_over": _handed_over(director.handed_over),
        "clock": dict.fromkeys(ClockView._fields) if director.clock is None else director.clock._asdict(),
        "keepalived": {
            "version": daemon.version,
            "running": daemon.running,
            "config": daemon.config,
            "pending": daemon.pending,
            "pending_known": daemon.pending is not None,
            "loaded_at": daemon.loaded,
        },
        "vrrp": [
            {
                "name": instance.name,
                "vrid": instance.vrid,
                "interface": instance.interface,
                "family": instance.family,
                "state": instance.state,
                "priority": instance.priority,
                "vips": [vip.address for vip in instance.vips],
            }
            for instance in director.vrrp
        ],
    }


def _handed_over(view: HandedOverView | None) -> Json | None:
    if view is None:
        return None
    told = {"since": view.since, "by": view.by, "reason": view.reason}
    return {**told, "safe": view.safe, "unsafe": view.unsafe or None, "stopped": view.stopped}


def _virtual_server(server: VirtualServerView) -> Json:
    return {
        "id": server.id,
        "scheduler": server.scheduler,
        "method": server.method,
        "ignored": server.ignored,
        "quorum": _quorum(server.quorum),
        "sorry_server": _sorry_server(server.sorry_server),
        "real_servers": [
            {
                "id": real.id,
                "state": real.state.value,
                "reason": real.reason,
                "directors": {name: _figures(figures) for name, figures in real.directors.items()},
            }
            for real in server.real_servers
        ],
    }


def _quorum(quorum: QuorumView | None) -> Json:
    side = NOT_KNOWN if quorum is None else quorum.worst
    return {"needed": side.needed, "hysteresis": side.hysteresis, "live_weight": side.live_weight, "met": side.met}


def _sorry_server(sorry_server: SorryServerView | None) -> Json | None:
    return None if sorry_server is None else {"id": sorry_server.id, "serving": sorry_server.serving}


def _figures(figures: Figures) -> Json:
    return {
        "configured_weight": figures.configured_weight,
        "effective_weight": figures.effective_weight,
        "kernel_weight": figures.kernel_weight,
        "alive": figures.alive,
        "active": figures.active,
        "inactive": figures.inactive,
        "persistent": figures.persistent,
        "connections": figures.connections,
        "in_bytes": figures.in_bytes,
        "out_bytes": figures.out_bytes,
    }


def as_text(view: ClusterView) -> str:
    """Return the same for reading: no colour, one line for each thing, columns aligned."""
    lines: list[str] = []
    for director in view.directors:
        lines += _director_lines(director)
    for server in view.virtual_servers:
        head = " ".join(word for word in (server.id, server.scheduler, server.method) if word)
        if server.ignored:
            lines += ["", f"{head}  has no real servers - ignoring"]
            continue
        quorum = "" if server.quorum is None else f"  {server.quorum}"
        lines += ["", f"{head}  {server.up} of {len(server.real_servers)} up{quorum}"]
        rows = [_HEADS, *(line for real in server.real_servers for line in _real_lines(real))]
        lines += _table([*rows, *_sorry_lines(server.sorry_server)])
    if view.problems:
        lines += ["", *(f"{problem.severity.value}: {problem.text}" for problem in view.problems)]
    return "\n".join(lines)


_HEADS = ("real server", "state", "Director", "file", "kernel", "alive", "active", "inactive", "reason")


def _director_lines(director: DirectorView) -> list[str]:
    daemon = director.keepalived
    running = {True: "running", False: "not running", None: "not known to run: no data from it"}[daemon.running]
    if director.at_rest:
        running = "stopped"
    age = "" if director.age_s is None else f" {director.age_s:.1f} s"
    version = f" {daemon.version}" if daemon.version else ""
    pending = ", pending changes not loaded" if daemon.pending else ""
    lines = [f"{director.name}  {director.state.value}{age}  keepalived{version} {running}{pending}"]
    if director.error:
        lines.append(f"  {director.error}")
    if director.handed_over is not None:
        lines.append(f"  {handed_over(director.handed_over)}")
    for instance in director.vrrp:
        held = ", ".join(vip.name for vip in instance.vips if vip.held)
        holds = f"  holds {held}" if held else ""
        lines.append(f"  {instance.title}  {instance.state or '?'}  priority {_cell(instance.priority)}{holds}")
    return lines


def _real_lines(real: RealServerView) -> Iterable[Sequence[str]]:
    """Return one line for each Director; the real server itself, and why, on the first."""
    name, state, reason = real.id, real.state.value, real.reason or ""
    for director, figures in real.directors.items():
        absent = "?" if figures.state is RealServerState.UNKNOWN else "-"
        yield (
            name,
            state,
            director,
            "?"
            if figures.configured_weight is None
            else written_weight(figures.configured_weight, figures.effective_weight),
            _cell(figures.kernel_weight, absent),
            {True: "yes", False: "no", None: "?"}[figures.alive],
            _cell(figures.active, absent),
            _cell(figures.inactive, absent),
            reason,
        )
        name = state = reason = ""


def _sorry_lines(sorry_server: SorryServerView | None) -> Iterable[Sequence[str]]:
    if sorry_server is None:
        return
    name, state = f"sorry {sorry_server.id}", sorry_server.word
    for director, one in sorry_server.directors.items():
        absent = "?" if one.serving is None else "-"
        active, inactive = _cell(one.active, absent), _cell(one.inactive, absent)
        yield name, state, director, "", _cell(one.kernel_weight, absent), "", active, inactive, ""
        name = state = ""


def _cell(value: int | None, unknown: str = "?") -> str:
    return unknown if value is None else str(value)


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    numbers = range(3, len(_HEADS) - 1)
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if column in numbers else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
