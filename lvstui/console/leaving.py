"""Quit always quits: nothing that a thread is still waiting for (a name's look-up, most likely) may hold the console up."""

from __future__ import annotations

import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor


class Impatient(ThreadPoolExecutor):
    """The loop's threads; at the end of the loop nobody waits for them."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


def leave() -> None:
    """End the process now if a thread would hold it up. Everything that must be put in order has been by then."""
    waiting = [one for one in threading.enumerate() if one is not threading.current_thread() and not one.daemon]
    if waiting:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
