"""Tell what keepalived would make of the files, and where the Directors' files differ in what a failover depends on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from lvstui.cluster.drift.difference import Difference
from lvstui.cluster.drift.drift_setting import DriftSetting
from lvstui.cluster.finding import A_FAILOVER, Finding
from lvstui.cluster.observed.director import Director
from lvstui.cluster.observed.files.absent_interfaces import absences, ending, said
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.cluster.problem_subject import ProblemSubject
from lvstui.cluster.servers.entry import CHANGE_LASTS
from lvstui.cluster.text import plain, shortened
from lvstui.cluster.view import DirectorView, Severity
from lvstui.keepalived import Configuration, NamedInterface

_OF_ROWS = (DriftSetting.WEIGHT, DriftSetting.REAL_SERVER)  # differences that the state of a row tells already


def files(director: Director, view: DirectorView) -> Iterator[Finding]:
    """Tell what is wrong with the files of one Director."""
    name, configuration = view.name, director.loaded.configuration
    refused = tuple(unusable(director))
    yield from (_unusable(director, view, one) for one in refused)
    if director.loaded.error is not None and director.files is not None and not any(one.main for one in refused):
        text = f"{name}: {director.loaded.error}"
        detail = "Its configuration is unknown, so its real servers can be neither judged nor changed."
        yield Finding(
            ProblemKind.CONFIGURATION, f"configuration:{name}", Severity.WARNING, text, detail, name, A_FAILOVER
        )
    if configuration is None:
        return
    ends = [said(one) for one in ending(director)]
    if (bad := configuration.fatal) is not None:
        ends.insert(0, f"{bad.path} line {bad.line}: {bad.message}")
    if ends:
        text = f"{name}: {_ends(view)}: {plain(ends[0])}"
        detail = "VRRP would stop and its VIPs would go. Correct the line before any reload; no change is possible until then."
        about = _place(bad if bad is not None else next(ending(director)))
        yield Finding(ProblemKind.FATAL, f"fatal:{name}", Severity.ERROR, text, detail, name, subject=about)
    yield from _absences(director, name)
    yield from _shared_services(name, configuration)
    for server in configuration.ignored:
        text = f"{name}: {server.path} line {server.line}: virtual_server {server.id} has no real servers - ignoring"
        detail = "keepalived creates no service for it: clients get no answer there."
        id = f"ignored:{name}:{server.id}"
        yield Finding(ProblemKind.IGNORED_SERVER, id, Severity.WARNING, text, detail, name, subject=_place(server))


def _absences(director: Director, name: str) -> Iterator[Finding]:
    """Tell of each interface that is not there, where a reload would not end keepalived for it."""
    told: dict[tuple[str, bool], list[NamedInterface]] = {}
    for one in absences(director):
        told.setdefault((one.name, one.ends), []).append(one)
    for (interface, ends), some in told.items():
        more = f" (and {len(some) - 1} more {'lines' if len(some) > 2 else 'line'})" if len(some) > 1 else ""
        text = f"{name}: {'keepalived would not start again: ' if ends else ''}{plain(said(some[0]))}{more}"
        detail = "keepalived ignores the line."
        if ends and director.pending is None:
            detail = (
                "Whether the running keepalived has it is unknown. Bring it back, or correct the line, before a reload."
            )
        elif ends:
            detail = "The running keepalived has it and can be reloaded. Bring it back, or correct the line, before a restart."
        id = f"absent-interface:{name}:{interface}:{'ends' if ends else 'passed over'}"
        yield Finding(ProblemKind.ABSENT_INTERFACE, id, Severity.WARNING, text, detail, name, subject=_place(some[0]))


def _shared_services(name: str, configuration: Configuration) -> Iterator[Finding]:
    """Tell of each two virtual servers that the kernel has as one, wholly or in part."""
    pairs = {
        (server.span[0], other.span[0]): (service, server, other)
        for service, some in configuration.meeting.items()
        for server, other in pairwise(some)
    }
    for service, server, other in pairs.values():
        detail = "The kernel has one service, with the settings of the first and the real servers of both."
        if server.id == other.id:
            text = f"{name}: {other.path} line {other.line}: virtual_server {other.id} is configured twice"
            if server.group is None:
                detail += (
                    " Each reload removes the real servers that only the second has and adds them again, dead or alive."
                )
        else:
            text = (
                f"{name}: {other.path} line {other.line}: {service} of {other.id} is already a service of {server.id}"
            )
        id = f"shared:{name}:{server.id}:{other.id}:{other.line}"
        detail = f"{detail} Merge the two."
        yield Finding(ProblemKind.SHARED_SERVICE, id, Severity.WARNING, text, detail, name, subject=_place(other))


class _Placed(Protocol):
    """Something that stands on a line of a file."""

    @property
    def path(self) -> str: ...
    @property
    def line(self) -> int: ...


def _place(one: _Placed) -> ProblemSubject:
    return ProblemSubject(file=one.path, line=one.line)


@dataclass(frozen=True)
class UnusableFile:
    """A file that keepalived does not read, or reads as nothing."""

    path: str
    main: bool
    why: str
    mend: str


def unusable(director: Director) -> Iterator[UnusableFile]:
    """Return the Director's files that keepalived passes over: executable, missing, empty, or no regular file."""
    files = director.files
    if files is None:
        return
    for file in files.files:
        main = file.path == files.main
        if file.error is None and file.mode & 0o111:
            yield UnusableFile(file.path, main, "it is executable", f"`chmod a-x {file.path}`")
        elif main and file.lacking:
            why = "it is not there" if file.lacking == "missing" else "it is not a regular file"
            yield UnusableFile(file.path, main, why, "Put it back")
        elif main and file.error is None and (not file.data or file.data.isspace()):
            yield UnusableFile(file.path, main, "it is empty", "Put its contents back")
    for path in dict.fromkeys(path for match in files.matches for path in match.executable):
        yield UnusableFile(path, False, "it is executable", f"`chmod a-x {path}`")


