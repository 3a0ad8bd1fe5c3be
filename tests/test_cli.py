"""The console's command line: what it refuses before anything is drawn, and the template."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from lvstui.cli import lvsctl, lvstui
from lvstui.settings.template import TEMPLATE


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "lvstui").mkdir()
    return tmp_path / "lvstui"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a", "b", "c"], "give a cluster, or two Directors, or --demo alone"),
        (["--demo", "a"], "give a cluster, or two Directors, or --demo alone"),
        (["--theme", "dark", "a", "b"], "there is no theme dark; there are lvstui-dark"),
        (["--interval", "60", "a", "b"], "0.2"),
        (["a", "b"], "the console needs a terminal"),
    ],
)
def test_what_the_console_refuses(arguments: list[str], said: str) -> None:
    ran = CliRunner().invoke(lvstui, arguments)
    assert ran.exit_code == 2 and said in ran.output


def test_the_template_is_printed() -> None:
    assert CliRunner().invoke(lvstui, ["--config-template"]).output == TEMPLATE


def test_lvsctl_says_where_a_cluster_is_to_be_written(home: Path) -> None:
    ran = CliRunner().invoke(lvsctl, ["-c", "web", "status"])
    assert ran.exit_code == 2 and f"{home}/clusters.toml: there is no cluster web in it" in ran.output
    (home / "clusters.toml").write_text('[web]\ndirectors = ["a"]\n')
    ran = CliRunner().invoke(lvsctl, ["-c", "web", "status"])
    assert ran.exit_code == 2 and f"{home}/clusters.toml line 2: directors is a list of 1" in ran.output


def test_lvsctl_wants_one_way_of_naming_the_pair() -> None:
    for arguments in ([], ["-c", "web", "-d", "a", "-d", "b"], ["-d", "a"]):
        ran = CliRunner().invoke(lvsctl, [*arguments, "status"])
        assert ran.exit_code == 2 and "name the pair" in ran.output
