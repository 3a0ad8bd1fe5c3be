"""The table of virtual and real servers, kept worked out: only what changed is worked out again.

Not for: what a row shows (see `row`), nor which rows there are (see `layout`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lvstui.cluster.director import Changed, Director
from lvstui.cluster.layout import Layout, Server, lay_out
from lvstui.cluster.row import Row, Transition, ground
from lvstui.cluster.table import RowKey
from lvstui.cluster.verdicts import ServerKey
from lvstui.cluster.view import RealServerView, VirtualServerView
from lvstui.director.messages import RealServer


@dataclass(slots=True)
class _Group:
    """The rows of one virtual server."""

    server: Server
    view: VirtualServerView
    rows: list[Row] = field(default_factory=list)


class Rows:
    def __init__(self, directors: Sequence[Director]) -> None:
        self._directors = directors
        self.layout = Layout()  # of the last views
        self._generations: list[int] = []
        self._groups: dict[str, _Group] = {}
        self._rows: dict[ServerKey, Row] = {}
        self._dirty: set[ServerKey] = set()
        # Per Director: the kernel's row, of a group any of its rows, and what it is now, where that is at hand.
        self._moved: list[dict[ServerKey, tuple[RowKey, RealServer | None]]] = [{} for _ in directors]
        self._unsettled: set[ServerKey] = set()
        self._all = True
        self._ground = True
        self._known: list[tuple[bool, bool]] = []  # per Director: figures, configuration
        self._new_layout = True
        self._views: tuple[VirtualServerView, ...] = ()
        self._transitions: list[Transition] = []
        self._changed: list[Row] = []
        self._gone: set[ServerKey] = set()

    @property
    def unsettled(self) -> bool:
        """Will time alone change a row?"""
        return bool(self._unsettled)

    def note(self, number: int, changed: Changed) -> None:
        """What a message of Director `number` changed."""
        self._all = self._all or changed.everything
        self._ground = self._ground or changed.ground
        self._dirty |= changed.verdicts
        layout, moved = self.layout, self._moved[number]
        if not layout.index:
            return  # all rows are still to come
        for service, real, _, after in changed.rows:
            place = (service, real)
            key = layout.index[number].get(place)
            if key is not None:
                moved[key] = (place, after)
            if key is None or after is None:
                self._new_layout |= place in layout.unmanaged[number] or (
                    key is None and place not in layout.sorry[number]
                )
        for place in changed.settled:
            key = layout.index[number].get(place)
            if key is not None:
                moved.setdefault(key, (place, None))

    def everything(self) -> None:
        """What all rows stand on changed: a link was lost, say."""
        self._all = True

    def views(self, now: float, wall: float) -> tuple[VirtualServerView, ...]:
        """All virtual servers, as of now."""
        touched: set[str] = set()
        if self._all or self._ground or self._new_layout:
            touched |= self._lay_out()
        grounds = [ground(director) for director in self._directors]
        known = [(one.figures, one.configured) for one in grounds]
        if self._all or known != self._known:
            self._known = known
            touched |= self._groups.keys()
            todo = set(self._rows)
        else:
            touched |= self._refresh()
            todo = self._dirty | self._unsettled
            if self._ground:
                todo |= {key for key, row in self._rows.items() if not row.firm}
        for key in todo:
            row = self._rows.get(key)
            if row is None:
                continue
            happened = row.work_out(self._directors, grounds, now, wall)
            if happened is not None:
                self._transitions += happened
                self._changed.append(row)
                touched.add(key[0])
            if row.unsettled:
                self._unsettled.add(key)
            else:
                self._unsettled.discard(key)
        self._show(touched)
        self._dirty.clear()
        for moved in self._moved:
            moved.clear()
        self._all = self._ground = False
        return self._views

    def transitions(self) -> list[Transition]:
        """What happened since the last call, in order."""
        happened, self._transitions = self._transitions, []
        return happened

    def changed(self) -> list[RealServerView]:
        """The real servers that look otherwise than at the last call."""
        changed, self._changed = self._changed, []
        return [row.view for row in changed if row.view is not None]

    def gone(self) -> set[ServerKey]:
        """The real servers that are not there any more since the last call."""
        gone, self._gone = self._gone, set()
        return gone

    def _refresh(self) -> set[str]:
        """Give the rows of which only figures moved their new ones, and leave the others to be worked out whole."""
        touched: set[str] = set()
        for number, (director, moved) in enumerate(zip(self._directors, self._moved, strict=True)):
            rates, table, rows = director.rates, director.table, self._rows
            for key, (place, after) in moved.items():
                found, row = after or table.row(*place), rows.get(key)
                if found is not None and row is not None and row.refresh(number, director, found, rates.get(place)):
                    self._changed.append(row)
                    touched.add(key[0])
                else:
                    self._dirty.add(key)
        return touched

    def _show(self, touched: set[str]) -> None:
        for id in touched:
            group = self._groups[id]
            old = group.view
            reals = tuple([row.view for row in group.rows if row.view is not None])
            group.view = VirtualServerView(old.id, old.services, old.scheduler, old.method, reals)
        if touched or len(self._views) != len(self._groups):
            self._views = tuple([group.view for group in self._groups.values()])

    def _lay_out(self) -> set[str]:
        """The rows that there are now; the virtual servers that are others than before."""
        for director in self._directors:
            director.read_configuration()
        generations = [director.loaded.generation for director in self._directors]
        if not self._new_layout and generations == self._generations:
            return set()
        self.layout = lay_out(self._directors, self.layout)
        self._generations = generations
        self._new_layout = False
        touched: set[str] = set()
        rows, self._rows = self._rows, {}
        groups, self._groups = self._groups, {}
        for server in self.layout.servers.values():
            group = groups.get(server.id)
            if group is None or group.server is not server:
                group = self._group(server, rows)
                touched.add(server.id)
            self._groups[server.id] = group
            self._rows.update((row.key, row) for row in group.rows)
        self._unsettled &= self._rows.keys()
        self._gone = (self._gone | rows.keys()) - self._rows.keys()
        if list(groups) != list(self._groups):
            self._views = ()  # in another order
        return touched

    def _group(self, server: Server, known: Mapping[ServerKey, Row]) -> _Group:
        group = _Group(server, VirtualServerView(server.id, server.services, server.scheduler, server.method, ()))
        for name, places in server.real_servers.items():
            key = (server.id, name)
            row = known.get(key) or Row(key)
            if row.place(places, udp=server.udp):
                self._dirty.add(key)
            group.rows.append(row)
        return group
