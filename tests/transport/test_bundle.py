"""What is shipped: made once, enough to run, and nothing of the console."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lvstui.transport import bootstrap
from lvstui.transport.bundle import bundle

IMPORTS = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/vendor"]
import lvstui.director.serve, lvstui.director.linux.network, pyroute2.netlink.rtnl.ifinfmsg
outside = [name for name in sys.modules if name.startswith("lvstui.") and not name.startswith("lvstui.director")]
print(lvstui.director.serve.__file__.startswith(sys.argv[1]), outside)
"""

BOOT = """
import sys, types
sys.path.insert(0, sys.argv[1])
import lvstui.director
agent = types.ModuleType("lvstui.director.serve")
def main():
    import psutil
    psutil.cpu_percent()
    print(psutil.__file__)
agent.main = main
sys.modules[agent.__name__] = lvstui.director.serve = agent
from lvstui.director.boot import main
main(sys.argv[1])
"""


def test_two_links_that_begin_at_once_share_one_bundle() -> None:
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(lambda _: bundle(), range(2))
    assert first is second


def test_the_agent_imports_out_of_it_with_nothing_installed(tmp_path: object) -> None:
    path = f"{tmp_path}/bundle.zip"
    with open(path, "wb") as file:
        file.write(bundle())
    ran = subprocess.run([sys.executable, "-ISc", IMPORTS, path], capture_output=True, text=True, check=False)
    assert (ran.stderr, ran.stdout) == ("", "True []\n")


def test_on_another_platform_the_directors_own_psutil_is_used(tmp_path: Path) -> None:
    ours, path = tmp_path / "ours.zip", tmp_path / "bundle.zip"
    ours.write_bytes(bundle())
    with zipfile.ZipFile(ours) as old, zipfile.ZipFile(path, "w") as other:
        for name in old.namelist():
            other.writestr(name, b"Linux riscv128" if name == "platform/machine" else old.read(name))
    for zipped, theirs in ((path, True), (ours, False)):
        ran = subprocess.run([sys.executable, "-ISc", BOOT, zipped], capture_output=True, text=True, check=False)
        assert ran.stderr == ""
        assert ran.stdout.startswith(f"{zipped}/platform") is not theirs, ran.stdout


def test_nothing_of_the_console_is_in_it() -> None:
    names = zipfile.ZipFile(io.BytesIO(bundle())).namelist()
    assert {name.split("/")[1] for name in names if name.startswith("lvstui/")} == {"__init__.py", "director"}
    assert not [name for name in names if "__pycache__" in name or "tests" in name]


def test_no_shell_touches_the_command() -> None:
    inside = bootstrap.command().removeprefix("sh -c '").removesuffix("'")
    assert not set("'\n!\\") & set(inside.replace('\\"', ""))
