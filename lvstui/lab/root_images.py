"""Build the Debian systems of the lab: one disk image per release, made by mmdebstrap once and kept in the user's cache.

Installs nothing on the host. An image is written beside its place and renamed into it, so a build that is
interrupted leaves no half image, and two builders at once make it once.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import platformdirs

from lvstui.lab.errors import LabError

RELEASES = ("bookworm", "trixie", "bullseye")
_PACKAGES = (
    "keepalived,ipvsadm,openssh-server,systemd,systemd-sysv,dbus,sudo,iproute2,iptables,python3,kmod,procps,nginx,"
    "util-linux,inetutils-syslogd,curl"
)
_LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")


def _recipe() -> str:
    return resources.files("lvstui.lab").joinpath("recipe.sh").read_text()


def image_path(release: str) -> Path:
    """Return where the image of that release is, or will be: a changed recipe is another file."""
    made_from = "\n".join((_recipe(), _PACKAGES, *_LEFT_OUT))
    digest = hashlib.sha256(made_from.encode()).hexdigest()[:12]
    return Path(platformdirs.user_cache_dir("lvstui")) / "lab" / f"{release}-{digest}.ext4"


def ensure_image(release: str) -> Path:
    """Return the image of that release, built first if it is not there (about a minute); raises LabError."""
    path = image_path(release)
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with _only_one(path.with_suffix(".lock")):
        if not path.exists():
            _build(release, path)
    return path


@contextmanager
def _only_one(lock: Path) -> Iterator[None]:
    with lock.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _build(release: str, path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix=".building-", dir=path.parent) as folder:
        fresh = Path(folder, "image")
        done = subprocess.run(_command(release, fresh), capture_output=True, text=True, errors="replace", check=False)
        if done.returncode != 0 or not fresh.exists():
            raise LabError(_explain(release, done.stderr))
        # mmdebstrap hands the image over as a stream: give the file its holes back (about half of it).
        if shutil.which("fallocate"):
            subprocess.run(["fallocate", "--dig-holes", str(fresh)], check=False, capture_output=True)
        os.replace(fresh, path)


def _command(release: str, output: Path) -> list[str]:
    return [
        "mmdebstrap",
        "--variant=minbase",
        "--format=null",
        "--quiet",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in _LEFT_OUT),
        f"--include={_PACKAGES}",
        f"--customize-hook={_recipe()}",
        f"--customize-hook=download /image '{output}'",
        release,
    ]


def _explain(release: str, output: str) -> str:
    lines = [line for line in output.splitlines() if line.strip()]
    reasons = [line for line in lines if line.startswith(("E:", "Err:", "mke2fs:"))] or lines[-5:]
    last = "\n  ".join(reasons[-5:])
    return (
        f"mmdebstrap could not build Debian {release}; nothing was kept. It said:\n  {last}\n"
        "It needs a Debian mirror that this machine's apt can reach, and about 600 MB in the temporary folder."
    )
