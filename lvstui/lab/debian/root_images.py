"""Build the Debian systems of the lab: one disk image per release."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from importlib import resources
from pathlib import Path

from lvstui.lab.debian import debian_store

RELEASES = ("bookworm", "trixie", "bullseye")
_PACKAGES = (
    "keepalived,ipvsadm,openssh-server,systemd,systemd-sysv,dbus,sudo,iproute2,python3,kmod,procps,nginx,"
    "util-linux,inetutils-syslogd,curl"
)
_LEFT_OUT = ("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*")


def _recipe() -> str:
    return resources.files("lvstui.lab.debian").joinpath("recipe.sh").read_text()


def image_path(release: str) -> Path:
    """Return where the image of that release is, or will be: a changed recipe is another file."""
    made_from = "\n".join((_recipe(), _PACKAGES, *_LEFT_OUT))
    digest = hashlib.sha256(made_from.encode()).hexdigest()[:12]
    return debian_store.store() / f"{release}-{digest}.ext4"


def ensure_image(release: str) -> Path:
    """Return the image of that release, built first if it is not there (about a minute); raises LabError."""
    return debian_store.kept(image_path(release), lambda fresh: _build(release, fresh))


def _build(release: str, fresh: Path) -> None:
    options = [
        "--variant=minbase",
        "--format=null",
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in _LEFT_OUT),
        f"--include={_PACKAGES}",
        f"--customize-hook={_recipe()}",
        f"--customize-hook=download /image '{fresh}'",
    ]
    debian_store.mmdebstrap(options, release, fresh, target="-")
    # mmdebstrap hands the image over as a stream: give the file its holes back (about half of it).
    if shutil.which("fallocate"):
        subprocess.run(["fallocate", "--dig-holes", str(fresh)], check=False, capture_output=True)
