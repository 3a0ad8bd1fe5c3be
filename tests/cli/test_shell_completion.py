"""The completions in the shells themselves: a line is begun, Tab is pressed, and the line is as it should be."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT
from tests.support.terminal import Terminal

COMPLETIONS = ROOT / "docs" / "completions"

LINES = [
    ("lvsctl conf keep", "lvsctl conf keepalived.conf "),
    ("lvsctl conf keepalived.conf drain 192.168.211.13:80", "lvsctl conf keepalived.conf drain 192.168.211.13:8082 "),
    (
        "lvsctl conf keepalived.conf drain 1 --from=tcp/10",
        "lvsctl conf keepalived.conf drain 1 --from=tcp/10.0.0.1:80 ",
    ),
    ("lvstui web-p", "lvstui web-prod "),
]
# Each with its prompt, and with ctrl+x telling what is on the line; ctrl+u takes it away.
SHELLS = {
    "bash": (
        ["bash", "--norc", "--noprofile", "-i"],
        f"PS1='> '; source {COMPLETIONS}/lvsctl.bash; source {COMPLETIONS}/lvstui.bash\n"
        "bind -x '\"\\C-x\": echo \"<$READLINE_LINE>\"'; echo rea''dy\n",
    ),
    "zsh": (
        ["zsh", "-f", "-i"],
        "PS1='> '; autoload -Uz compinit; compinit -u -D; setopt no_always_last_prompt\n"
        f"source {COMPLETIONS}/lvsctl.zsh; source {COMPLETIONS}/lvstui.zsh\n"
        "tell() { print -r -- \"<$BUFFER>\" }; zle -N tell; bindkey '^X' tell; echo rea''dy\n",
    ),
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "lvstui").mkdir()
    (tmp_path / "lvstui" / "clusters.toml").write_text('[web-prod]\ndirectors = ["lb1", "lb2"]\n')
    real = "real_server 192.168.211.13 8082 {\n weight 1\n}\n"
    (tmp_path / "keepalived.conf").write_text(f"virtual_server 10.0.0.1 80 {{\n protocol TCP\n{real}}}\n")
    return tmp_path


def environment(home: Path) -> dict[str, str]:
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {"PATH": path, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_STATE_HOME": str(home)}


@pytest.mark.parametrize("shell", SHELLS)
def test_a_line_is_completed(shell: str, home: Path) -> None:
    command, begin = SHELLS[shell]
    code = f"import os; os.chdir({str(home)!r}); os.execvp({shell!r}, {command!r})"
    with Terminal(code=code, environment=environment(home), size=(200, 40)) as terminal:
        terminal.write(begin.encode())
        terminal.until_shown(b"ready")
        for begun, whole in LINES:
            terminal.write(f"{begun}\t\x18".encode())
            terminal.until_shown(f"<{whole}>".encode())
            terminal.write(b"\x15")


def test_fish_knows_how_it_may_go_on(home: Path) -> None:
    asked = "; ".join(f"complete -C '{begun}'; echo ." for begun, _ in LINES)
    script = f"source {COMPLETIONS}/lvsctl.fish; source {COMPLETIONS}/lvstui.fish; {asked}"
    done = subprocess.run(
        ["fish", "--no-config", "--command", script],
        cwd=home,
        env={**os.environ, **environment(home)},
        capture_output=True,
        text=True,
        check=True,
    )
    told = [answer.strip("\n").partition("\t")[0] for answer in done.stdout.split("\n.\n")]
    assert told == [*(whole.split()[-1] for _, whole in LINES), ""] and done.stderr == ""


def test_fish_shows_a_help_text_with_a_comma_whole(home: Path) -> None:
    script = f"source {COMPLETIONS}/lvsctl.fish; complete -C 'lvsctl drain --dry'"
    command = ["fish", "--no-config", "--command", script]
    told = subprocess.run(
        command, env={**os.environ, **environment(home)}, capture_output=True, text=True, check=True
    ).stdout
    assert told == "--dry-run\tShow the plan, change nothing.\n"
