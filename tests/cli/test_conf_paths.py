"""Names of files: those that `patch` takes, from any folder, and never of another file than keepalived reads."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lvstui.cli.conf import conf
from lvstui.director.linux.files.config_files import tidy

SERVER = (
    "virtual_server 10.77.0.100 80 {\n    protocol TCP\n    real_server 172.20.5.11 80 {\n        weight 1\n    }\n}\n"
)
DRAIN = ("drain", "172.20.5.11:80")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(conf, list(arguments))


def tree(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def applied(folder: Path, diff: str) -> None:
    """Apply a diff as an operator would, in that folder."""
    patch = shutil.which("patch")
    if patch is None:
        pytest.skip("patch is not installed")
    subprocess.run([patch, "--binary", "-p0", "--batch"], cwd=folder, input=diff.encode(), check=True)


@pytest.fixture
def above(tmp_path: Path) -> Path:
    """A file that is included with `..`, and another by `$_PWD`, in a folder `pwd`."""
    tree(
        tmp_path / "pwd",
        {
            "keepalived.conf": "include conf.d/parts/*.conf\ninclude ${_PWD}/inc/a.conf\n",
            "conf.d/parts/a.conf": "include ../b.rs\n",
            "conf.d/b.rs": SERVER,
            "inc/a.conf": "include ${_PWD}/web.conf\n",
            "inc/web.conf": SERVER.replace("5.11", "5.12").replace("0.100", "0.101"),
        },
    )
    return tmp_path


@pytest.mark.parametrize(
    ("where", "file", "named"),
    [
        ("", "pwd/keepalived.conf", "pwd/conf.d/b.rs"),
        ("pwd", "keepalived.conf", "conf.d/b.rs"),
        ("pwd", "./conf.d/../keepalived.conf", "conf.d/b.rs"),
        ("pwd/conf.d", "../keepalived.conf", "b.rs"),
    ],
)
def test_a_diff_names_the_file_from_the_current_folder_and_patch_takes_it(
    above: Path, monkeypatch: pytest.MonkeyPatch, where: str, file: str, named: str
) -> None:
    monkeypatch.chdir(above / where)
    for path in (file, str(above / where / file)):
        result = run(path, *DRAIN)
        assert result.exit_code == 0, result.output
        assert [line for line in result.stdout.splitlines() if line[:3] in ("---", "+++")] == [
            f"--- {named}",
            f"+++ {named}",
        ]
    applied(above / where, result.stdout)
    assert "weight 0  # drained, was 1" in (above / "pwd/conf.d/b.rs").read_text()


@pytest.mark.parametrize(
    ("where", "file"), [("", "pwd/keepalived.conf"), ("pwd", "keepalived.conf"), ("pwd/inc", "../keepalived.conf")]
)
def test_includes_are_looked_for_from_the_files_own_folder(
    above: Path, monkeypatch: pytest.MonkeyPatch, where: str, file: str
) -> None:
    monkeypatch.chdir(above / where)
    told = json.loads(run(file, "--json").output)
    assert [server["id"] for server in told["virtual_servers"]] == ["tcp/10.77.0.100:80", "tcp/10.77.0.101:80"]
    assert not any("no file matches" in one["message"] for one in told["diagnostics"])
    assert not any("parts/.." in name for name in told["files"])


def test_a_file_that_is_not_below_is_named_whole_and_what_applies_it_is_said(
    above: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    result = run(str(above / "pwd/keepalived.conf"), *DRAIN)
    assert f"--- {above}/pwd/conf.d/b.rs" in result.stdout
    assert "patch --binary -d / -p1" in result.stderr


def test_behind_a_link_to_a_folder_the_file_is_the_one_that_the_kernel_comes_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree(
        tmp_path,
        {
            "etc/keepalived.conf": "include parts/a.conf\n",
            "real/parts/a.conf": "include ../b.rs\n",
            "real/b.rs": SERVER,
        },
    )
    (tmp_path / "etc/b.rs").write_text("# another file of that name\n")
    (tmp_path / "etc/parts").symlink_to("../real/parts")
    monkeypatch.chdir(tmp_path)
    assert tidy("etc/parts/../b.rs") == str(tmp_path.resolve() / "real/b.rs")
    assert tidy("etc/./b.rs") == "etc/b.rs" and tidy("etc/parts/a.conf") == "etc/parts/a.conf"
    result = run("etc/keepalived.conf", *DRAIN)
    assert "--- real/b.rs\n" in result.stdout
    applied(tmp_path, result.stdout)
    assert "weight 0" in (tmp_path / "real/b.rs").read_text()
