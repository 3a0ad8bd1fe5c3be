"""Keep the table of virtual and real servers worked out: only what changed is worked out again.

In pieces, because there may be much of it (all entries, when a link is lost): whoever cannot wait calls `work` until a round is
over, and does something else in between.

Not for: what an entry shows (see `entry`), nor which entries there are (see `inventory`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from lvstui.cluster.observed.checkers.verdicts import ServerKey
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.invalidation import Invalidation
from lvstui.cluster.servers.director_figures import context_of
from lvstui.cluster.servers.entry import RealServerEntry, Transition
from lvstui.cluster.servers.inventory import PIECE, Inventory, Server, in_pieces, take_inventory
from lvstui.cluster.servers.server_quorum import NOTHING, Pool, QuorumTransition, QuorumTransitions, pool
from lvstui.cluster.servers.states import DirectorContext
from lvstui.cluster.servers.worklist import EntryIndex, Moved, Worklist
from lvstui.cluster.view import RealServerView, VirtualServerView

_DONE = object()


@dataclass(slots=True)
class _Group:
    """The entries of one virtual server."""

    server: Server
    view: VirtualServerView
    entries: list[RealServerEntry] = field(default_factory=list)
    pool: Pool = NOTHING


class Entries:
    """The table of both Directors."""

    def __init__(self, directors: Sequence[Director]) -> None:
        self._directors = directors
        self._generations: list[int] = []
        self._groups: dict[str, _Group] = {}
        self._index = EntryIndex(len(directors))
        self._next = Worklist(len(directors), everything=True)
        self._round: Iterator[None] | None = None  # the one that is being worked out
        self._taking_inventory = False
        self._now = self._wall = 0.0
        self._unsettled: set[ServerKey] = set()
        self._known: list[tuple[bool, bool]] = []  # per Director: figures, configuration
        self._touched: set[str] = set()  # virtual servers that look otherwise than in the last views
        self._views: tuple[VirtualServerView, ...] = ()
        self._transitions: list[Transition] = []
        self._quorums = QuorumTransitions()
        self._changed: list[RealServerEntry] = []
        self._gone: set[ServerKey] = set()

    @property
    def unsettled(self) -> bool:
        """Return True if time alone will change an entry."""
        return bool(self._unsettled)

    @property
    def inventory(self) -> Inventory:
        """Return that of the last views."""
        return self._index.inventory

    def note(self, number: int, changed: Invalidation) -> None:
        """Take in what a message of Director `number` changed."""
        self._next.note(number, changed, self._index, taking_inventory=self._taking_inventory)

    def everything(self) -> None:
        """Take in that what all entries stand on changed: a link was lost, say."""
        self._next.everything = True

    def work(self, now: float, wall: float) -> bool:
        """Work out a piece of what changed, some milliseconds long, as of now. Return True when a round is over.

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
        """Return all virtual servers, as of now; when it need not `finish`, as of the last round that is over."""
        while finish and (not self.work(now, wall) or self._next):
            pass
        for id in self._touched:
            group = self._groups[id]
            old = group.view
            reals = tuple([entry.view for entry in group.entries if entry.view is not None])
            if group.server.sorry_is_real:
                group.pool = pool(self._directors, group.server)
            view = VirtualServerView(old.id, old.services, old.scheduler, old.method, reals, old.ignored, *group.pool)
            group.view = view
        if self._touched or len(self._views) != len(self._groups):
            self._views = tuple([group.view for group in self._groups.values()])
        self._touched = set()
        return self._views

    def transitions(self) -> list[Transition]:
        """Return what happened since the last call, in order."""
        happened, self._transitions = self._transitions, []
        return happened

    def quorum_transitions(self) -> list[QuorumTransition]:
        """Return the quorums that were lost or gained since the last call, in order."""
        return self._quorums.take()

    def changed(self, most: int) -> list[RealServerView]:
        """Return the real servers that look otherwise than at the last call; `most` of them, the others at the next one."""
        changed, self._changed = self._changed[:most], self._changed[most:]
        return [
            entry.view for entry in changed if entry.view is not None and self._index.entries.get(entry.key) is entry
        ]

    def gone(self) -> set[ServerKey]:
        """Return the real servers that are not there any more since the last call."""
        gone, self._gone = self._gone, set()
        return gone

    def memory(self) -> list[list[object]]:
        """Return since when each real server has its state, and where it was seen to be drained, as JSON."""
        contexts = [context_of(director) for director in self._directors]
        kept: list[list[object]] = []
        for key, entry in self._index.entries.items():
            since, looks = None if entry.view is None else entry.view.since, entry.looks(contexts)
            if since is not None or any(looks):
                kept.append([*key, since, looks if any(looks) else None])
        return kept

    def recall(self, memory: Iterable[tuple[str, str, float | None, Sequence[Sequence[int] | None] | None]]) -> None:
        """Take in what `memory` returned."""
        contexts = [context_of(director) for director in self._directors]
        told = {(virtual, real): (since, looks) for virtual, real, since, looks in memory}
        for key, entry in self._index.entries.items():
            since, looks = told.get(key, (None, None))
            if looks is not None:
                entry.recall_looks(looks, contexts)
                self._work_out(key, contexts)
            if entry.view is not None and entry.view.since != since:
                entry.view = entry.view._replace(since=since)
                self._touched.add(key[0])

    def _work(self) -> Iterator[None]:
        """Work out a round, in pieces."""
        work, self._next = self._next, Worklist(len(self._directors))
        moved, dirty, pools = work.moved, work.dirty, work.pools
        if work.everything or work.context or work.inventory:
            yield from in_pieces(self._take_inventory(work.inventory, dirty))
            moved = [self._index.still_there(some) for some in moved]
        contexts = [context_of(director) for director in self._directors]
        known = [(one.figures, one.configured) for one in contexts]
        if work.everything or known != self._known:
            self._known = known
            self._touched |= self._groups.keys()
            dirty, pools = set(self._index.entries), set(self._groups)
        else:
            yield from self._refresh(moved, dirty)
            dirty |= self._unsettled
            if work.context:
                dirty |= {key for key, entry in self._index.entries.items() if not entry.firm}
        yield from self._work_out_pools(pools, work.sorry_moved, dirty)
        for number, key in enumerate(dirty):
            if number % PIECE == PIECE - 1:
                yield
                contexts = [context_of(director) for director in self._directors]
            self._work_out(key, contexts)

    def _work_out_pools(self, pools: set[str], sorry_moved: set[str], dirty: set[ServerKey]) -> Iterator[None]:
        """Work out the quorum and the sorry server of each; what is not UP there may be so because of them."""
        for number, id in enumerate(pools | sorry_moved):
            if number % PIECE == PIECE - 1:
                yield
            group = self._groups.get(id)
            if group is None:
                continue
            if id in pools:
                dirty |= {entry.key for entry in group.entries if not entry.firm}
            before, group.pool = group.pool, pool(self._directors, group.server)
            if group.pool != before:
                self._touched.add(id)
            self._quorums.look(id, group.pool)

    def _work_out(self, key: ServerKey, contexts: Sequence[DirectorContext]) -> None:
        entry = self._index.entries.get(key)
        if entry is None:
            return
        happened = entry.work_out(self._directors, contexts, self._now, self._wall)
        if happened is not None:
            self._transitions += happened
            self._changed.append(entry)
            self._touched.add(key[0])
        if entry.unsettled:
            self._unsettled.add(key)
        else:
            self._unsettled.discard(key)

    def _refresh(self, all_moved: Sequence[Moved], dirty: set[ServerKey]) -> Iterator[None]:
        """Give the rows of which only figures moved their new ones, and leave the others to be worked out whole."""
        for number, (director, moved) in enumerate(zip(self._directors, all_moved, strict=True)):
            rates = director.rates
            for count, (entry, destination) in enumerate(moved.items()):
                if count % PIECE == PIECE - 1:
                    yield
                found = destination.row
                if found is not None and entry.refresh(number, director, found, rates.get(destination)):
                    self._changed.append(entry)
                    self._touched.add(entry.key[0])
                else:
                    dirty.add(entry.key)

    def _take_inventory(self, new: bool, dirty: set[ServerKey]) -> Iterator[int]:
        """Take the inventory of now; entries that are others than before are dirty, and their virtual servers touched."""
        for director in self._directors:
            director.read_configuration()
        generations = [director.loaded.generation for director in self._directors]
        if not new and generations == self._generations:
            return
        self._taking_inventory = True
        inventory = Inventory()
        yield from take_inventory(self._directors, self.inventory, inventory)
        self._generations = generations
        entries: dict[ServerKey, RealServerEntry] = {}
        groups: dict[str, _Group] = {}
        others = set(self._groups)
        for server in inventory.servers.values():
            group = self._groups.get(server.id)
            if group is not None and group.server is server:
                others.discard(server.id)
            else:
                group = self._group(server, dirty)
                self._touched.add(server.id)
            groups[server.id] = group
            entries.update([(entry.key, entry) for entry in group.entries])
            yield 1 + len(group.entries)
        before = {entry.key for id in others for entry in self._groups[id].entries}
        self._gone = {key for key in self._gone | before if key not in entries}
        if list(groups) != list(self._groups):
            self._views = ()  # in another order
        self._groups = groups
        self._index.put(inventory, entries)
        self._next.moved = [self._index.still_there(some) for some in self._next.moved]
        self._taking_inventory = False
        self._unsettled &= entries.keys()
        self._touched &= groups.keys()

    def _group(self, server: Server, dirty: set[ServerKey]) -> _Group:
        group = _Group(
            server,
            VirtualServerView(server.id, server.services, server.scheduler, server.method, (), ignored=server.ignored),
        )
        before = self._groups.get(server.id)
        if before is None:
            group.pool = pool(self._directors, server)
            self._quorums.look(server.id, group.pool)
        else:
            group.pool = before.pool
            self._next.pools.add(server.id)
        for name, places in server.real_servers.items():
            key = (server.id, name)
            entry = self._index.entries.get(key) or RealServerEntry(key)
            if entry.place(places, udp=server.udp, persistent=server.persistent):
                dirty.add(key)
            group.entries.append(entry)
        return group
