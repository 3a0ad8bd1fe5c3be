"""Watches a Director's configuration during a change: run there by its own python3, with inotify and looks in between.

Arguments: the live path, and a file whose appearance ends it. Prints JSON: every state in which the live path was seen (sha256,
mode), and the widest mode in which anything beside it was seen.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import select
import sys

_EVERYTHING = 0xFFF


def look(path: str) -> tuple[str, int] | None:
    """What a reader would get now; None: there is nothing at the path."""
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest(), os.fstat(file.fileno()).st_mode & 0o7777
    except FileNotFoundError:
        return None


def main() -> None:
    live, end = sys.argv[1:]
    folder = os.path.dirname(os.path.realpath(live))
    libc = ctypes.CDLL(None)
    watch = libc.inotify_init1(os.O_NONBLOCK)
    libc.inotify_add_watch(watch, folder.encode(), _EVERYTHING)
    seen: set[tuple[str, int] | None] = set()
    beside: dict[str, int] = {}
    print("ready", flush=True)
    while not os.path.exists(end):
        select.select([watch], [], [], 0.002)
        try:
            os.read(watch, 65536)
        except BlockingIOError:
            pass  # a look in between
        seen.add(look(live))
        for name in os.listdir(folder):
            if "lvstui" in name:
                try:
                    beside[name] = beside.get(name, 0) | os.lstat(f"{folder}/{name}").st_mode & 0o7777
                except FileNotFoundError:
                    pass  # gone already
    print(json.dumps({"live": sorted(map(str, seen)), "beside": beside}))


if __name__ == "__main__":
    main()
