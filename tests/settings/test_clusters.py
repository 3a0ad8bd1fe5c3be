"""clusters.toml: what is read, and every error with its file, its line, and what would be right."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lvstui.settings import clusters, preferences
from lvstui.settings.template import TEMPLATE
from lvstui.settings.values import COLUMNS, Clusters, DirectorSettings, Preferences, SettingsError

FILE = Path("/home/ana/.config/lvstui/clusters.toml")
ACTIONS = ("drain", "restore", "help")

WHOLE = """\
theme = "lvstui-light"
units = "byte"

[keys]
drain = "D"

[web-prod]
directors = ["lb1", "lb2"]
production = true
interval = 0.5

[web-test]
read_only = true
[[web-test.directors]]
host = "192.0.2.11"
user = "ops"
port = 2222
sudo = false
[[web-test.directors]]
host = "lb4"
config = "/opt/keepalived.conf"
"""


def read(text: str) -> Clusters:
    return clusters.read(FILE, text, ACTIONS)


def test_a_whole_file() -> None:
    read_in = read(WHOLE)
    assert read_in.preferences == Preferences(theme="lvstui-light", units="byte", keys={"drain": "D"})
    assert list(read_in.clusters) == ["web-prod", "web-test"]
    prod, test = read_in.clusters.values()
    assert prod.directors == (DirectorSettings("lb1"), DirectorSettings("lb2"))
    assert prod.production and not prod.read_only and prod.preferences.interval == 0.5
    assert test.directors[0] == DirectorSettings("192.0.2.11", "ops", 2222, sudo=False)
    assert test.directors[1] == DirectorSettings("lb4", config="/opt/keepalived.conf")
    assert test.read_only and not test.production


def test_no_file_is_no_clusters(tmp_path: Path) -> None:
    assert clusters.load(tmp_path / "clusters.toml") == Clusters()


def test_the_template_is_read_as_it_is_and_with_every_setting_switched_on(tmp_path: Path) -> None:
    assert read(TEMPLATE) == Clusters()
    (tmp_path / "ssh_config").write_text("")
    lines = [line[1:] if line[:1] == "#" and line[1:2] not in (" ", "") else line for line in TEMPLATE.splitlines()]
    everything = clusters.read(tmp_path / "clusters.toml", "\n".join(lines), ACTIONS)
    assert list(everything.clusters) == ["web-prod", "web-test"]
    assert everything.preferences == Preferences(
        "lvstui-dark",
        1.0,
        "bit",
        False,
        False,
        COLUMNS,
        "local",
        True,
        "bell",
        "error",
        {"drain": "d", "help": "f1"},
        True,
        24.0,
        200.0,
    )
    assert everything.clusters["web-test"].ssh_config == tmp_path / "ssh_config"
    assert everything.clusters["web-test"].directors[1].config == "/opt/keepalived/keepalived.conf"


PAIR = '[web]\ndirectors = ["a", "b"]\n'


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a = \n", 1, "it is not TOML"),
        ('[web]\ndirectors = ["a"', 2, "it is not TOML"),
        ("[web]\n[web]\n", 2, "it is not TOML"),
        ('theme = "drak"\n', 1, "theme is 'drak'; it must be lvstui-dark"),
        ('theme = "lvstui-drak"\n', 1, "did you mean lvstui-dark?"),
        ("theme = 3\n", 1, "theme is 3; it must be a text in quotes"),
        ("\ninterval = 0.1\n", 2, "interval is 0.1; it must be a number from 0.2 to 10"),
        ("interval = true\n", 1, "interval is true; it must be a number"),
        ('units = "Mb"\n', 1, "units is 'Mb'; it must be bit, byte or binary"),
        ('ascii = "yes"\n', 1, "ascii is 'yes'; it must be true or false"),
        ("privacy = 1\n", 1, "privacy is 1; it must be true or false"),
        ('columns = ["weigth"]\n', 1, "columns has 'weigth'; it must be a list of weight, active"),
        ('columns = "weight"\n', 1, "columns has 'weight'; it must be a list of"),
        ('[keys]\ndrain = ","\n', 2, "it must be a key"),
        ("them = 1\n", 1, "unknown setting them; it must be"),
        ("keys = 1\n", 1, "keys is 1; it must be a table: [keys]"),
        ('[keys]\ndrian = "d"\n', 2, "there is no action drian; it must be drain, restore or help"),
        ('[keys]\ndrain = ""\n', 2, "it must be a key"),
        ('[keys]\ndrain = "a b"\n', 2, "it must be a key"),
        ("[keys]\ndrain = 1\n", 2, "it must be a text in quotes"),
        ('[keys]\ndrain = "x"\nrestore = "x"\n', 3, "x is the key of drain already; it must be another one"),
        ("[web]\n", 1, "directors is missing; it must be the two Directors"),
        ('# c\n[web]\ndirectors = ["a"]\n', 3, "directors is a list of 1; it must be the two Directors"),
        ('[web]\ndirectors = "a"\n', 2, "directors is not a list; it must be the two Directors"),
        ("[web]\ndirectors = [1, 2]\n", 2, "directors has 1; it must be the two Directors"),
        ('[web]\ndirectors = ["a", "a"]\n', 2, "both Directors are a; they must differ"),
        ('[web]\ndirectors = ["-oProxyCommand=x", "b"]\n', 2, "is not a name for ssh; it must be one word"),
        ('[web]\ndirectors = ["a b", "b"]\n', 2, "is not a name for ssh"),
        ('["web prod"]\ndirectors = ["a", "b"]\n', 1, "cannot be a cluster's name; it must be one word"),
        (PAIR + "production = 1\n", 3, "production is 1; it must be true or false"),
        (PAIR + 'read_only = "no"\n', 3, "read_only is 'no'; it must be true or false"),
        (PAIR + "readonly = true\n", 3, "(did you mean read_only?)"),
        (PAIR + 'ssh_config = "gone"\n', 3, "there is no file /home/ana/.config/lvstui/gone; it must be an ssh_config(5)"),
        (PAIR + "interval = 11\n", 3, "interval is 11; it must be a number from 0.2 to 10"),
        (PAIR + '[web.keys]\nx = "y"\n', 4, "there is no action x"),
        ('[[web.directors]]\nuser = "x"\n[[web.directors]]\nhost = "b"\n', 1, "a Director without host"),
        ('[[web.directors]]\nhost = "a"\n[[web.directors]]\nhost = "b"\nport = 0\n', 5, "port is 0; it must be a number from 1"),
        ('[[web.directors]]\nhost = "a"\nport = 2.5\n[[web.directors]]\nhost = "b"\n', 3, "port is 2.5; it must be a whole"),
        ('[[web.directors]]\nhost = "a"\nuser = 1\n[[web.directors]]\nhost = "b"\n', 3, "user is 1; it must be a text"),
        ('[[web.directors]]\nhost = "a"\nsudo = 1\n[[web.directors]]\nhost = "b"\n', 3, "sudo is 1; it must be true or false"),
        ('[[web.directors]]\nhost = "a"\nconfig = "x"\n[[web.directors]]\nhost = "b"\n', 3, "it must be a whole path"),
        ('[[web.directors]]\nhost = "a"\nprot = 1\n[[web.directors]]\nhost = "b"\n', 3, "(did you mean port?)"),
        ('[web]\ndirectors = [{host = "a", port = "x"}, "b"]\n', 2, "port is 'x'; it must be a number"),
        ('web.directors = ["a"]\n', 1, "directors is a list of 1"),
    ],
)  # fmt: skip
def test_every_error_says_where_and_what_would_be_right(text: str, line: int, said: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read(text)
    assert str(raised.value).startswith(f"{FILE} line {line}: "), raised.value
    assert said in str(raised.value)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "clusters.toml"
    path.write_bytes(b"\xff")
    with pytest.raises(SettingsError, match=r"clusters\.toml: it cannot be read"):
        clusters.load(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(SettingsError, match=r"clusters\.toml: it cannot be read: Is a directory$"):
        clusters.load(path)


def test_what_says_it_first_holds() -> None:
    line = Preferences(theme="a")
    cluster = Preferences(theme="b", interval=2.0, keys={"drain": "D"})
    everywhere = Preferences(interval=3.0, units="byte", keys={"drain": "X", "help": "f1"})
    held = preferences.merged(line, cluster, everywhere)
    keys = {"drain": "D", "help": "f1"}
    assert held == replace(preferences.DEFAULTS, theme="a", interval=2.0, units="byte", keys=keys)
    assert preferences.merged().theme == "lvstui-dark"


def test_choices_come_back_as_they_were_kept(tmp_path: Path) -> None:
    path = tmp_path / "lvstui" / "settings.toml"
    assert preferences.load_choices(path) == Preferences()
    chosen = Preferences(
        "lvstui-light",
        2.5,
        "binary",
        True,
        False,
        ("in", "out"),
        "utc",
        False,
        "osc777",
        "critical",
        {"drain": 'quote"', "help": "f1"},
        False,
        2.5,
    )
    preferences.save_choices(path, chosen)
    assert preferences.load_choices(path) == chosen
    assert [one.name for one in path.parent.iterdir()] == ["settings.toml"]


def test_choices_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('theme = "lvstui-dark"\nspeed = 1\n')
    with pytest.raises(SettingsError, match=r"settings\.toml line 2: unknown setting speed"):
        preferences.load_choices(path)
    path.write_bytes(b"\xff")
    with pytest.raises(SettingsError, match="cannot be read"):
        preferences.load_choices(path)


def test_which_of_several_keepalived_is_said_for_the_cluster_or_a_director() -> None:
    read_in = read('[a]\ndirectors = ["lb1", {host = "lb2", keepalived = "web2"}]\nkeepalived = "web1"\n')
    assert [one.keepalived for one in read_in.clusters["a"].directors] == ["web1", "web2"]
    with pytest.raises(SettingsError, match="line 3: '' names no keepalived"):
        read('[a]\ndirectors = ["lb1", "lb2"]\nkeepalived = ""\n')
