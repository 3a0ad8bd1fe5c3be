"""What clusters.toml says of a Director goes before the ssh configuration, and reaches the agent."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from lvstui.director.protocol.frames import FrameDecoder
from lvstui.director.protocol.keepalived_messages import Keepalived
from lvstui.transport import bootstrap
from lvstui.transport.link import ByteLink, LinkError, NoQuestions
from lvstui.transport.ssh import SshConnector
from tests.support.ssh_servers import Host, key
from tests.support.waiting import limit


class Recording(Host):
    """Remembers who came."""

    user = ""

    async def _run(self, process: object) -> None:
        self.user = process.get_extra_info("username")  # type: ignore[attr-defined]
        await super()._run(process)  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key(tmp_path)
    return tmp_path


def to(host: Host, folder: Path, **said: object) -> SshConnector:
    """Its configuration names a user and a port where nobody is."""
    lines = host.config().replace("User root", "User nobody").splitlines()
    config = [line if "Port" not in line else "  Port 1" for line in lines]
    (folder / "ssh_config").write_text("\n".join(config))
    (folder / "known_hosts").write_text(host.known())
    return SshConnector("director1", ssh_config=folder / "ssh_config", questions=NoQuestions(), **said)  # type: ignore[arg-type]


def port(host: Host) -> int:
    return int(host.known().partition("]:")[2].split()[0])


async def test_user_and_port(folder: Path) -> None:
    host = Recording(folder, "director1", lambda command: ["sh", "-c", "echo lvstui:ready root; cat >/dev/null"])
    async with host:
        with pytest.raises(LinkError) as refused:
            await to(host, folder).connect()
        assert "refused" in refused.value.reason
        link = await to(host, folder, user="ops", port=port(host)).connect()
        link.abort()
    assert host.user == "ops"


async def test_the_command_to_try_names_them(folder: Path) -> None:
    async with Host(folder, "director1") as host:
        authorized = (folder / "authorized_keys").read_text()
        key(folder)
        (folder / "authorized_keys").write_text(authorized)
        there = port(host)
        with pytest.raises(LinkError) as refused:
            await to(host, folder, user="ops", port=there).connect()
    assert refused.value.hint.endswith(f"-l ops -p {there} director1")


async def test_keepalived_s_file_reaches_the_agent(folder: Path) -> None:
    async with Host(folder, "director1") as host:
        path = '/opt/it\'s "here" $HOME/keepalived.conf'
        link = await to(host, folder, port=port(host), config=path).connect()
        try:
            async with limit():
                keepalived = await _first(link)
        finally:
            link.abort()
    assert keepalived.running or keepalived.config == path


async def _first(link: ByteLink) -> Keepalived:
    decoder = FrameDecoder(from_agent=True)
    while True:
        for message in decoder.receive_data(await link.receive()):
            if isinstance(message, Keepalived):
                return message


def test_sudo_is_tried_only_where_it_may_be() -> None:
    assert "sudo -n true" in bootstrap.command()
    assert "sudo -n true" not in bootstrap.command(sudo=False)


@pytest.mark.parametrize("sudo", [True, False])
def test_no_shell_touches_the_command_whatever_the_file_is_called(sudo: bool) -> None:
    command = bootstrap.command(sudo=sudo, config="/a'b\"c$(d)`e`\\f;g\nh")
    inside = command.removeprefix("sh -c '").removesuffix("'")
    assert not set("'\n!\\") & set(inside.replace('\\"', ""))
    assert len(shlex.split(command)) == 3
