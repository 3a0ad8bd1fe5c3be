"""Put a fact of a drill into an operator's words, for a line of the timeline. Not for results (see `views.drill_words`)."""

from __future__ import annotations

from lvstui.cluster.drill.drill_facts import Fact, FactKind
from lvstui.cluster.text import plain


def fact_text(fact: Fact) -> str:
    """Return what a fact tells, without its Director and time."""
    address = plain(fact.address, 60)
    if fact.kind is FactKind.ADVERT:
        if fact.priority == 0:
            return f"gives up VRID {fact.vrid} (priority 0)"
        heard = "" if fact.own else f", heard by {fact.director}"
        return f"advertises VRID {fact.vrid} on {plain(fact.interface, 20)} with priority {fact.priority}{heard}"
    words = {
        FactKind.NEIGHBOUR: f"gratuitous {'ARP' if fact.family == 'inet' else 'neighbour advertisement'} for {address}",
        FactKind.VIP_ADDED: f"{address} is in the kernel",
        FactKind.VIP_REMOVED: f"{address} left the kernel",
        FactKind.LINK_DOWN: f"{plain(fact.interface, 20)} has no link",
        FactKind.LINK_UP: f"{plain(fact.interface, 20)} has a link again",
        FactKind.ENTERED: f"enters {fact.state}",
        FactKind.STATE: f"is {fact.state}",
        FactKind.SILENCE: "notices that it must take over",
        FactKind.RELOADED: "keepalived reads its files",
        FactKind.LOADED: "keepalived has read its files",
        FactKind.PROCESS_ENDED: "a process of keepalived ended",
        FactKind.PROCESS_BEGAN: "keepalived started",
        FactKind.LINK_LOST: "the link to the agent is gone",
        FactKind.LINK_FOUND: "the agent answers",
    }
    return words[fact.kind]
