"""Our edits of awkward and of real files, judged by keepalived itself: none brings a message that was not there before."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping

import pytest

from lvstui.keepalived import Configuration, ConfiguredRealServer, EditRefused, MemoryFiles, VirtualServer, load
from lvstui.keepalived.editing import edit
from lvstui.lab.lab import Lab
from tests.support.awkward_files import awkward_files
from tests.support.configurations import CORPUS_ID, WHEN, corpus, key
from tests.support.waiting import LIMIT_S

pytestmark = pytest.mark.lab

KINDS = ("drain", "weight", "add", "remove")

# Tests every file that it is given, each in a PID namespace of its own, and prints the statuses and messages as JSON.
TEST_ALL = """
import base64, json, subprocess, sys
answers = []
for data in json.load(sys.stdin):
    with open("/run/keepalived.conf", "wb") as file:
        file.write(base64.b64decode(data))
    argv = ["unshare", "--kill-child", "-p", "-f", "keepalived", "-t", "-i", "%s", "-f", "/run/keepalived.conf"]
    done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True)
    answers.append((done.returncode, (done.stdout + done.stderr).decode("utf-8", "replace").splitlines()))
print(json.dumps(answers))
""".replace("%s", CORPUS_ID)


def edited(kind: str, before: Configuration, server: VirtualServer, real: ConfiguredRealServer) -> edit.Edit:
    if kind == "drain":
        return edit.drain(before, server.id, real.key, by="ana@ops1", when=WHEN, reason="kernel update")
    if kind == "weight":
        return edit.set_weight(before, server.id, real.key, 77)
    if kind == "remove":
        return edit.remove(before, server.id, real.key)
    address = "[2001:db8::99]" if ":" in real.key.address else "10.99.99.99"
    return edit.add(before, server.id, key(f"{address}:{real.key.port}"), weight=5, like=real.key)


def edits(files: Mapping[str, bytes], most: int, each: int | None = None) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield so many of every file at most, and of `each` virtual server: its name, and its bytes before and after.

    The kinds take turns.
    """
    number = 0
    for name, data in files.items():
        before = load(name, MemoryFiles({name: data}, {}), CORPUS_ID, (2, 2, 7))
        left = most
        every = [(server, real) for server in before.virtual_servers for real in server.real_servers[:each]]
        for server, real in every:
            try:
                made = edited(KINDS[number % len(KINDS)], before, server, real)
            except EditRefused:
                continue
            yield f"{name} {made.summary}", data, made.files[0].after
            number, left = number + 1, left - 1
            if not left:
                break


def messages(answer: tuple[int, list[str]]) -> set[str]:
    """What was said, but for line numbers, and for the quorum that the weights cannot reach any more."""
    said = {re.sub(r"\((\S+: )?Line \d+\)", "(Line)", line) for line in answer[1]}
    return {line for line in said if "quorum" not in line.lower()}


def test_no_edit_of_an_awkward_file_brings_a_new_message(lab: Lab) -> None:
    check(lab, list(edits(awkward_files(), most=9, each=1)), at_least=25)


def test_no_edit_of_a_real_file_brings_a_new_message(lab: Lab) -> None:
    check(lab, list(edits({path.name: path.read_bytes() for path in corpus()}, most=1)), at_least=50)


def check(lab: Lab, made: list[tuple[str, bytes, bytes]], at_least: int) -> None:
    assert len(made) >= at_least
    files = [base64.b64encode(data).decode() for _, before, after in made for data in (before, after)]
    done = lab.exec("director1", ["python3", "-c", TEST_ALL], json.dumps(files).encode(), timeout_s=LIMIT_S)
    assert done.status == 0, done.stderr
    answers = json.loads(done.stdout)
    for (name, _, _), before, after in zip(made, answers[::2], answers[1::2], strict=True):
        assert messages(after) <= messages(before), name
        assert after[0] in (before[0], 5) and after[0] != 2, name
