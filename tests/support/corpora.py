"""Compares our reading of the two corpora with what keepalived's own parser made of each file, version by version.

`python -m tests.support.corpora` (make corpus) prints how many files agree. Each file that may differ is named in
EXCEPTIONS, with the reason; the VRRP half is compared by `corpora_vrrp`. Versions of which a build is given (see
`keepalived_builds`) and no answers are kept are asked, and compared as well.

Not for: edits of the files (see `test_corpus`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lvstui.cli.local_files import LocalFiles
from lvstui.keepalived import Configuration, VirtualServer, load
from lvstui.keepalived.parsing.dialect import Version
from tests.support.corpora_asked import ASKED_EXCEPTIONS, as_the_kernel_has_it, unlike_times
from tests.support.keepalived_builds import answers, builds
from tests.support.paths import SHARED

CONFIG_ID = "vm"  # the host name under which keepalived read the files
# Where keepalived does not find its script, it drops a MISC_CHECK, and the scripts were not there. FILE_CHECKs are put
# among the checkers only after the dump that the truth was taken from.
_NOT_TOLD = ("MISC_CHECK", "FILE_CHECK")
_MISSING = 2  # exit status of keepalived -t: a word is missing
_SHOWN = 400  # characters of one difference
VERSIONS: tuple[Version, ...] = ((2, 2, 7), (2, 3, 3), (2, 4, 3))
_NAMESPACE = "its net_namespace is not on the machine that was asked, and keepalived ended there without a word"
_RANDOM = "$_RANDOM is another number at each reading"
IN_A_NAMESPACE = (
    "1027.conf", "1554a.conf", "1569-two-unicast.conf", "1569d.conf", "2003h.conf", "2003l.conf", "442.conf",
    "442a.conf", "638.conf", "751.conf", "894.conf", "950-test.conf", "error-fwmark-ipv6-rs-ipv4.conf", "ipvs",
    "n1.conf", "notify-1857.conf", "notify12.conf", "notify1v6.conf", "notify866.conf", "notify_priority_change.conf",
    "notify_t.conf", "z.conf",
)  # fmt: skip
# File, or file and version: why our reading is another one
EXCEPTIONS: dict[str, str] = {
    **dict.fromkeys(IN_A_NAMESPACE, _NAMESPACE),
    "1173b.conf": _RANDOM,
    "1180.conf": _RANDOM,
    "chk_smtp_lots.conf 2.4.3": "2.4.3 shows two checkers more for the host blocks, which it calls deprecated, than 2.2.7 does",
}


def name_of(version: Version) -> str:
    """Return the version as it is written."""
    return ".".join(map(str, version))


@dataclass(frozen=True)
class Case:
    """A file of a corpus, and what one version of keepalived made of it."""

    corpus: str
    file: str
    version: Version
    truth: dict[str, Any]
    asked: bool = False  # just now, and in the form of the answers to the larger corpus

    @property
    def path(self) -> Path:
        return SHARED / self.corpus / self.file

    @property
    def exception(self) -> str | None:
        """Why it may differ."""
        known = EXCEPTIONS | ASKED_EXCEPTIONS if self.asked else EXCEPTIONS
        return known.get(self.file) or known.get(f"{self.file} {name_of(self.version)}")

    @property
    def answered(self) -> bool:
        """Return False if that keepalived crashed on the file or never ended."""
        return not (self.truth.get("crashed") or self.truth.get("hangs") or "status" not in self.truth)

    def read(self) -> Configuration:
        """Return our reading of it."""
        return reading(self.path, self.version)


@cache
def reading(path: Path, version: Version) -> Configuration:
    """Return our reading of a file, its includes too."""
    return load(str(path), LocalFiles(), CONFIG_ID, version)


def cases(version: Version) -> Iterator[Case]:
    """Return every file of both corpora for which there is an answer of that version."""
    if version not in VERSIONS:
        yield from _asked(version)
        return
    for file, truth in sorted(json.loads((SHARED / "corpus2" / f"oracle-{name_of(version)}.json").read_text()).items()):
        yield Case("corpus2", file, version, truth)
    if version == (2, 2, 7):
        for file, truth in sorted(json.loads((SHARED / "corpus" / "oracle.json").read_text()).items()):
            yield Case("corpus", file, version, {"status": truth["t_rc"], "parsed": truth["parsed"]})


@cache
def _asked(version: Version) -> tuple[Case, ...]:
    names = [("corpus2", file) for file in sorted(json.loads((SHARED / "corpus2" / "oracle-2.2.7.json").read_text()))]
    names += [("corpus", file) for file in sorted(json.loads((SHARED / "corpus" / "oracle.json").read_text()))]
    told = answers(builds()[version], [SHARED / corpus / file for corpus, file in names])
    return tuple(Case(*name, version, truth, asked=True) for name, truth in zip(names, told, strict=True))


def differences(case: Case) -> list[str]:
    """Return what keepalived and we do not agree on, in the virtual servers, the checkers and in what is fatal."""
    configuration = case.read()
    if case.corpus == "corpus" and not case.asked:
        known = [_first_corpus(server) for server in case.truth["parsed"] or []]
        return _unlike(known, [_less(_server(server)) for server in _in_order(configuration)])
    if case.truth["virtual_servers"] is None:
        return (
            [] if configuration.fatal is not None else ["keepalived read no virtual servers, and nothing is fatal here"]
        )
    found = list(map(_server, _in_order(configuration)))
    known = [_corpus2(server) for server in case.truth["virtual_servers"]]
    for one, other in zip(known, found, strict=False):
        as_the_kernel_has_it(one, other, case.version)
    result = _unlike(known, found)
    if configuration.fatal is not None and case.truth["vrrp"] is not None and case.truth["status"] != _MISSING:
        result.append(f"keepalived reads it all, and here it is fatal: {configuration.fatal}")
    checkers = sorted(
        (real.key.address, checker.kind)
        for server in _in_order(configuration)
        for real in server.own_real_servers
        for checker in real.checkers
        if checker.kind not in _NOT_TOLD
    )
    wanted_checkers = sorted(tuple(one) for one in case.truth["checkers"] if one[1] not in _NOT_TOLD)
    if checkers != wanted_checkers:
        result.append(f"checkers: keepalived {wanted_checkers}, we {checkers}")
    result += unlike_times(_in_order(configuration), case.truth.get("values", ()), _NOT_TOLD)
    if case.truth["status"] == _MISSING and configuration.fatal is None:
        result.append("a word is missing, and nothing is fatal here")
    return result


def _unlike(wanted: list[dict[str, Any]], found: list[dict[str, Any]]) -> list[str]:
    result = [
        f"{one['name']}: keepalived {_only(one, other)}, we {_only(other, one)}"
        for one, other in zip(wanted, found, strict=False)
        if one != other
    ]
    if len(found) != len(wanted):
        result.append(f"{len(wanted)} virtual servers, we have {len(found)}")
    return result


def _in_order(configuration: Configuration) -> list[VirtualServer]:
    return sorted((*configuration.virtual_servers, *configuration.shadowed), key=lambda server: server.span)


def _only(one: dict[str, Any], other: dict[str, Any]) -> dict[str, object]:
    """Return what `one` has otherwise; of its real servers those that `other` has not."""
    return {
        key: [real for real in value if real not in other[key]] if key == "real_servers" else value
        for key, value in one.items()
        if other.get(key) != value
    }


def _server(server: VirtualServer) -> dict[str, Any]:
    first = server.services[0] if server.services else None
    name = f"GROUP = [{server.group}]"
    if server.group is None and first is not None:
        name = f"FWMARK = {first.fwmark}" if first.fwmark else f"VIP = {first.address}, VPORT = {first.port}"
    sorry = server.sorry_server
    return {
        "name": name,
        "protocol": server.protocol.upper() or "none",
        "scheduler": server.scheduler,
        "method": server.method,
        "quorum": server.quorum,
        "hysteresis": server.hysteresis,
        "delay_loop": server.delay_loop,
        "persistence_timeout": None if not server.persistence_timeout else str(server.persistence_timeout),
        "ops": "ops" in server.flags,
        "alpha": server.alpha,
        "omega": server.omega,
        "inhibit_on_failure": server.inhibit_on_failure,
        "sorry_server": None if sorry is None else str(sorry.key),
        "real_servers": [
            {
                "ip": real.key.address,
                "port": real.key.port,
                "weight": real.weight,
                "method": real.method,
                "inhibit_on_failure": real.inhibit_on_failure,
                "alpha": real.alpha,
                "lthreshold": real.lthreshold,
                "uthreshold": real.uthreshold,
            }
            for real in server.own_real_servers
        ],
    }


def _corpus2(server: dict[str, Any]) -> dict[str, Any]:
    known = {key: value for key, value in server.items() if key != "flags"}
    name = str(server["name"])
    known["name"] = name.rpartition(":")[0] if name.startswith("GROUP") else name
    known["real_servers"] = [
        {key: value for key, value in real.items() if key != "effective_weight"} for real in server["real_servers"]
    ]
    return known


def _less(server: dict[str, Any]) -> dict[str, Any]:
    """Return what the oracle of the first corpus tells."""
    reals = [
        {key: real[key] for key in ("ip", "port", "weight", "method", "inhibit_on_failure")}
        for real in server["real_servers"]
    ]
    return {key: server[key] for key in ("name", "protocol", "scheduler", "quorum", "sorry_server")} | {
        "real_servers": reals
    }


def _first_corpus(server: dict[str, Any]) -> dict[str, Any]:
    name, sorry = server["vs"], server.get("sorry")
    if sorry is not None:  # "[192.168.200.200]:tcp:1358"
        address, port = sorry[1:].partition("]")[0], sorry.rpartition(":")[2]
        sorry = f"[{address}]:{port}" if ":" in address else f"{address}:{port}"
    return {
        "name": name.rpartition(":")[0] if name.startswith("GROUP") else name,
        "protocol": server["protocol"],
        "scheduler": server["sched"],
        "quorum": server["quorum"],
        "sorry_server": sorry,
        "real_servers": [
            {
                "ip": real["ip"],
                "port": real["port"],
                "weight": real["weight"],
                "method": real["method"].partition(",")[0],
                "inhibit_on_failure": real["inhibit"],
            }
            for real in server["rs"]
        ],
    }


@dataclass
class Count:
    """How many files of a version were compared, and how they came out."""

    compared: int = 0
    agree: int = 0
    silent: int = 0  # keepalived crashed or never ended
    excepted: list[str] = field(default_factory=list)
    differ: dict[str, list[str]] = field(default_factory=dict)


def count(version: Version) -> Count:
    """Compare every file of a version."""
    found = Count()
    for case in cases(version):
        if not case.answered:
            found.silent += 1
            continue
        if case.exception is not None:
            found.excepted.append(case.file)
            continue
        found.compared += 1
        if wrong := differences(case):
            found.differ[case.file] = wrong
        else:
            found.agree += 1
    return found


def report(what: str, counted: Callable[[Version], Count]) -> int:
    """Print the counts, and each difference; return how many there are."""
    wrong = 0
    for version in sorted({*VERSIONS, *builds()}):
        found = counted(version)
        print(
            f"keepalived {name_of(version)}, {what}: {found.compared} files compared, {found.agree} agree,"
            f" {len(found.excepted)} exceptions; for {found.silent} keepalived itself gave no answer"
        )
        for file, lines in found.differ.items():
            print(f"  {file}:", *(line[:_SHOWN] for line in lines), sep="\n    ")
        wrong += len(found.differ)
    return wrong


if __name__ == "__main__":
    raise SystemExit(report("virtual servers", count) > 0)
