"""Collect what is to be worked out again in the table, and find the entries that a message concerns.

Not for: working it out (see `entries`).
"""

from __future__ import annotations

from collections.abc import Sequence

from lvstui.cluster.observed.checkers.verdicts import ServerKey
from lvstui.cluster.observed.invalidation import Invalidation
from lvstui.cluster.observed.ipvs_table import Destination, RowChange
from lvstui.cluster.servers.entry import RealServerEntry
from lvstui.cluster.servers.inventory import Inventory

Moved = dict[RealServerEntry, Destination]


class EntryIndex:
    """The entries of the last inventory, and which of them a row of a kernel is in."""

    def __init__(self, directors: int) -> None:
        self.inventory = Inventory()
        self.entries: dict[ServerKey, RealServerEntry] = {}
        # Per Director, the entries of the destinations that moved since the inventory was taken.
        self.of: list[dict[Destination, RealServerEntry]] = [{} for _ in range(directors)]

    def put(self, inventory: Inventory, entries: dict[ServerKey, RealServerEntry]) -> None:
        """Take in a new inventory with its entries."""
        self.inventory, self.entries = inventory, entries
        self.of = [{} for _ in self.of]

    def find(self, number: int, destination: Destination) -> RealServerEntry | None:
        """Return the entry that a destination in Director `number`'s kernel is in."""
        key = self.inventory.index[number].get(destination.key)
        entry = None if key is None else self.entries.get(key)
        if entry is not None:
            self.of[number][destination] = entry
        return entry

    def still_there(self, moved: Moved) -> Moved:
        """Return those of them whose entry there still is."""
        return {entry: destination for entry, destination in moved.items() if self.entries.get(entry.key) is entry}


class Worklist:
    """The work of one round. At first, everything."""

    def __init__(self, directors: int, *, everything: bool = False) -> None:
        self.everything = everything
        self.context = everything  # what entries that are not UP in any case stand on
        self.inventory = everything  # another one is to be taken
        self.dirty: set[ServerKey] = set()
        self.moved: list[Moved] = [{} for _ in range(directors)]  # per Director; of a group, any of its destinations
        self.pools: set[str] = set()  # virtual servers whose quorum or sorry server is another
        self.sorry_moved: set[str] = set()  # those of whose sorry server only figures moved

    def __bool__(self) -> bool:
        """Return True if there is anything to do."""
        news = self.everything or self.context or self.inventory
        return news or bool(self.dirty or self.pools or self.sorry_moved) or any(self.moved)

    def note(self, number: int, changed: Invalidation, index: EntryIndex, *, taking_inventory: bool) -> None:
        """Take in what a message of Director `number` changed. `taking_inventory`: another one is being taken."""
        self.everything = self.everything or changed.everything
        self.context = self.context or changed.context
        self.dirty |= changed.verdicts
        self.pools |= changed.quorums
        if changed.everything:
            index.of[number].clear()
        if not index.inventory.index:  # all entries are still to come
            self.everything = self.inventory = self.everything or bool(changed.rows or changed.settled)
            return
        if taking_inventory and any(before is None or after is None for _, before, after in changed.rows):
            self.inventory = True  # the one that is being taken may have missed it
        self._note_rows(number, changed.rows, index)
        self._note_settled(number, changed.settled, index)
        self._note_shared(number, changed, index.inventory)

    def _note_rows(self, number: int, rows: Sequence[RowChange], index: EntryIndex) -> None:
        inventory, moved, of = index.inventory, self.moved[number], index.of[number]
        for destination, before, after in rows:
            entry = of.get(destination) or index.find(number, destination)
            if entry is not None:
                moved[entry] = destination
            if entry is None or after is None:
                key = destination.key
                sorry = inventory.sorry[number].get(key)
                self.inventory |= key in inventory.unmanaged[number] or (entry is None and sorry is None)
                if sorry is not None:
                    stays = before is not None and after is not None and before.weight == after.weight
                    (self.sorry_moved if stays else self.pools).add(sorry)
            if after is None:
                of.pop(destination, None)

    def _note_settled(self, number: int, settled: Sequence[Destination], index: EntryIndex) -> None:
        """Take in the rows whose rate became nothing."""
        moved, of, sorry_of = self.moved[number], index.of[number], index.inventory.sorry[number]
        for destination in settled:
            entry = of.get(destination) or index.find(number, destination)
            if entry is not None:
                moved.setdefault(entry, destination)
            elif (sorry := sorry_of.get(destination.key)) is not None:
                self.sorry_moved.add(sorry)

    def _note_shared(self, number: int, changed: Invalidation, inventory: Inventory) -> None:
        """Take in the rows that are in more than one entry, or are a sorry server's too."""
        elsewhere, shared = inventory.sorry_elsewhere[number], inventory.shared[number]
        if not elsewhere and not shared:
            return
        for destination in (*(one for one, _, _ in changed.rows), *changed.settled):
            if (sorry := elsewhere.get(destination.key)) is not None:
                self.pools.add(sorry)
            self.dirty.update(shared.get(destination.key, ()))
