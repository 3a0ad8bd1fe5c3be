"""The guest's kernel: what is taken of the packages, and by which loader it is run. mmdebstrap itself is played by a script."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from lvstui.lab.debian import guest_kernel
from lvstui.lab.errors import LabError
from tests.support.played_mmdebstrap import first_on_the_path, play


@pytest.fixture
def mmdebstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return first_on_the_path(tmp_path, monkeypatch)


def loader_of(program: str) -> Path:
    """The one that runs the programs of this machine."""
    maps = Path(f"/proc/{os.getpid()}/maps").read_text().split()
    return next(Path(word) for word in maps if "/ld-linux" in word or "/ld-2" in word)


def test_a_program_is_run_by_the_loader_that_is_put_in(tmp_path: Path) -> None:
    true, loader, program = shutil.which("true"), tmp_path / "a-loader", tmp_path / "program"
    assert true is not None
    program.write_bytes(guest_kernel.with_loader(Path(true).read_bytes(), str(loader)))
    program.chmod(0o755)
    with pytest.raises(FileNotFoundError):
        subprocess.run([program], check=True)
    shutil.copy(loader_of(sys.executable), loader)
    subprocess.run([program], check=True)


def test_a_program_without_a_loader_is_refused() -> None:
    header = b"\x7fELF".ljust(54, b"\0") + (56).to_bytes(2, "little") + bytes(8)
    with pytest.raises(ValueError, match="a program without a loader"):
        guest_kernel.with_loader(header, "/a-loader")


def packages_of(folder: Path, *, without: str = "") -> Path:
    """Packages as mmdebstrap unpacks them: the kernel (a program that is at hand), its C library, and what is not wanted."""
    root = folder / "root"
    for name, content in {
        "usr/bin/linux.uml": Path(shutil.which("true") or "").read_bytes(),
        "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": b"loader",
        "usr/lib/x86_64-linux-gnu/libc.so.6": b"library",
        "usr/lib/x86_64-linux-gnu/libm.so.6": b"not wanted",
        "usr/lib/uml/modules/7.2.1/kernel/ip_vs.ko": b"module",
        "usr/share/doc/user-mode-linux/copyright": b"not wanted",
    }.items():
        if name == without:
            continue
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    path = folder / "packages.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(root, ".")
    return path


def test_the_kernel_its_modules_and_its_library_are_kept(mmdebstrap: Path, tmp_path: Path) -> None:
    # The last argument is the file to be written.
    play(mmdebstrap, f'for file in "$@"; do :; done; cp {packages_of(tmp_path)} "$file"; echo "$@" >> {tmp_path}/runs')
    kernel = guest_kernel.ensure_kernel()
    assert guest_kernel.ensure_kernel() == kernel
    assert [run.split()[-2] for run in (tmp_path / "runs").read_text().splitlines()] == ["forky"], "fetched once"
    files = {
        str(path.relative_to(kernel.folder)): path.read_bytes() for path in kernel.folder.rglob("*") if path.is_file()
    }
    program = files.pop("linux.uml")
    library = kernel.folder / "usr/lib/x86_64-linux-gnu"
    assert program.endswith(f"{library}/ld-linux-x86-64.so.2\0".encode()), "where it stays, not where it was made"
    assert files == {
        "usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2": b"loader",
        "usr/lib/x86_64-linux-gnu/libc.so.6": b"library",
        "usr/lib/uml/modules/7.2.1/kernel/ip_vs.ko": b"module",
    }
    assert kernel.argv == ["env", f"LD_LIBRARY_PATH={library}", f"{kernel.folder}/linux.uml"]
    assert os.access(kernel.folder / "linux.uml", os.X_OK)
    assert [path.name for path in kernel.modules.iterdir()] == ["7.2.1"]


def test_what_cannot_be_fetched_is_said_and_nothing_is_kept(mmdebstrap: Path) -> None:
    play(mmdebstrap, "echo 'E: no mirror answers' >&2; exit 25")
    with pytest.raises(LabError, match="could not build Debian forky; nothing was kept") as raised:
        guest_kernel.ensure_kernel()
    assert "E: no mirror answers" in str(raised.value)
    assert [entry.suffix for entry in guest_kernel.kernel_path().parent.iterdir()] == [".lock"]


def test_packages_without_the_kernel_are_told_and_nothing_is_kept(mmdebstrap: Path, tmp_path: Path) -> None:
    packages = packages_of(tmp_path, without="usr/bin/linux.uml")
    play(mmdebstrap, f'for file in "$@"; do :; done; cp {packages} "$file"')
    with pytest.raises(LabError, match=r"could not be unpacked; nothing was kept: .*usr/bin/linux\.uml"):
        guest_kernel.ensure_kernel()
    assert [entry.suffix for entry in guest_kernel.kernel_path().parent.iterdir()] == [".lock"]