def _unusable(director: Director, view: DirectorView, file: UnusableFile) -> Finding:
    path, name, severity = plain(file.path), view.name, Severity.ERROR
    text, about = f"{name}: keepalived does not read {path}: {file.why}", ProblemSubject(file=file.path)
    if not file.main:
        detail = f"Its contents are not loaded, or are lost at the next reload. {file.mend} there, or remove the file."
        severity = Severity.WARNING
    elif view.keepalived.running and director.table.error is None and not director.table.services:
        text += ". Its IPVS table is empty: it serves nothing"
        detail = f"{file.mend} there, and reload keepalived."
        severity = Severity.CRITICAL
    else:
        detail = f"The next reload would remove every virtual server. {file.mend} there first."
    return Finding(ProblemKind.UNUSABLE_FILE, f"unusable:{name}:{path}", severity, text, detail, name, subject=about)


def _ends(view: DirectorView) -> str:
    return "keepalived does not start" if view.keepalived.running is False else "a reload would end keepalived"


def alike(directors: Sequence[Director], differences: Sequence[Difference], wall: float) -> Iterator[Finding]:
    """Tell where the files differ in what a failover depends on."""
    grave = [one for one in differences if one.matters and one.where == "files" and one.setting not in _OF_ROWS]
    if not grave:
        return
    named = shortened([f"{one.what} of {one.subject}" for one in grave])
    lasts = CHANGE_LASTS if any(_touched(director, wall - CHANGE_LASTS) for director in directors) else 0.0
    text = f"the Directors' files differ: {named}"
    detail = f"{grave[0].why} The configuration screen shows each difference with its lines."
    yield Finding(ProblemKind.FILES_DIFFER, "files-differ", Severity.WARNING, text, detail.strip(), lasts=lasts)


def _touched(director: Director, since: float) -> bool:
    """Return True if one of its files was written after that, by the operator's clock."""
    return director.files is not None and any(director.wall(file.mtime) > since for file in director.files.files)
