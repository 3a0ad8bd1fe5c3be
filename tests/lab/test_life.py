"""A lab's life: up beside another one, reached over loopback alone, down without a trace; and what it says when it cannot."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import psutil
import pytest
from click.testing import CliRunner

from lvstui.lab import machine
from lvstui.lab.control_port import ControlLink
from lvstui.lab.errors import LabError
from lvstui.lab.lab import Lab
from lvstui.lab.lab_commands import lab as command
from lvstui.lab.options import LabOptions, pair

host: Any = psutil  # it has no types

pytestmark = pytest.mark.lab


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short one: there are sockets in it."""
    with tempfile.TemporaryDirectory(prefix="lvl-") as name:
        yield Path(name)


def processes_of(directory: Path) -> list[Any]:
    """Every process that has the lab's folder on its command line."""
    return [process for process in host.process_iter() if any(str(directory) in word for word in command_line(process))]


def command_line(process: Any) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []


def test_two_labs_at_once_and_one_goes_without_a_trace(lab: Lab, folder: Path) -> None:
    second = Lab.up(LabOptions(inits=("none", "none"), services=20, real_servers=10), folder / "lab")
    ports = second.state.ports.values()
    try:
        assert second.ready()
        assert second.status()["directors"]["director2"]["services"] == 21, (
            "a table of more than one page of the kernel's"
        )
        assert not set(ports) & set(lab.state.ports.values())
        names = {process.name() for process in processes_of(second.directory)}
        # A guest that is held to a share of a processor has a keeper as well: see processor_share.
        assert {name for name in names if not name.startswith("python")} == {"linux.uml", "slirp4netns"}
        assert Lab.attach(folder / "lab").ready()
        assert {
            len(process.cpu_affinity()) for process in processes_of(second.directory) if "uml" in process.name()
        } == {1}
    finally:
        second.down()
    assert processes_of(second.directory) == []
    assert list(folder.iterdir()) == []
    for port in ports:
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port), timeout=5)
    assert lab.ready()


def test_the_host_is_touched_on_loopback_alone(lab: Lab) -> None:
    listening = {
        connection.laddr.ip
        for process in processes_of(lab.directory)
        for connection in process.net_connections(kind="inet")
        if connection.status in (psutil.CONN_LISTEN, psutil.CONN_NONE)
    }
    assert listening == {"127.0.0.1"}
    # What the Directors have as their gateway knows no way out of the guest.
    lost = lab.exec("director1", ["curl", "-sS", "--max-time", "5", "http://192.0.2.1/"])
    assert lost.status == 7, lost  # refused at once by the router, not lost on the way


async def test_ssh_with_each_account(lab: Lab) -> None:
    expected = {
        "director1": ("root", 0),
        "director2": ("root", 0),
        "director1-ops": ("ops", 0),
        "director2-watch": ("watch", 1),
    }
    for alias, (account, sudo) in expected.items():
        async with asyncssh.connect(alias, config=[str(lab.ssh_config)]) as connection:
            who = await connection.run("id -un; hostname", check=True)
            assert who.stdout == f"{account}\n{alias.partition('-')[0]}\n"
            assert (await connection.run("sudo -n true")).exit_status == sudo


def test_nobody_without_the_secret_is_served(lab: Lab) -> None:
    with pytest.raises(LabError, match="wrong secret"):
        ControlLink(lab.state.ports["control"], "guessed").ask("status")
    assert lab.directory.stat().st_mode & 0o077 == 0  # so nobody else can read it


def test_exec_carries_input_output_and_status(lab: Lab) -> None:
    data = bytes(range(256)) * 1000
    done = lab.exec("director2", ["sh", "-c", "wc -c; echo no >&2; exit 7"], stdin=data)
    assert (done.status, done.stdout.strip(), done.stderr) == (7, str(len(data)), "no\n")
    assert lab.exec("client", ["sh", "-c", "kill -9 $$"]).status == 137
    assert lab.exec("real-server", ["curl", "-s", "http://192.168.211.13:8082/"]).stdout == (
        "<title>Welcome to nginx 8082</title>\n"
    )


