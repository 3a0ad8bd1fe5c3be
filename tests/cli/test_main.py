"""The console's command line: what it refuses before anything is drawn, and the template."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from lvstui.cli import launch
from lvstui.cli.main import lvsctl, lvstui
from lvstui.settings.template import TEMPLATE
from lvstui.settings.values import SettingsError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    (tmp_path / "lvstui").mkdir()
    return tmp_path / "lvstui"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a", "b", "c"], "give one cluster, two Directors, or --demo alone"),
        (["--demo", "a"], "give one cluster, two Directors, or --demo alone"),
        (["--theme", "dark", "a", "b"], "unknown theme dark; choose one of lvstui-dark"),
        (["", "b"], "an empty name: give one cluster of clusters.toml, or two Directors"),
        (["--interval", "60", "a", "b"], "60 is not a number from 0.2 to 10"),
        (["--interval", "nan", "a", "b"], "nan is not a number from 0.2 to 10"),
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
    assert ran.exit_code == 2 and f"no cluster web: {home}/clusters.toml does not exist. " in ran.output
    (home / "clusters.toml").write_text('[app]\ndirectors = ["a", "b"]\n')
    ran = CliRunner().invoke(lvsctl, ["-c", "web", "status"])
    assert ran.exit_code == 2 and f"no cluster web in {home}/clusters.toml; it defines app. " in ran.output
    (home / "clusters.toml").write_text('[web]\ndirectors = ["a"]\n')
    ran = CliRunner().invoke(lvsctl, ["-c", "web", "status"])
    assert ran.exit_code == 2 and f"{home}/clusters.toml line 2: directors is a list of 1" in ran.output


def test_lvsctl_wants_one_way_of_naming_the_pair() -> None:
    for arguments in ([], ["-c", "web", "-d", "a", "-d", "b"], ["-d", "a"]):
        ran = CliRunner().invoke(lvsctl, [*arguments, "status"])
        assert ran.exit_code == 2
        assert "name the pair" in ran.output or "a is one Director of a pair: give both" in ran.output
    ran = CliRunner().invoke(lvsctl, ["-c", "", "status"])
    assert ran.exit_code == 2 and "-c has an empty name: give it a cluster of clusters.toml" in ran.output


def test_a_name_alone_or_none_tells_what_to_do_next(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    for arguments in ([], ["web"]):
        with pytest.raises(SettingsError) as told:
            launch.console(launch.Wanted(tuple(arguments)))
        for way in ("lvstui DIRECTOR DIRECTOR", "--config-template", "lvstui --demo", f"{home}/clusters.toml"):
            assert way in str(told.value)
        assert f"{home}/clusters.toml does not exist" in str(told.value)
    (home / "clusters.toml").write_text("")
    with pytest.raises(SettingsError, match=f"no cluster is defined in {home}/clusters.toml. Name two Directors"):
        launch.console(launch.Wanted(()))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["drain", "nonsense"], "192.168.211.13:8081"),
        (["drain", "10.0.0.1:99999"], "99999 is no port"),
        (["restore", "2001:db8::1:x"], "bare ADDRESS"),
        (
            ["drain", "10.0.0.1:80", "--override", "quorun"],
            "'quorun' is not a guard. Guards that can be overridden: adverts, ",
        ),
        (["drain", "10.0.0.1:80", "--from", "web"], "'web' is not a virtual server. Give tcp/10.10.0.20:80"),
        (["add", "tcp/10.0.0.9:80", "10.0.0.1"], "is not ADDRESS:PORT"),
        (["add", "http/10.0.0.9:80", "10.0.0.1:80"], "is not a virtual server"),
        (["weight", "10.0.0.1:80", "-5"], "-5 is not a whole number from 0 to 65535"),
        (["history", "--since", "yesterday"], "'yesterday' is not a time"),
        (["drain", "10.0.0.1:80", "--wait", "nan"], "nan is not a number of at least 0"),
        (["drain", "10.0.0.1:80", "--wait", "inf"], "inf is not a number of at least 0"),
    ],
)
def test_a_wrong_name_is_refused_before_anything_is_connected(arguments: list[str], said: str) -> None:
    ran = CliRunner().invoke(lvsctl, ["-d", "no-such-host-1", "-d", "no-such-host-2", *arguments])
    assert ran.exit_code == 2 and said in ran.output, ran.output


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("a", "a", "both Directors are a; they must differ"),
        ("", "b", "'' is not a name for ssh"),
        ("a", "-oProxyCommand=true", "'-oProxyCommand=true' is not a name for ssh"),
        ("a b", "c", "'a b' is not a name for ssh"),
    ],
)
@pytest.mark.parametrize("command", [["status"], ["drain", "10.0.0.1:80", "--yes"], ["undo"], ["history"], ["record"]])
def test_directors_that_are_no_pair_are_refused_before_anything_is_connected(
    first: str, second: str, said: str, command: list[str]
) -> None:
    ran = CliRunner().invoke(lvsctl, ["-d", first, "-d", second, *command])
    assert ran.exit_code == 2 and said in ran.output, ran.output
    with pytest.raises(SettingsError, match=said):
        launch.console(launch.Wanted((first, second)))


def test_lvsctl_tries_itself_on_the_demo(held_live: None) -> None:
    ran = CliRunner().invoke(lvsctl, ["--demo", "status", "--json"])
    assert ran.exit_code == 0, ran.output
    assert {one["state"] for one in json.loads(ran.output)["directors"]} == {"live"}
    ran = CliRunner().invoke(lvsctl, ["--demo", "-d", "a", "-d", "b", "status"])
    assert ran.exit_code == 2 and "--demo opens its own pair" in ran.output
    ran = CliRunner().invoke(lvsctl, ["--demo", "record", "--for", "1s"])
    assert ran.exit_code == 2 and "the demo is not recorded" in ran.output
