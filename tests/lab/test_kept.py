"""What a change leaves as it was on a real disk: links, owners, modes, ACLs; and that nobody ever reads a torn file."""

from __future__ import annotations

import asyncio
import hashlib
import inspect
import json
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from lvstui.lab.lab import CONFIG_PATH, Lab
from tests.support import watched
from tests.support.faulted_session import DIRECTORS, PATIENT, SHORT, scene
from tests.support.lab_faults import another_weight, shell
from tests.support.pair_state import beside
from tests.support.waiting import LIMIT_S, until

pytestmark = pytest.mark.lab

FOLDER = "/etc/keepalived"
# user::rw-, user:1:r--, group::r--, mask::r--, other::--- as the kernel stores it.
ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", tag, permissions, id)
    for tag, permissions, id in (
        (1, 6, 2**32 - 1),
        (2, 4, 1),
        (4, 4, 2**32 - 1),
        (16, 4, 2**32 - 1),
        (32, 0, 2**32 - 1),
    )
)
_SET_ACL = "import os,sys; os.setxattr(sys.argv[1], 'system.posix_acl_access', bytes.fromhex(sys.argv[2]))"
_GET_ACL = "import os,sys; print(os.getxattr(sys.argv[1], 'system.posix_acl_access').hex())"


@pytest.fixture
def strange_files(lab: Lab) -> Lab:
    """keepalived.conf is a link to a file of mode 0640 that includes one with an ACL, on both Directors."""
    for name in DIRECTORS:
        data = lab.read_file(name)
        main, _, rest = data.partition(b"virtual_server ")
        shell(lab, name, f"mkdir -p {FOLDER}/conf.d && rm {FOLDER}/keepalived.conf")
        lab.write_file(name, b"virtual_server " + rest, f"{FOLDER}/conf.d/web.conf")
        lab.write_file(name, main + b"include conf.d/*.conf\n", f"{FOLDER}/main.keepalived")
        said = shell(
            lab,
            name,
            f"cd {FOLDER} && ln -s main.keepalived keepalived.conf && chown 0:1 main.keepalived conf.d/web.conf"
            f' && chmod 640 main.keepalived && python3 -c "{_SET_ACL}" conf.d/web.conf {ACL.hex()}'
            " && systemctl reload keepalived",
        )
        assert said == "", said
    until(lab.ready)
    return lab


def looks(lab: Lab, name: str) -> str:
    """Kind, owner, mode and ACL of the files."""
    files = "keepalived.conf main.keepalived conf.d/web.conf"
    acl = f'python3 -c "{_GET_ACL}" conf.d/web.conf'
    script = f"cd {FOLDER} && stat -c '%n %F %u:%g %a %N' {files} && {acl}"
    return shell(lab, name, script)


async def test_links_owners_modes_and_acls_are_kept_and_the_include_is_what_changes(strange_files: Lab) -> None:
    lab = strange_files
    before = {name: looks(lab, name) for name in DIRECTORS}
    assert ACL.hex() in before["director1"]
    assert "symbolic link" in before["director1"]
    main = {name: lab.read_file(name) for name in DIRECTORS}
    async with scene(lab) as open_session:
        outcome = await open_session.make(open_session.drain())
    assert outcome.kind == "done", outcome
    for name in DIRECTORS:
        assert looks(lab, name) == before[name]
        assert lab.read_file(name) == main[name]
        assert b"weight 0  # drained" in lab.read_file(name, f"{FOLDER}/conf.d/web.conf")
        assert shell(lab, name, f"ls -A {FOLDER} {FOLDER}/conf.d | grep lvstui") == ""


@contextmanager
def watching(lab: Lab, name: str) -> Iterator[dict[str, object]]:
    """What was seen of the live path is in the dictionary afterwards."""
    seen: dict[str, object] = {}
    ready = threading.Event()
    said: list[bytes] = []

    def output(_: str, data: bytes) -> None:
        said.append(data)
        ready.set()

    source = inspect.getsource(watched)
    argv = ["python3", "-c", source, CONFIG_PATH, "/run/watched"]
    thread = threading.Thread(target=lambda: lab.stream(name, argv, b"", output))
    thread.start()
    try:
        assert ready.wait(LIMIT_S)
        yield seen
    finally:
        shell(lab, name, "touch /run/watched")
        thread.join()
        shell(lab, name, "rm /run/watched")
    seen.update(json.loads(b"".join(said).decode().partition("ready\n")[2]))


