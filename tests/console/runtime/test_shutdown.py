"""Quit always quits: whatever is connecting, asking or hanging. Each in a process of its own, on a terminal."""

from __future__ import annotations

import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from rich.segment import Segments

from lvstui.console.app import ConsoleApp
from lvstui.demo.pair import DemoPair
from tests.support.fake_session import FakeSession
from tests.support.named_case import case
from tests.support.telling import Pair
from tests.support.terminal import CONSOLE, Terminal
from tests.support.waiting import until

CTRL_Q = b"\x11"

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


def test_while_ssh_connects_and_the_terminal_is_put_back(home: Path, deaf: int) -> None:
    with Terminal(["-F", str(config(home, deaf)), "d1", "d2"]) as terminal:
        terminal.until_shown(b"connecting", b"\x1b[?1049h")
        terminal.write(b"q")
        terminal.until_ended()
        assert terminal.status == 0
        assert terminal.shown.rindex(b"\x1b[?1049l") > terminal.shown.rindex(b"\x1b[?1049h")
        assert b"Traceback" not in terminal.shown


def test_while_a_name_is_looked_up(home: Path) -> None:
    with Terminal(["nowhere1", "nowhere2"], code=NO_NAMES + CONSOLE) as terminal:
        terminal.until_shown(b"connecting")
        terminal.write(b"q")
        terminal.until_ended()
        assert terminal.status == 0


def test_while_a_link_hangs_and_while_the_operator_is_asked(home: Path) -> None:
    """The latter by ctrl+q alone: a question comes by itself, and no letter answers it."""
    with DemoPair() as pair:
        arguments = ["-F", str(pair.ssh_config), *pair.names]
        with case("a link hangs"), Terminal(arguments, code=SILENT + CONSOLE) as terminal:
            terminal.until_shown(b"connecting")
            terminal.write(b"q")
            terminal.until_ended()
            assert terminal.status == 0
        (pair.ssh_config.parent / "known_hosts").write_text("")
        with case("the operator is asked"), Terminal(arguments) as terminal:
            terminal.until_shown(b"Unknown host")
            terminal.write(CTRL_Q)
            terminal.until_ended()
            assert terminal.status == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_puts_the_terminal_back_and_is_told_in_the_exit_status(home: Path, deaf: int, number: int) -> None:
    with Terminal(["-F", str(config(home, deaf)), "d1", "d2"]) as terminal:
        terminal.until_shown(b"connecting", b"\x1b[?1049h")
        terminal.signal(number)
        terminal.until_ended()
        assert terminal.status == 128 + number
        for on, off in (
            (b"\x1b[?1049h", b"\x1b[?1049l"),
            (b"\x1b[?1000h", b"\x1b[?1000l"),
            (b"\x1b[?25l", b"\x1b[?25h"),
        ):
            assert terminal.shown.rindex(off) > terminal.shown.rindex(on), off
        assert b"Traceback" not in terminal.shown


def test_a_closed_terminal_ends_it(home: Path, deaf: int) -> None:
    with Terminal(["-F", str(config(home, deaf)), "d1", "d2"]) as terminal:
        terminal.until_shown(b"connecting")
        terminal.hang_up()
        until(lambda: terminal.status is not None)  # there is nothing more to be read
        assert terminal.status == 128 + signal.SIGHUP


def test_ctrl_z_gives_the_terminal_back_and_fg_goes_on(home: Path, deaf: int) -> None:
    with Terminal(["-F", str(config(home, deaf)), "d1", "d2"]) as terminal:
        terminal.until_shown(b"connecting")
        terminal.write(b"\x1a")
        terminal.until(lambda: terminal.stopped)
        terminal.until(lambda: terminal.shown.rfind(b"\x1b[?1049l") > terminal.shown.rfind(b"\x1b[?1049h"))
        drawn = len(terminal.shown)
        terminal.signal(signal.SIGCONT)
        terminal.until(lambda: b"connecting" in terminal.shown[drawn:])
        terminal.write(CTRL_Q)  # which quits as q does
        terminal.until_ended()
        assert terminal.status == 0


async def test_a_crash_shows_where_and_no_variable() -> None:
    app = ConsoleApp(lambda questions: FakeSession(Pair().up()))
    with pytest.raises(RuntimeError, match="on purpose"):
        async with app.run_test():
            auth_pass = "hunter" + str(len("22") + 20)
            try:
                raise RuntimeError(f"on purpose {len(auth_pass)}")
            except RuntimeError as error:
                app._handle_exception(error)
            [told] = [one.segments for one in app._exit_renderables if isinstance(one, Segments)]
            shown = "".join(segment.text for segment in told)
    assert "RuntimeError" in shown and "test_a_crash_shows_where" in shown and "hunter22" not in shown
