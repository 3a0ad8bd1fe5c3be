"""Quit, always: nothing that a thread still waits for (a name's look-up, most likely) may hold the console up.

SIGTERM and SIGHUP (a closed terminal) quit too, so that the terminal is put back; the agents of both Directors see their links
end, and put back by themselves what was not confirmed.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_WITHOUT_TERMINAL_S = 2.0  # for the sessions to be closed; the agents see their links end in any case


class NoWaitExecutor(ThreadPoolExecutor):
    """The loop's threads; at the end of the loop nobody waits for them."""

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        super().shutdown(wait=False, cancel_futures=True)


def quit_on_signals(quit: Callable[[int], None]) -> None:
    """Call `quit` with the exit status (128 and the signal's number, as a shell has it) when the process is told to end."""
    loop = asyncio.get_running_loop()

    def told(number: int) -> None:
        if not os.isatty(0):
            _end_soon(128 + number)
        quit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        try:
            loop.add_signal_handler(number, told, number)
        except (RuntimeError, ValueError):
            return  # not the main thread: whoever runs the console there ends it


def _end_soon(status: int) -> None:
    """End the process though the terminal is gone: what Textual still wants to write there may block for good."""
    timer = threading.Timer(_WITHOUT_TERMINAL_S, os._exit, (status,))
    timer.daemon = True
    timer.start()


def leave(status: int) -> None:
    """End the process now if a thread would hold it up. Everything that must be put in order has been by then."""
    waiting = [one for one in threading.enumerate() if one is not threading.current_thread() and not one.daemon]
    if waiting:
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except OSError:
                pass  # the terminal is gone
        os._exit(status)
    sys.exit(status)