def test_the_command_line_shows_and_does(lab: Lab) -> None:
    runner = CliRunner()

    def run(*words: str) -> str:
        result = runner.invoke(command, ["--directory", str(lab.directory), *words], input="")
        assert result.exit_code == 0, result.output
        return result.output

    assert json.loads(run("status", "--json"))["directors"]["director1"]["vips"] == ["10.10.0.20", "192.168.211.20"]
    assert "faults: none" in run("status")
    assert run("ssh-config").strip() == str(lab.ssh_config)
    assert run("exec", "director2", "--", "hostname") == "director2\n"
    assert json.loads(run("traffic", "requests", "--count", "3", "--rate", "50", "--json"))["answered"] == 3
    assert "exchanges, unbroken" in run("traffic", "hold", "--seconds", "0.3")
    run("fault", "web-refusing", "8081")
    assert "web-refusing 8081" in run("status")
    assert run("fault", "lift", "web-refusing", "8081") == "lifted: web-refusing 8081\n"
    refused = runner.invoke(command, ["--directory", str(lab.directory), "fault", "meteor", "director1"])
    assert refused.exit_code == 2
    assert "'meteor' is not a fault" in refused.output


def test_slirp4netns_is_asked_once_it_listens(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, subprocess.Popen(["cat"], stdin=subprocess.PIPE) as program:
        server.bind(str(folder / "api"))  # a file from here on, and refused until it listens
        requests: list[dict[str, Any]] = []

        def answer() -> None:
            while len(requests) < 3:
                with server.accept()[0] as connection:
                    requests.append(json.loads(connection.recv(65536)))
                    connection.sendall(b'{"return": {}}')

        answering = threading.Thread(target=answer, daemon=True)

        def listen_meanwhile(_seconds: float) -> None:
            server.listen()
            answering.start()

        monkeypatch.setattr(time, "sleep", listen_meanwhile)
        wanted = {"control": ("10.0.2.100", 7000), "director1": ("10.0.2.101", 22)}
        ports = machine.forward(folder, program, program, wanted)
        answering.join()
    assert [request["execute"] for request in requests] == ["list_hostfwd", "add_hostfwd", "add_hostfwd"]
    asked = [request["arguments"] for request in requests[1:]]
    assert [one["host_port"] for one in asked] == list(ports.values())
    assert [(one["guest_addr"], one["guest_port"]) for one in asked] == list(wanted.values())


def test_slirp4netns_that_has_ended_is_said(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server, subprocess.Popen(["cat"], stdin=subprocess.PIPE) as kernel:
        server.bind(str(folder / "api"))
        (folder / "network.log").write_text("api_bindlisten: listen\n")
        with subprocess.Popen(["true"]) as network:
            network.wait()
        with pytest.raises(LabError, match=r"^slirp4netns ended at once: api_bindlisten: listen$"):
            machine.forward(folder, network, kernel, {"director1": ("10.0.2.101", 22)})


def test_what_cannot_start_leaves_nothing(folder: Path) -> None:
    with pytest.raises(LabError, match="ended"):
        Lab.up(LabOptions(memory_mib=8), folder / "lab")
    assert processes_of(folder) == []
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_taken_is_left_alone(lab: Lab) -> None:
    with pytest.raises(LabError, match=r"There is a lab in .* already"):
        Lab.up(LabOptions(), lab.directory)
    assert lab.ready()


def test_no_lab_is_said_with_the_way_to_one(folder: Path) -> None:
    result = CliRunner().invoke(command, ["--directory", str(folder / "none"), "status"])
    assert result.exit_code == 1
    assert f"No lab in {folder}/none. Bring one up: lvsctl lab up" in result.output


@pytest.mark.parametrize(
    ("user", "packages"),
    [(0, "mmdebstrap slirp4netns"), (1000, "mmdebstrap slirp4netns uidmap")],
)
def test_missing_packages_are_one_command(
    monkeypatch: pytest.MonkeyPatch, folder: Path, user: int, packages: str
) -> None:
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(os, "geteuid", lambda: user)
    with pytest.raises(LabError, match=rf"^The lab needs: sudo apt install {packages}$"):
        machine.require_packages()


def test_options_are_checked_before_anything_starts() -> None:
    assert pair("bookworm") == ("bookworm", "bookworm")
    assert pair("bullseye, trixie") == ("bullseye", "trixie")
    with pytest.raises(LabError, match="nothing was started"):
        pair("a,b,c")
    with pytest.raises(LabError, match="5000 x 1000 are 5,000,000 real servers, more than 30,000; nothing was started"):
        LabOptions(services=5000, real_servers=1000)
    with pytest.raises(LabError, match="'potato' is not one of bookworm, trixie, bullseye"):
        LabOptions(releases=("potato", "bookworm"))
