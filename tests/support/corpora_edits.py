"""Every edit of every real server of a file, and whether the reading afterwards is what was meant and nothing else.

`python -m tests.support.corpora_edits` does it for all files of both corpora and each version of keepalived (make corpus).

Not for: how the files are read in the first place (see `corpora`).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from lvstui.cli.local_files import LocalFiles
from lvstui.keepalived import (
    Configuration,
    ConfiguredRealServer,
    ConfiguredVrrpInstance,
    EditRefused,
    RealServerKey,
    SyncGroup,
    VirtualServer,
    load,
)
from lvstui.keepalived.editing import edit
from lvstui.keepalived.editing.edit import Change
from tests.support.configurations import CORPUS, CORPUS2, CORPUS_ID, WHEN

VERSIONS = ((2, 2, 7), (2, 3, 3), (2, 4, 3))
KINDS = ("drain", "weight", "remove")
Version = tuple[int, int, int]


def files(*, first: bool = False) -> list[Path]:
    """All files of the larger corpus, those of the subfolders too, which others include; and those of the first one."""
    found = [path for path in CORPUS.iterdir() if first and path.name not in ("index.tsv", "oracle.json")]
    found += [
        path for path in CORPUS2.rglob("*") if path.is_file() and path.name != "README.md" and path.suffix != ".json"
    ]
    return sorted(found)


def every_edit(path: Path, version: Version) -> Iterator[tuple[str, str]]:
    """Make each edit of each real server; each gives its kind, or `refused` and why. Raises AssertionError."""
    before = load(str(path), LocalFiles(), CORPUS_ID, version)
    if before.fatal is not None and not before.virtual_servers:
        return
    for server in before.virtual_servers:
        for real in server.real_servers:
            for kind in KINDS:
                where = f"{path.name} {version} {kind} {real.key} in {server.id}"
                try:
                    made = edit.make(before, [change(kind, server, real)])
                except EditRefused as refused:
                    assert _stands(before, refused), f"{where}: {refused}"
                    yield "refused", f"{where}: {refused.reason}"
                    continue
                after = made.apply(before)
                problem = wrong(before, after, server, real.key, kind)
                assert problem is None, f"{where}: {problem}"
                if kind == "drain":
                    again = edit.restore(after, server.id, real.key).apply(after)
                    assert again.files == before.files, f"{where}: the restore gives other bytes"
                yield kind, where


def change(kind: str, server: VirtualServer, real: ConfiguredRealServer) -> Change:
    """The change of that kind."""
    if kind == "drain":
        return edit.DrainRealServer(server.id, real.key, "ana@ops1", WHEN, "kernel update")
    return edit.SetWeight(server.id, real.key, 77) if kind == "weight" else edit.RemoveRealServer(server.id, real.key)


def _stands(configuration: Configuration, refused: EditRefused) -> bool:
    """Whether the refusal names a line that there is."""
    source = next((one for one in configuration.files if one.path == refused.path), None)
    return source is not None and 1 <= refused.line <= source.data.count(b"\n") + 1


def wrong(
    before: Configuration, after: Configuration, server: VirtualServer, key: RealServerKey, kind: str
) -> str | None:
    """What of the reading afterwards is not as meant."""
    if after.fatal != before.fatal and (
        after.fatal is None or before.fatal is None or after.fatal.message != before.fatal.message
    ):
        return f"fatal: {after.fatal}"
    for what, one, other in (
        ("VRRP", list(map(_lineless, before.vrrp)), list(map(_lineless, after.vrrp))),
        ("a sync group", list(map(_lineless, before.sync_groups)), list(map(_lineless, after.sync_groups))),
        ("a second of one name", _others(before, server), _others(after, server)),
        ("an ignored one", list(map(_bare, before.ignored)), list(map(_bare, after.ignored))),
    ):
        if one != other:
            return f"{what} is another"
    if before.global_defs != after.global_defs or len(before.virtual_servers) != len(after.virtual_servers):
        return "global_defs or the number of virtual servers differs"
    for old, new in zip(before.virtual_servers, after.virtual_servers, strict=True):
        if old is new:
            continue
        if old.id != server.id:
            if _bare(old) != _bare(new):
                return f"{old.id} is another"
            continue
        if replace(_bare(old), real_servers=()) != replace(_bare(new), real_servers=()):
            return "the virtual server is another"
        if (found := _real_servers(new)) != (meant := _meant(old, key, kind)):
            return f"{found} and not {meant}"
    return None


def _others(configuration: Configuration, server: VirtualServer) -> list[VirtualServer]:
    """Those that an earlier one of another name has taken in."""
    return [_bare(one) for one in configuration.shadowed if one.id != server.id]


def _meant(server: VirtualServer, key: RealServerKey, kind: str) -> list[ConfiguredRealServer]:
    found = []
    for real in _real_servers(server):
        if real.key != key:
            found.append(real)
        elif kind != "remove":
            found.append(replace(real, weight=0 if kind == "drain" else 77))
    return found


def _real_servers(server: VirtualServer) -> list[ConfiguredRealServer]:
    return [
        replace(real, drained=None, line=0, end_line=0, checkers=tuple(replace(one, line=0) for one in real.checkers))
        for real in server.real_servers
    ]


def _bare(server: VirtualServer) -> VirtualServer:
    """Without lines, and without the quorum, which follows the weights."""
    sorry = None if server.sorry_server is None else replace(server.sorry_server, line=0)
    reals = tuple(_real_servers(server))
    return replace(
        server, quorum=0, hysteresis=0, sorry_server=sorry, real_servers=reals, line=0, end_line=0, also=()
    )  # fmt: skip


def _lineless(one: ConfiguredVrrpInstance | SyncGroup) -> ConfiguredVrrpInstance | SyncGroup:
    return replace(one, line=0) if isinstance(one, SyncGroup) else replace(one, line=0, end_line=0)


def tally(paths: Sequence[Path], versions: Sequence[Version]) -> tuple[Counter[str], Counter[str]]:
    """All edits of those files: how many of each kind, and for which reasons others were refused."""
    kinds: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for path in paths:
        for version in versions:
            for kind, what in every_edit(path, version):
                kinds[kind] += 1
                if kind == "refused":
                    reasons[re.sub(r"\S*[\d:/]\S*", "…", what.partition(": ")[2])[:90]] += 1
    return kinds, reasons


def main() -> int:
    """Print what became of all edits, version by version."""
    for version in VERSIONS:
        kinds, reasons = tally(files(first=True), [version])
        told = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))
        print(f"keepalived {'.'.join(map(str, version))}: {told}")
        for reason, count in reasons.most_common():
            print(f"  {count:4} refused: {reason}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