@pytest.mark.parametrize("ends", ["done", "rolled back"])
async def test_the_live_path_is_never_empty_partial_or_open_to_others(lab: Lab, ends: str) -> None:
    name = "director2"
    shell(lab, name, f"chmod 600 {CONFIG_PATH}")
    limits = replace(PATIENT, verify=SHORT.verify) if ends == "rolled back" else PATIENT
    with watching(lab, name) as seen:
        async with scene(lab, limits=limits) as open_session:
            plan = open_session.drain()
            if ends == "rolled back":
                open_session.on(name, "verify", lambda: another_weight(open_session, name))
            outcome = await open_session.make(plan)
    assert outcome.kind == ends, outcome
    [mine] = [one.replacements[0] for one in plan.directors if one.name == name]
    allowed = {str((digest, 0o600)) for digest in (mine.sha256, hashlib.sha256(mine.data).hexdigest())}
    assert set(seen["live"]) == allowed  # type: ignore[call-overload]
    assert set(seen["beside"]) >= {".keepalived.conf.lvstui-new", ".keepalived.conf.lvstui-journal"}  # type: ignore[call-overload]
    assert set(seen["beside"].values()) == {0o600}  # type: ignore[attr-defined]
    assert beside(lab, name) == []


@pytest.fixture
def restarted(lab: Lab) -> Iterator[None]:
    """Have keepalived begin anew after the test: no reload undoes `enable_script_security` (lib/notify.c up to 2.3.3)."""
    before = {name: lab.read_file(name) for name in DIRECTORS}
    yield
    for name, data in before.items():
        lab.write_file(name, data)
        shell(lab, name, "systemctl restart keepalived")


@pytest.mark.usefixtures("restarted")
async def test_a_script_user_with_which_keepalived_t_kills_itself(lab: Lab) -> None:
    for name in DIRECTORS:
        data = lab.read_file(name).replace(
            b"global_defs {", b"global_defs {\n    script_user nobody\n    enable_script_security", 1
        )
        data = data.replace(b"vrrp_instance VI_1 {", b'vrrp_instance VI_1 {\n    notify_fault "/bin/true"', 1)
        lab.write_file(name, data)
        shell(lab, name, "systemctl reload keepalived")
    plain = await asyncio.to_thread(shell, lab, "director1", f"keepalived -t -f {CONFIG_PATH} >/dev/null 2>&1; echo $?")
    assert plain.strip().endswith(str(128 + 15)), plain
    async with scene(lab) as open_session:
        outcome = await open_session.make(open_session.drain())
    assert outcome.kind == "done", outcome


@pytest.mark.parametrize("names", [("director1-ops", "director2"), ("director1", "director2-ops")])
async def test_an_account_with_sudo_beside_one_of_root(lab: Lab, names: tuple[str, str]) -> None:
    async with scene(lab, names) as open_session:
        outcome = await open_session.make(open_session.drain())
    assert outcome.kind == "done", outcome
    assert all(b"weight 0  # drained" in lab.read_file(name) for name in DIRECTORS)


async def test_hostile_names_are_names_and_nothing_else(lab: Lab) -> None:
    hostile = "a $(touch pwned);'\"`touch pwned` .conf"
    for name in DIRECTORS:
        main, _, rest = lab.read_file(name).partition(b"virtual_server ")
        shell(lab, name, f"mkdir -p {FOLDER}/conf.d")
        lab.write_file(name, b"virtual_server " + rest, f"{FOLDER}/conf.d/{hostile}")
        lab.write_file(name, main + b"include conf.d/*.conf\n")
        shell(lab, name, "systemctl reload keepalived")
    until(lab.ready)
    async with scene(lab, by="ana'; touch /pwned; $(touch /pwned)@\x1b[31mops1") as open_session:
        outcome = await open_session.make(open_session.drain())
    assert outcome.kind == "done", outcome
    for name in DIRECTORS:
        assert b"weight 0  # drained" in lab.read_file(name, f"{FOLDER}/conf.d/{hostile}")
        assert (
            shell(lab, name, "find / -maxdepth 1 -name pwned; find /run /tmp /etc/keepalived /root -name pwned") == ""
        )
