"""Quit always quits: whatever is connecting, asking or hanging. Each in a process of its own, on a terminal."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from lvstui.demo.pair import DemoPair
from tests.console.terminal import CONSOLE, Terminal

LIMIT = 3.0  # seconds; 1 on a machine that does nothing else (`make bench` says so)
QUIT_KEYS = {"q": b"q", "ctrl+q": b"\x11"}

# A look-up that never answers, as with a name server that is down.
NO_NAMES = "import socket, threading; socket.getaddrinfo = lambda *a, **k: threading.Event().wait(600);"
# A link whose agent never says a word after it was started.
SILENT = (
    "import lvstui.transport.ssh as ssh, asyncio\n"
    "async def receive(self): await asyncio.Event().wait()\n"
    "ssh.SshLink.receive = receive\n"
)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


@pytest.fixture
def deaf() -> Iterator[int]:
    """A port that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def config(folder: Path, port: int) -> Path:
    path = folder / "ssh_config"
    path.write_text(f"Host d1 d2\n  HostName 127.0.0.1\n  Port {port}\n  User nobody\n")
    return path


@pytest.mark.parametrize("key", QUIT_KEYS)
def test_while_ssh_connects(home: Path, deaf: int, key: str) -> None:
    with Terminal(["-F", str(config(home, deaf)), "d1", "d2"]) as terminal:
        terminal.until_shown(b"connecting")
        terminal.write(QUIT_KEYS[key])
        assert terminal.until_ended() < LIMIT
        assert terminal.status == 0


def test_while_a_name_is_looked_up(home: Path) -> None:
    with Terminal(["nowhere1", "nowhere2"], code=NO_NAMES + CONSOLE) as terminal:
        terminal.until_shown(b"connecting")
        terminal.write(b"q")
        assert terminal.until_ended() < LIMIT
        assert terminal.status == 0


@pytest.mark.parametrize("key", QUIT_KEYS)
def test_while_the_operator_is_asked(home: Path, key: str) -> None:
    with DemoPair() as pair:
        (pair.ssh_config.parent / "known_hosts").write_text("")
        with Terminal(["-F", str(pair.ssh_config), *pair.names]) as terminal:
            terminal.until_shown(b"Unknown host")
            terminal.write(QUIT_KEYS[key])
            assert terminal.until_ended() < LIMIT
            assert terminal.status == 0


def test_while_a_link_hangs(home: Path) -> None:
    with DemoPair() as pair, Terminal(["-F", str(pair.ssh_config), *pair.names], code=SILENT + CONSOLE) as terminal:
        terminal.until_shown(b"connecting")
        terminal.write(b"q")
        assert terminal.until_ended() < LIMIT
        assert terminal.status == 0


def test_the_terminal_is_put_back(home: Path, deaf: int) -> None:
    with Terminal(["-F", str(config(home, deaf)), "d1", "d2"]) as terminal:
        terminal.until_shown(b"connecting", b"\x1b[?1049h")
        terminal.write(b"q")
        terminal.until_ended()
        assert terminal.shown.rindex(b"\x1b[?1049l") > terminal.shown.rindex(b"\x1b[?1049h")
        assert b"Traceback" not in terminal.shown
