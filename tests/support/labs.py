"""Labs for tests: up in a folder of their own, and down again."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from lvstui.lab.options import LabOptions
from tests.support.waiting import LIMIT_S


@contextmanager
def a_lab(options: LabOptions) -> Iterator[Lab]:
    """Up, in a folder of its own (a short one: there are sockets in it), and down again."""
    folder = Path(tempfile.mkdtemp(prefix="lvl-"))
    try:
        with Lab.up(options, folder / "lab") as lab:
            yield lab
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the lab removes an empty one itself


def until_logged(lab: Lab, director: str, command: str, words: str, *, by: str) -> None:
    """Run a command on a Director with systemd and wait until its journal has these words; `by`: journalctl's options.

    In one go: a process costs much in the guest. Not by the invocation of the unit: on a busy machine journald may still hold a
    new process for one of the invocation before.
    """
    cursor = "cursor=$(journalctl -n 0 --show-cursor | sed -n 's/^-- cursor: //p')"
    told = f'exec journalctl -qf --no-tail --after-cursor "$cursor" {by} -o cat 2>/dev/null'
    script = f"{cursor}; {command} && grep -qm1 '{words}' <({told})"
    done = lab.exec(director, ["bash", "-c", script], timeout_s=LIMIT_S)
    assert done.status == 0, done


def forget_soon(lab: Lab) -> None:
    """Have both Directors forget a TCP connection after a minute without a packet, not after the kernel's 15.

    One that was cut by a fault stays active in the Director that was cut off, and a later test on this lab would see it.
    """
    for name in addresses.DIRECTORS:
        done = lab.exec(name, ["ipvsadm", "--set", "60", "0", "0"])
        assert done.status == 0, done
