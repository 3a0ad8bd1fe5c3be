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


@contextmanager
def a_lab(options: LabOptions) -> Iterator[Lab]:
    """Up, in a folder of its own (a short one: there are sockets in it), and down again."""
    folder = Path(tempfile.mkdtemp(prefix="lvl-"))
    try:
        with Lab.up(options, folder / "lab") as lab:
            yield lab
    finally:
        shutil.rmtree(folder, ignore_errors=True)  # the lab removes an empty one itself


def forget_soon(lab: Lab) -> None:
    """Have both Directors forget a TCP connection after a minute without a packet, not after the kernel's 15.

    One that was cut by a fault stays active in the Director that was cut off, and a later test on this lab would see it.
    """
    for name in addresses.DIRECTORS:
        done = lab.exec(name, ["ipvsadm", "--set", "60", "0", "0"])
        assert done.status == 0, done
