"""From the command to the first frame and from the key to the end, as whole processes on a terminal, beside a bare Textual app.

python -m tests.bench.bench_start
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.support.terminal import Terminal

ROUNDS = 7
FIRST_FRAME, QUIT = 0.5, 1.0  # seconds that are promised

BARE = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    BINDINGS = [("q", "quit", "")]
    def compose(self):
        yield Static("connecting")
Bare().run()
"""


def main() -> int:
    """0 when the console's first frame and its end come within what is promised."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as server:
        os.environ["XDG_CONFIG_HOME"] = folder
        config = Path(folder) / "ssh_config"
        config.write_text(f"Host d1 d2\n  HostName 127.0.0.1\n  Port {server.getsockname()[1]}\n  User nobody\n")
        ours, bare, ends, helps = [], [], [], []
        for _ in range(ROUNDS):
            with Terminal(code=BARE) as terminal:
                bare.append(terminal.until_shown(b"connecting"))
                terminal.write(b"q")
                terminal.until_ended()
            with Terminal(["-F", str(config), "d1", "d2"]) as terminal:
                ours.append(terminal.until_shown(b"starting"))
                terminal.until_shown(b"connecting")
                terminal.write(b"q")
                ends.append(terminal.until_ended())
            began = time.monotonic()
            subprocess.run(
                [sys.executable, "-c", "from lvstui.cli.main import lvstui; lvstui()", "--help"],
                check=True,
                capture_output=True,
            )
            helps.append(time.monotonic() - began)
    frame, other, end = (statistics.median(times) for times in (ours, bare, ends))
    print(
        f"first frame after the command: {frame * 1000:.0f} ms; a bare app: {other * 1000:.0f} ms ({frame / other:.2f})"
    )
    print(f"quit while SSH hangs: {end * 1000:.0f} ms; lvstui --help: {statistics.median(helps) * 1000:.0f} ms")
    return 0 if frame <= FIRST_FRAME and end <= QUIT else 1


if __name__ == "__main__":
    raise SystemExit(main())
