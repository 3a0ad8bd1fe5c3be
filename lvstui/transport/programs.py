"""Name what can be shipped over a link and started at its other end: its bundle, and the module in it that begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from lvstui.transport.bundle import bundle, probe_bundle


class Program(NamedTuple):
    """Something that is shipped."""

    entry: str  # a module with a `main`
    pack: Callable[[], bytes]  # may take a tenth of a second, from any thread


AGENT = Program("lvstui.director.boot", bundle)
PROBE = Program("lvstui.probe.serve_probe", probe_bundle)
