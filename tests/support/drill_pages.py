"""Read the page of a drill's report as a browser would, and make up a drill whose report has every part."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser
from typing import Any

from lvstui.cluster.drill.milestones import Milestone, MilestoneKind, MomentSource, Unseen
from lvstui.cluster.drill.result import (
    ConnectionCount,
    DrillCause,
    DrillEvent,
    DrillNote,
    DrillResult,
    ExpectedTimes,
    HeldConnection,
    HeldFate,
    InstanceFailover,
    NoteOn,
    ServerConnections,
    TimeWindow,
)
from tests.support.drill_results import A_STOP, BEGIN, STOPPED, moment

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)> | **x** [y](javascript:z) `q`\x1b[31m\u202e\"'"
VOID = frozenset(("meta", "link", "br", "img"))


def _second() -> InstanceFailover:
    """VI_2, which moves 4 ms after VI_1."""
    steps = tuple(
        step if step.moment is None else replace(step, moment=replace(step.moment, at=step.moment.at + 0.004))
        for step in STOPPED.milestones
    )
    window = TimeWindow(BEGIN + 1.004, BEGIN + 1.614, 0.004)
    return replace(STOPPED, name="VI_2", interface="ens36", vrid=52, milestones=steps, no_master=(window,))


def _failback() -> InstanceFailover:
    return replace(
        STOPPED,
        old="director2",
        new="director1",
        cause=DrillCause.FAILBACK,
        milestones=(
            Milestone(MilestoneKind.LAST_ADVERT, moment(6.9, MomentSource.ADVERT, "director1", 0.05)),
            Milestone(MilestoneKind.SILENCE_NOTICED, None, Unseen.NO_SUCH_STEP),
            Milestone(MilestoneKind.MASTER_ENTERED, moment(7.0, MomentSource.LOG, "director1")),
            Milestone(MilestoneKind.VIP_ADDED, moment(7.002, MomentSource.NETLINK, "director1"), subject="10.10.0.20"),
            Milestone(MilestoneKind.GRATUITOUS_ARP, None, Unseen.NO_ROOT, "10.10.0.20"),
            Milestone(MilestoneKind.FIRST_ANSWER, None, Unseen.NO_OUTAGE),
            Milestone(MilestoneKind.VIP_REMOVED, moment(7.003, MomentSource.NETLINK), subject="10.10.0.20"),
        ),
        no_master=(),
        two_masters=(TimeWindow(BEGIN + 7.0, BEGIN + 7.003, 0.004),),
        expected=ExpectedTimes(1.0, 2, 100, 0.609, 3.609, 0.0, 3.609),
        measured=0.002,
    )


def _events() -> Iterator[DrillEvent]:
    for second in (0.0, 1.0):
        yield DrillEvent(BEGIN + second, 0.002, "director1", "advert", "advert", "VI_1", "priority 100")
    for second in range(6):
        yield DrillEvent(BEGIN + 1.613 + second, 0.002, "director2", "advert", "advert", "VI_1", "priority 50")
    yield DrillEvent(BEGIN + 1.61, 0.002, "director2", "log", "vrrp", "VI_1", "Entering MASTER STATE")
    yield DrillEvent(BEGIN + 1.2, 0.002, "director2", "log", "log", HOSTILE, HOSTILE)


def _servers(director: str, active: int, inactive: int) -> tuple[ServerConnections, ...]:
    return tuple(
        ServerConnections(director, "tcp/10.10.0.20:80", f"192.168.211.13:{port}", active, inactive)
        for port in (8081, 8082, 8083)
    )


def whole() -> DrillResult:
    """A stop of keepalived, and its failback, of which everything is known."""
    assert A_STOP.probe is not None
    held = HeldConnection(HeldFate.SURVIVED, None, "192.168.211.13:8082", 0.7)
    return replace(
        A_STOP,
        cluster="web-prod",
        failovers=(STOPPED, _second()),
        failbacks=(_failback(),),
        events=tuple(sorted(_events(), key=lambda event: event.at)),
        operator="ana@ops1",
        reason="nightly drill",
        before=ConnectionCount(BEGIN, _servers("director1", 12, 30) + _servers("director2", 12, 0)),
        after=ConnectionCount(BEGIN + 8, _servers("director1", 0, 2) + _servers("director2", 14, 28)),
        notes=(NoteOn(DrillNote.NO_ROOT, directors=("director1",)),),
        probe=replace(A_STOP.probe, held=held),
    )


def tame(value: Any) -> Any:
    """Return the value with times that there are, between 1970 and 2033, and lengths of that order."""
    if isinstance(value, float):
        return abs(value) % 2e9
    if isinstance(value, tuple):
        return tuple(map(tame, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{one.name: tame(getattr(value, one.name)) for one in dataclasses.fields(value)})
    return value


@dataclass
class Page(HTMLParser):
    """What a page has in it."""

    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    figures: list[float] = field(default_factory=list)  # of its <data>, in milliseconds
    rows: list[tuple[list[str], list[float]]] = field(default_factory=list)
    """Each row of its tables: the texts of its cells, and its figures."""
    verdict: str = ""
    unclosed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.unclosed.append(tag)
        if tag == "tr":
            self.rows.append(([], []))
        if tag == "td":
            self.rows[-1][0].append("")
        if tag == "data":
            self.figures.append(float(dict(attrs)["value"] or ""))
            self.rows[-1][1].append(self.figures[-1])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed and self.unclosed[-1] == tag, (tag, self.unclosed)
        self.unclosed.pop()

    def handle_data(self, data: str) -> None:
        if self.unclosed and self.elements[-1][1].get("id") == "verdict" and self.unclosed[-1] == "p":
            self.verdict += data
        if "td" in self.unclosed:
            self.rows[-1][0][-1] += data

    def figures_of(self, *cells: str) -> list[float]:
        """Return the figures of the rows that begin with these cells."""
        return [one for texts, figures in self.rows if tuple(texts[: len(cells)]) == cells for one in figures]

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    @property
    def attributes(self) -> set[str]:
        return {name for _, given in self.elements for name in given}


def page(text: str) -> Page:
    """Read a page; every element is closed in its order."""
    read = Page()
    read.feed(text)
    read.close()
    assert read.unclosed == []
    return read


def same_figures(read: Page, told: Any) -> None:
    """Hold what the page says of each instance against the JSON, figure by figure."""
    assert read.figures and set(read.figures) <= numbers(told)
    for part, key in (("Failover", "instances"), ("Failback", "failback")):
        for one in told[key]:
            row = read.figures_of(part, one["name"], f"{one['from']} → {one['to']}")
            assert row[-1:] == ([] if one["measured_ms"] is None else [one["measured_ms"]]), one
            for what, window in (("no MASTER", "no_master_ms"), ("two MASTERs", "two_masters_ms")):
                longest = max(read.figures_of(part, one["name"], what), default=0.0)
                assert longest == one["windows"][window], (one, what)


def numbers(told: Any) -> set[float]:
    """Return all numbers of an object of JSON."""
    if isinstance(told, bool) or told is None or isinstance(told, str):
        return set()
    if isinstance(told, int | float):
        return {float(told)}
    return set().union(*map(numbers, told.values() if isinstance(told, dict) else told), set())
