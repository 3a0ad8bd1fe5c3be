"""The table of virtual and real servers, kept worked out: only what changed is worked out again.

In pieces, because there may be much of it (all rows, when a link is lost): whoever cannot wait calls `work` until a round is
over, and does something else in between.

Not for: what a row shows (see `row`), nor which rows there are (see `layout`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lvstui.cluster.director import Changed, Director
from lvstui.cluster.health import Ground
from lvstui.cluster.layout import Layout, Server, lay_out
from lvstui.cluster.row import Row, Transition, ground
from lvstui.cluster.table import Destination
from lvstui.cluster.verdicts import ServerKey
from lvstui.cluster.view import RealServerView, VirtualServerView

_Moved = dict[Row, Destination]

_PIECE = 64  # rows; a millisecond or two
_DONE = object()


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
        # Per Director, the rows of the destinations that moved since all was laid out.
        self._of: list[dict[Destination, Row]] = [{} for _ in directors]
        # What is to be worked out in the next round. Per Director, the rows that moved: of a group, any of its destinations.
        self._all = True
        self._ground = True
        self._new_layout = True
        self._dirty: set[ServerKey] = set()
        self._moved: list[_Moved] = [{} for _ in directors]
        self._round: Iterator[None] | None = None  # the one that is being worked out
        self._laying_out = False
        self._now = self._wall = 0.0
        self._unsettled: set[ServerKey] = set()
        self._known: list[tuple[bool, bool]] = []  # per Director: figures, configuration
        self._touched: set[str] = set()  # virtual servers that look otherwise than in the last views
        self._views: tuple[VirtualServerView, ...] = ()
        self._transitions: list[Transition] = []
        self._changed: list[Row] = []
        self._gone: set[ServerKey] = set()

    @property
    def unsettled(self) -> bool:
        """Will time alone change a row?"""
        return bool(self._unsettled)

    @property
    def _more(self) -> bool:
        """Is there anything for the next round?"""
        return self._all or self._ground or self._new_layout or bool(self._dirty) or any(self._moved)

    def note(self, number: int, changed: Changed) -> None:
        """What a message of Director `number` changed."""
        self._all = self._all or changed.everything
        self._ground = self._ground or changed.ground
        self._dirty |= changed.verdicts
        layout, moved, of = self.layout, self._moved[number], self._of[number]
        if changed.everything:
            of.clear()
        if not layout.index:  # all rows are still to come
            self._all = self._new_layout = self._all or bool(changed.rows or changed.settled)
            return
        if self._laying_out and any(before is None or after is None for _, before, after in changed.rows):
            self._new_layout = True  # the one that is being made may have missed it
        for destination, _, after in changed.rows:
            row = of.get(destination) or self._find(number, destination)
            if row is not None:
                moved[row] = destination
            if row is None or after is None:
                key = destination.key
                self._new_layout |= key in layout.unmanaged[number] or (row is None and key not in layout.sorry[number])
            if after is None:
                of.pop(destination, None)
        for destination in changed.settled:
            row = of.get(destination) or self._find(number, destination)
            if row is not None:
                moved.setdefault(row, destination)

    def _find(self, number: int, destination: Destination) -> Row | None:
        """The row that a destination in Director `number`'s kernel is in."""
        key = self.layout.index[number].get(destination.key)
        row = None if key is None else self._rows.get(key)
        if row is not None:
            self._of[number][destination] = row
        return row

    def everything(self) -> None:
        """What all rows stand on changed: a link was lost, say."""
        self._all = True

    def work(self, now: float, wall: float) -> bool:
        """Work out a piece of what changed, some milliseconds long, as of now. Is a round over?

        What changes during a round is for the next one.
        """
        self._now, self._wall = now, wall
        if self._round is None:
            self._round = self._work()
        if next(self._round, _DONE) is not _DONE:
            return False
        self._round = None
        return True

    def views(self, now: float, wall: float, *, finish: bool = True) -> tuple[VirtualServerView, ...]:
        """All virtual servers, as of now; when it need not `finish`, as of the last round that is over."""
        while finish and (not self.work(now, wall) or self._more):
            pass
        for id in self._touched:
            group = self._groups[id]
            old = group.view
            reals = tuple([row.view for row in group.rows if row.view is not None])
            group.view = VirtualServerView(old.id, old.services, old.scheduler, old.method, reals)
        if self._touched or len(self._views) != len(self._groups):
            self._views = tuple([group.view for group in self._groups.values()])
        self._touched = set()
        return self._views

    def transitions(self) -> list[Transition]:
        """What happened since the last call, in order."""
        happened, self._transitions = self._transitions, []
        return happened

    def changed(self, most: int) -> list[RealServerView]:
        """The real servers that look otherwise than at the last call; `most` of them, the others at the next one."""
        changed, self._changed = self._changed[:most], self._changed[most:]
        return [row.view for row in changed if row.view is not None and self._rows.get(row.key) is row]

    def gone(self) -> set[ServerKey]:
        """The real servers that are not there any more since the last call."""
        gone, self._gone = self._gone, set()
        return gone

    def _work(self) -> Iterator[None]:
        """A round."""
        everything, ground_moved, laid_out = self._all, self._ground, self._new_layout
        self._all = self._ground = self._new_layout = False
        dirty, self._dirty = self._dirty, set()
        moved, self._moved = self._moved, [{} for _ in self._directors]
        if everything or ground_moved or laid_out:
            yield from self._lay_out(laid_out, dirty)
            moved = [self._still_there(some) for some in moved]
        grounds = [ground(director) for director in self._directors]
        known = [(one.figures, one.configured) for one in grounds]
        if everything or known != self._known:
            self._known = known
            self._touched |= self._groups.keys()
            dirty = set(self._rows)
        else:
            yield from self._refresh(moved, dirty)
            dirty |= self._unsettled
            if ground_moved:
                dirty |= {key for key, row in self._rows.items() if not row.firm}
        for number, key in enumerate(dirty):
            if number % _PIECE == _PIECE - 1:
                yield
                grounds = [ground(director) for director in self._directors]
            self._work_out(key, grounds)

    def _work_out(self, key: ServerKey, grounds: Sequence[Ground]) -> None:
        row = self._rows.get(key)
        if row is None:
            return
        happened = row.work_out(self._directors, grounds, self._now, self._wall)
        if happened is not None:
            self._transitions += happened
            self._changed.append(row)
            self._touched.add(key[0])
        if row.unsettled:
            self._unsettled.add(key)
        else:
            self._unsettled.discard(key)

    def _refresh(self, all_moved: Sequence[_Moved], dirty: set[ServerKey]) -> Iterator[None]:
        """Give the rows of which only figures moved their new ones, and leave the others to be worked out whole."""
        for number, (director, moved) in enumerate(zip(self._directors, all_moved, strict=True)):
            rates = director.rates
            for count, (row, destination) in enumerate(moved.items()):
                if count % _PIECE == _PIECE - 1:
                    yield
                found = destination.row
                if found is not None and row.refresh(number, director, found, rates.get(destination)):
                    self._changed.append(row)
                    self._touched.add(row.key[0])
                else:
                    dirty.add(row.key)

    def _still_there(self, moved: _Moved) -> _Moved:
        return {row: destination for row, destination in moved.items() if self._rows.get(row.key) is row}

    def _lay_out(self, new: bool, dirty: set[ServerKey]) -> Iterator[None]:
        """The rows that there are now; those that are others than before are dirty, and their virtual servers touched."""
        for director in self._directors:
            director.read_configuration()
        generations = [director.loaded.generation for director in self._directors]
        if not new and generations == self._generations:
            return
        self._laying_out = True
        layout = Layout()
        yield from lay_out(self._directors, self.layout, layout)
        self._generations = generations
        rows: dict[ServerKey, Row] = {}
        groups: dict[str, _Group] = {}
        others = set(self._groups)
        for server in layout.servers.values():
            group = self._groups.get(server.id)
            if group is not None and group.server is server:
                others.discard(server.id)
            else:
                group = self._group(server, dirty)
                self._touched.add(server.id)
            groups[server.id] = group
            rows.update([(row.key, row) for row in group.rows])
            yield
        before = {row.key for id in others for row in self._groups[id].rows}
        self._gone = {key for key in self._gone | before if key not in rows}
        if list(groups) != list(self._groups):
            self._views = ()  # in another order
        self.layout, self._rows, self._groups = layout, rows, groups
        self._of = [{} for _ in self._directors]
        self._moved = [self._still_there(some) for some in self._moved]
        self._laying_out = False
        self._unsettled &= rows.keys()
        self._touched &= groups.keys()

    def _group(self, server: Server, dirty: set[ServerKey]) -> _Group:
        group = _Group(server, VirtualServerView(server.id, server.services, server.scheduler, server.method, ()))
        for name, places in server.real_servers.items():
            key = (server.id, name)
            row = self._rows.get(key) or Row(key)
            if row.place(places, udp=server.udp):
                dirty.add(key)
            group.rows.append(row)
        return group
