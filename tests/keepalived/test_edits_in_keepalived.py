"""keepalived reads what we write as we meant it: edits of the larger corpus, given to keepalived's own parser.

Not a part of the suite: it needs keepalived built with a patch. Under `-t`, after the validation, it writes the checkers' dump
(`dump_data_check`) to the file that $KA_DUMP_CHECK names, and it reads numbers as the running daemon does. The test runs when
$LVSTUI_DUMPING_KEEPALIVED names such binaries by version (`2.2.7=/path/keepalived,2.3.3=/path/keepalived`), as root, in
namespaces of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvstui.cli.local_files import LocalFiles
from lvstui.director.linux.keepalived import checker_dump
from lvstui.keepalived import Configuration, EditRefused, load
from lvstui.keepalived.editing import edit
from tests.support.configurations import CORPUS2, CORPUS_ID
from tests.support.corpora_edits import KINDS, change

BUILDS = [one.partition("=") for one in os.environ.get("LVSTUI_DUMPING_KEEPALIVED", "").split(",") if one]
EACH = 3  # real servers of a file that are edited in every way: the first, the last, and one between
LIMIT_S = 30.0  # 2.3.3 never ends its test of an SMTP_CHECK with `host`
Table = list[tuple[str, list[tuple[str, int, int]]]]


def keepalived(binary: str, path: Path, dump: Path) -> Table | None:
    """The virtual servers that it reads, with their real servers and weights; None where it gives no answer."""
    dump.unlink(missing_ok=True)
    argv = ["unshare", "--kill-child", "-n", "-m", "-p", "-f", binary, "-t", "-i", CORPUS_ID, "-f", path.name]
    try:
        subprocess.run(argv, cwd=path.parent, env={**os.environ, "KA_DUMP_CHECK": str(dump)}, stdin=subprocess.DEVNULL,
                       capture_output=True, timeout=LIMIT_S, check=False)  # fmt: skip
        virtual_servers, real_servers = checker_dump.read(dump.read_bytes())
    except (subprocess.TimeoutExpired, OSError, ValueError):
        return None
    found: Table = []
    for one in real_servers:
        if not found or found[-1][0] != one.virtual_server:
            found.append((one.virtual_server, []))
        found[-1][1].append((one.address, one.port, one.weight))
    assert len(virtual_servers) >= len(found)
    return found


def ours(configuration: Configuration) -> Table:
    found: Table = []
    for server in sorted((*configuration.virtual_servers, *configuration.shadowed), key=lambda one: one.span):
        first = server.services[0]
        name = f"{first.address} {server.protocol} {first.port}"
        if server.group is not None:
            name = f"group {server.qualifier} {server.group}"
        elif first.fwmark:
            name = f"fwmark {first.fwmark}" + (" inet6" if first.family == "inet6" else "")
        if not found or found[-1][0] != name:
            found.append((name, []))
        found[-1][1].extend((real.key.address, real.key.port, real.weight) for real in server.own_real_servers)
    return found


def some_edits(before: Configuration) -> Iterator[tuple[str, Configuration]]:
    every = [(server, real) for server in before.virtual_servers for real in server.real_servers]
    for server, real in dict.fromkeys([every[0], every[-1], every[len(every) // 2]][:EACH]):
        for kind in KINDS:
            try:
                yield f"{kind} {real.key} in {server.id}", edit.make(before, [change(kind, server, real)]).apply(before)
            except EditRefused:
                continue


@pytest.mark.timeout(0)
@pytest.mark.skipif(not CORPUS2.is_dir(), reason="../shared/corpus2 is not here")
@pytest.mark.parametrize(("version", "binary"), [(one, three) for one, _, three in BUILDS])
def test_keepalived_reads_what_we_write_as_we_meant_it(version: str, binary: str, tmp_path: Path) -> None:
    numbers = tuple(map(int, version.split(".")))
    folder, dump = tmp_path / "corpus2", tmp_path / "dump"
    shutil.copytree(CORPUS2, folder)
    wrong: list[str] = []
    done = silent = other = 0
    for path in sorted(
        one for one in folder.rglob("*") if one.is_file() and one.suffix != ".json" and one.name != "README.md"
    ):
        before = load(str(path), LocalFiles(), CORPUS_ID, (numbers[0], numbers[1], numbers[2]))
        if not before.virtual_servers or before.fatal is not None:
            continue
        if (told := keepalived(binary, path, dump)) is None:
            silent += 1
            continue
        if told != ours(before):
            other += 1  # `corpora` tells why
            continue
        for what, after in some_edits(before):
            for source in after.files:
                Path(source.path).write_bytes(source.data)
            told = keepalived(binary, path, dump)
            if told != ours(after):
                wrong.append(f"{path.name}: {what}: keepalived {told}, we {ours(after)}")
            done += 1
            for source in before.files:
                Path(source.path).write_bytes(source.data)
    print(
        f"keepalived {version}: {done} edits, {len(wrong)} wrong; {silent} files without an answer, {other} read otherwise"
    )
    assert not wrong, "\n".join(line[:600] for line in wrong)
    assert done > 300
