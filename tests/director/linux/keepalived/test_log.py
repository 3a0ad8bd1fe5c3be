"""Where a daemon's log is looked for."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from lvstui.director.linux.keepalived import daemon_search, log
from lvstui.director.linux.keepalived.daemon import Daemon
from lvstui.director.linux.keepalived.log import follow, log_source
from lvstui.director.protocol.keepalived_messages import Log
from tests.support.a_keepalived import keepalived


@pytest.fixture(autouse=True)
def no_other_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log, "program", lambda name: None)
    monkeypatch.setattr(log, "_SYSLOGS", ())


def daemon(pid: int) -> Daemon:
    return Daemon(next(one for one in daemon_search.parents() if one.process.pid == pid), 0, 0, ())


async def test_its_standard_output_is_followed_where_it_is_a_file(tmp_path: Path) -> None:
    output = tmp_path / "out.log"
    texts = [
        "Removing service [a]:tcp:80",
        "Adding service [a]:tcp:80",
        "Reloading ...",
        "Reload complete",
        "Reloading ...",
    ]
    output.write_text("".join(f"Sun Nov 29 12:21:52 2026: {text}\n" for text in texts))  # all within one second
    with keepalived(tmp_path, "-nl", output=output) as (pid, _):
        where = log_source(daemon(pid))
        assert where.files == ((str(output), "Keepalived"),) and not where.journal
        told: asyncio.Queue[Log] = asyncio.Queue()
        following = asyncio.ensure_future(follow(where, told.put_nowait))
        history = await told.get()
        assert (history.history, [line.text for line in history.lines]) == (True, texts)
        with output.open("a") as file:
            file.write("Sun Nov 29 12:21:53 2026: Reload complete\n")
        later = await told.get()
        assert (later.history, [line.text for line in later.lines]) == (False, ["Reload complete"])
        following.cancel()


async def test_where_there_is_no_log_it_says_what_is_not_seen(tmp_path: Path) -> None:
    with keepalived(tmp_path, "-n", "-l") as (pid, _):  # to a pipe, as in most containers
        where = log_source(daemon(pid))
        assert where.files == () and "it logs to its standard output, which is no file (pipe:" in where.why_none
        told: asyncio.Queue[Log] = asyncio.Queue()
        following = asyncio.ensure_future(follow(where, told.put_nowait))
        error = (await told.get()).error
        assert error is not None and "why a check failed" in error
        following.cancel()
    with keepalived(tmp_path, "-l", copy="# /k.conf\ninstance a\n!\n") as (pid, _):
        assert log_source(daemon(pid)) == log.LogSource(False, "", (), "_a"), "without -n it logs to no console"


def test_log_files_of_an_instance_have_its_name(tmp_path: Path) -> None:
    with keepalived(tmp_path, "-n", "-g/var/log/k.log", "-s", "blue", copy="# /k.conf\ninstance web1\n!\n") as (pid, _):
        assert [name for name, _ in log_source(daemon(pid)).files] == [
            "/var/log/k_blue_web1.log",
            "/var/log/k_vrrp_blue_web1.log",
            "/var/log/k_healthcheckers_blue_web1.log",
        ]
