"""What is shipped: the wheel's contents, the man pages and completions as the commands are, and what a shell is told."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from docs.man.__main__ import pages
from lvstui.cli import shell_completion
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import ChangeRecord
from lvstui.session.audit_log import HistoryFile
from tests.support.paths import ROOT

CLUSTERS = '[web-prod]\ndirectors = ["lb1", "lb2"]\n[web-test]\ndirectors = ["lb3", "lb4"]\n'


def test_the_wheel_has_everything(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", str(tmp_path)]
    subprocess.run([*build, str(ROOT)], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    sheets = {f"lvstui/styles/{sheet.name}" for sheet in (ROOT / "styles").glob("*.tcss")}
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "lvstui").rglob("*.py")}
    assert sheets | modules <= names
    shared = {name.partition(".data/data/")[2] for name in names if ".data/data/" in name}
    assert shared == {
        "share/man/man1/lvstui.1",
        "share/man/man1/lvsctl.1",
        *(f"share/bash-completion/completions/{name}" for name in ("lvstui", "lvsctl")),
        *(f"share/zsh/site-functions/_{name}" for name in ("lvstui", "lvsctl")),
        *(f"share/fish/vendor_completions.d/{name}.fish" for name in ("lvstui", "lvsctl")),
    }
    assert not [name for name in names if name.startswith(("tests", "screenshots", "docs"))]


def test_the_source_is_shipped_without_the_pictures_of_the_tests(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    subprocess.run(build, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    (source,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(source) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"lvstui/cli/main.py", "styles/main.tcss", "tests/console/screens/test_main_screen.py"} <= names
    assert not [name for name in names if "pictures" in name or "snapshots" in name]


def test_man_pages_and_completions_are_as_the_commands_are() -> None:
    old = [str(path) for path, content in pages().items() if path.read_text() != content]
    assert not old, f"make man: {old}"


def test_a_man_page_is_one_for_man(tmp_path: Path) -> None:
    for path, content in pages().items():
        if path.suffix == ".1":
            assert content.startswith(".TH ")
            assert not [line for line in content.splitlines() if line.startswith("'") or "\t" in line]


def asked(command: str, words: str, home: Path) -> list[str]:
    """What the shell is told of the last word."""
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / "config"),
        "XDG_STATE_HOME": str(home / "state"),
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        f"_{command.upper()}_COMPLETE": "bash_complete",
    }
    program = Path(sys.executable).parent / command
    done = subprocess.run([program], env=environment, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return [line.partition(",")[2] for line in done.stdout.splitlines() if line]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "config" / "lvstui").mkdir(parents=True)
    (tmp_path / "config" / "lvstui" / "clusters.toml").write_text(CLUSTERS)
    (tmp_path / ".ssh" / "more").mkdir(parents=True)
    (tmp_path / ".ssh" / "config").write_text("Include more/*\nHost director1 *.example !no\nHost=director2\n")
    (tmp_path / ".ssh" / "more" / "jump").write_text('Host "jump"\n  HostName 192.0.2.1\n')
    target = Target("tcp/10.0.0.1:80", "192.0.2.11:80")
    drained = ChangeRecord("1", 0.0, "ana", "ops1", "drain", "", "", (target,), (), "done", "", ())
    HistoryFile(tmp_path / "state" / "lvstui" / "history.jsonl").append(drained)
    reals = "".join(f"real_server 192.0.2.1{n} 80 {{\n weight 1\n}}\n" for n in (1, 2))
    (tmp_path / "keepalived.conf").write_text(f"virtual_server 10.0.0.1 80 {{\n protocol TCP\n{reals}}}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("command", "words", "told"),
    [
        ("lvstui", "lvstui web-", ["web-prod", "web-test"]),
        ("lvstui", "lvstui ", ["web-prod", "web-test", "jump", "director1", "director2"]),
        ("lvstui", "lvstui director1 d", ["director1", "director2"]),
        ("lvstui", "lvstui --theme lvstui-l", ["lvstui-light"]),
        ("lvsctl", "lvsctl -c web-p", ["web-prod"]),
        ("lvsctl", "lvsctl -d dir", ["director1", "director2"]),
        ("lvsctl", "lvsctl completion ", ["bash", "zsh", "fish"]),
        ("lvsctl", "lvsctl conf {} drain 192.0.2.1", ["192.0.2.11:80", "192.0.2.12:80"]),
        ("lvsctl", "lvsctl conf {} restore --from tcp", ["tcp/10.0.0.1:80"]),
        ("lvsctl", "lvsctl conf gone drain 1", []),
        ("lvsctl", "lvsctl -c web-prod restore 192", ["192.0.2.11:80"]),
        ("lvsctl", "lvsctl -c web-prod remove 192.0.2.11:80 --from ", ["tcp/10.0.0.1:80"]),
    ],
)
def test_a_shell_completes_from_local_files(home: Path, command: str, words: str, told: list[str]) -> None:
    assert asked(command, words.format(home / "keepalived.conf"), home) == told


def test_a_broken_clusters_file_completes_nothing_and_says_nothing(home: Path) -> None:
    (home / "config" / "lvstui" / "clusters.toml").write_text("[")
    assert asked("lvsctl", "lvsctl -c w", home) == []


@pytest.mark.parametrize("shell", shell_completion.SHELLS)
def test_the_script_is_of_that_shell_and_for_both_commands(shell: str) -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lvsctl", "completion", shell], capture_output=True, text=True, check=True
    )
    for name in ("LVSTUI", "LVSCTL"):
        assert f"_{name}_COMPLETE={shell}_complete" in done.stdout


def test_bash_takes_the_script() -> None:
    script = (ROOT / "docs" / "completions" / "lvsctl.bash").read_text()
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)
