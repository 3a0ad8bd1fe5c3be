"""The images' store: built once, whole or not at all, and readable about why not. mmdebstrap itself is played by a script."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from lvstui.lab import config
from lvstui.lab.debian import root_images
from lvstui.lab.errors import LabError
from tests.support.paths import SHARED
from tests.support.played_mmdebstrap import first_on_the_path, play

SEED = SHARED / "seed"


@pytest.fixture
def mmdebstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return first_on_the_path(tmp_path, monkeypatch)


# The last hook names the file that the image is to be written to.
WRITE_IMAGE = """
for word in "$@"; do case $word in "--customize-hook=download /image "*) out=${word##* }; esac; done
eval "printf image > $out"
"""


def test_two_builders_make_an_image_once(mmdebstrap: Path, tmp_path: Path) -> None:
    play(mmdebstrap, f"echo built >> {tmp_path}/count\n{WRITE_IMAGE}")
    threads = [threading.Thread(target=root_images.ensure_image, args=("bookworm",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (tmp_path / "count").read_text() == "built\n"
    path = root_images.image_path("bookworm")
    assert path.read_text() == "image"
    assert path.is_relative_to(tmp_path / "cache")
    assert sorted(entry.suffix for entry in path.parent.iterdir()) == [".ext4", ".lock"]


def test_a_failed_build_says_why_and_keeps_nothing(mmdebstrap: Path) -> None:
    play(mmdebstrap, f"{WRITE_IMAGE}\necho 'I: chatter' >&2; echo 'E: no mirror answers' >&2; exit 25")
    with pytest.raises(LabError, match="could not build Debian trixie; nothing was kept") as raised:
        root_images.ensure_image("trixie")
    assert "E: no mirror answers" in str(raised.value)
    assert "chatter" not in str(raised.value)
    assert [entry.suffix for entry in root_images.image_path("trixie").parent.iterdir()] == [".lock"]


@pytest.mark.skipif(not SEED.exists(), reason="../shared/seed is not here")
@pytest.mark.parametrize("director", ["director1", "director2"])
def test_the_configuration_is_the_seeds(director: str) -> None:
    assert config.seed(director) == (SEED / f"{director}.conf").read_text()


def test_more_services_follow_the_seeds() -> None:
    text = config.seed("director1", services=3, real_servers=300)
    assert text.startswith(config.seed("director1"))
    assert text.count("virtual_server ") == 4
    assert text.count("real_server ") == 3 + 900
    assert "real_server 192.168.213.50 10002 {" in text
