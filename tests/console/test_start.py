"""What the first frame waits for, and what it shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.terminal import Terminal

HEAVY = (
    "asyncssh",
    "pyroute2",
    "psutil",
    "cryptography",
    "lvstui.keepalived",
    "lvstui.session.session",
    "lvstui.cluster.plan.plan",
)


@pytest.mark.parametrize("module", ["lvstui.console.app", "lvstui.cli.main", "lvstui.cli.launch"])
def test_nothing_heavy_is_imported_before_the_first_frame(module: str) -> None:
    code = f"import sys, {module}; print([one for one in {HEAVY} if one in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_help_does_not_wait_for_the_screen() -> None:
    code = "import sys, lvstui.cli.main; print('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_the_first_frame_comes_before_any_network(tmp_path: Path) -> None:
    """No session is ever made here: what it needs cannot be imported."""
    code = "import sys; sys.modules['asyncssh'] = None; from lvstui.cli.main import lvstui; lvstui(['d1', 'd2'])"
    with Terminal(code=code, environment={"XDG_CONFIG_HOME": str(tmp_path)}) as terminal:
        terminal.until_shown(b"starting", b"Help")


def test_the_title_waits_for_no_reading() -> None:
    code = (
        "import sys; from lvstui.console.terminal.terminal_text import Terminal; Terminal(True).title('web\\x07'); "
        "print('lvstui.keepalived' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
