"""Start the agent out of the bundle: make the libraries that were shipped importable, and run it. This is what runs first.

`/proc/self/fd/N` is the bundle, a zip that exists in memory alone. Python cannot load an extension out of a zip, so psutil's
is copied into a memory file of its own; that works on a Director whose every file system is mounted noexec.
"""

from __future__ import annotations

import gc
import importlib.machinery
import os
import sys
import zipimport
from typing import Any, Optional

_PSUTIL_EXTENSION = "psutil._psutil_linux"


def main(bundle: str) -> None:
    """Run the agent on standard input and output until its link ends. `bundle` is the path of the zip."""
    gc.disable()  # until all is imported
    prepare(bundle)
    from .serve import main as serve

    gc.enable()
    serve()


def prepare(bundle: str) -> None:
    """Make the libraries of the bundle importable."""
    sys.modules["ssl"] = None  # type: ignore[assignment]  # asyncio does without, and it takes long to load
    zipped = zipimport.zipimporter(bundle)
    sys.path.insert(1, bundle + "/vendor")
    if zipped.get_data(bundle + "/platform/machine").decode() == f"{os.uname().sysname} {os.uname().machine}":
        sys.path.insert(2, bundle + "/platform")
        sys.meta_path.insert(0, _MemoryExtension(zipped, bundle))
    else:
        import site

        site.main()  # the Director's own psutil


class _MemoryExtension:
    """A finder of psutil's extension, which loads it from a memory file."""

    def __init__(self, zipped: Any, bundle: str) -> None:
        self._zipped = zipped
        self._bundle = bundle

    def find_spec(self, name: str, path: Any, target: Any = None) -> Optional[importlib.machinery.ModuleSpec]:
        if name != _PSUTIL_EXTENSION:
            return None
        try:
            data = self._zipped.get_data(self._bundle + "/platform/psutil/_psutil_linux.abi3.so")
        except OSError:
            return None
        descriptor = os.memfd_create(name)
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        origin = f"/proc/self/fd/{descriptor}"
        loader = importlib.machinery.ExtensionFileLoader(name, origin)
        return importlib.machinery.ModuleSpec(name, loader, origin=origin)
