"""What is shipped: the same bytes every time, enough to run, and nothing of the console."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile

from lvstui.transport import bootstrap
from lvstui.transport.bundle import bundle

IMPORTS = """
import sys
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/vendor"]
import lvstui.director.main, lvstui.director.linux.network, pyroute2.netlink.rtnl.ifinfmsg
outside = [name for name in sys.modules if name.startswith("lvstui.") and not name.startswith("lvstui.director")]
print(lvstui.director.main.__file__.startswith(sys.argv[1]), outside)
"""


def test_the_bundle_is_the_same_every_time() -> None:
    first = bundle()
    bundle.cache_clear()
    assert bundle() == first


def test_the_agent_imports_out_of_it_with_nothing_installed(tmp_path: object) -> None:
    path = f"{tmp_path}/bundle.zip"
    with open(path, "wb") as file:
        file.write(bundle())
    ran = subprocess.run([sys.executable, "-ISc", IMPORTS, path], capture_output=True, text=True, check=False)
    assert (ran.stderr, ran.stdout) == ("", "True []\n")


def test_nothing_of_the_console_is_in_it() -> None:
    names = zipfile.ZipFile(io.BytesIO(bundle())).namelist()
    assert {name.split("/")[1] for name in names if name.startswith("lvstui/")} == {"__init__.py", "director"}
    assert not [name for name in names if "__pycache__" in name or "tests" in name]


def test_no_shell_touches_the_command() -> None:
    inside = bootstrap.command().removeprefix("sh -c '").removesuffix("'")
    assert not set("'\n!\\") & set(inside.replace('\\"', ""))
