"""Pack the agent as one zip in memory: `lvstui.director`, and pyroute2 and psutil for it to run with; and the probe, alone.

Made once per process from what is installed here. psutil's one extension goes along; it is used where the Director is of
the same platform, and where it is not, the Director's own psutil is. Beside each source goes its code as this Python
compiled it: a Director with the same version starts in a fraction of the time, and any other one compiles the source itself.
"""

from __future__ import annotations

import functools
import importlib.util
import io
import marshal
import platform
import struct
import threading
import zipfile
from importlib import resources
from importlib.machinery import SourceFileLoader
from importlib.resources.abc import Traversable

_SUFFIXES = (".py", ".so")
_OTHER_SYSTEMS = ("_psaix.py", "_psbsd.py", "_psosx.py", "_pssunos.py", "_pswindows.py")  # psutil's
_PYROUTE2 = (
    "common.py",
    "config",
    "netlink/__init__.py",
    "netlink/exceptions.py",
    "netlink/rtnl/__init__.py",
    "netlink/rtnl/ifaddrmsg.py",
    "netlink/rtnl/iw_event.py",
    "netlink/rtnl/ifinfmsg",
)


_QUICKLY = 1  # of zlib: a tenth larger than by default, and made in half the time
_one_at_a_time = threading.Lock()


def bundle() -> bytes:
    """Return the zip; `lvstui.director.boot.main` starts what is in it. May be called from any thread: it takes 0.1 s once."""
    with _one_at_a_time:
        return _bundle()


@functools.cache
def _bundle() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "lvstui/__init__.py", b"")
        _add(archive, resources.files("lvstui.director"), "lvstui/director")
        _add_pyroute2(archive)
        _add(archive, resources.files("psutil"), "platform/psutil")
        _put(archive, "platform/machine", f"{platform.system()} {platform.machine()}".encode())
    return buffer.getvalue()


@functools.cache
def probe_bundle() -> bytes:
    """Return the zip of a probe; `lvstui.probe.serve_probe.main` starts it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        _put(archive, "lvstui/__init__.py", b"")
        _add(archive, resources.files("lvstui.probe"), "lvstui/probe")
    return buffer.getvalue()


def _add_pyroute2(archive: zipfile.ZipFile) -> None:
    """Add what `director.linux.network` needs of it, and an empty package: all of it takes seconds to import."""
    _put(archive, "vendor/pyroute2/__init__.py", b"")
    root = resources.files("pyroute2")
    for name in _PYROUTE2:
        if name.endswith(".py"):
            _put_file(archive, root.joinpath(name), f"vendor/pyroute2/{name}")
        else:
            _add(archive, root.joinpath(name), f"vendor/pyroute2/{name}")


def _add(archive: zipfile.ZipFile, folder: Traversable, name: str) -> None:
    for item in sorted(folder.iterdir(), key=lambda item: item.name):
        if item.is_dir() and item.name not in ("__pycache__", "tests"):
            _add(archive, item, f"{name}/{item.name}")
        elif item.name.endswith(_SUFFIXES) and item.name not in _OTHER_SYSTEMS:
            _put_file(archive, item, f"{name}/{item.name}")


def _put_file(archive: zipfile.ZipFile, item: Traversable, name: str) -> None:
    data = item.read_bytes()
    _put(archive, name, data)
    if name.endswith(".py"):
        _put(archive, name + "c", _compiled(item, data))


def _compiled(item: Traversable, source: bytes) -> bytes:
    """Return a .pyc that is used unchecked (PEP 552), where the Director's Python has this one's magic number."""
    with resources.as_file(item) as path:
        code = SourceFileLoader(path.stem, str(path)).get_code(
            path.stem
        )  # from the cache that is there, if it is fresh
    head = importlib.util.MAGIC_NUMBER + struct.pack("<I", 1) + importlib.util.source_hash(source)
    return head + marshal.dumps(code)


def _put(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, _QUICKLY)
