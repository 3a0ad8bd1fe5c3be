"""What is known of a host: the files of the user and of the site, authorities and their certificates, and where a key goes."""

from __future__ import annotations

from pathlib import Path

import asyncssh
import pytest

from lvstui.transport import hostkeys
from lvstui.transport.link import LinkError, NoQuestions
from tests.support.ssh_servers import Answers, Host, connector, key

READY = "echo lvstui:ready root; cat >/dev/null"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the operator's folder; his home is in it, and what is the site's on other machines."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr(hostkeys, "SITES", (str(tmp_path / "site"), str(tmp_path / "site2")))
    (tmp_path / "home" / ".ssh").mkdir(parents=True)
    key(tmp_path)
    return tmp_path


def server(folder: Path) -> Host:
    return Host(folder, "director1", lambda command: ["sh", "-c", READY])


async def opens(folder: Path, host: Host, questions: NoQuestions, *more: str, user_file: bool = False) -> None:
    config = host.config(*more, user_file=user_file)
    (await connector(folder, questions, config).connect()).abort()


@pytest.mark.parametrize("where", ["site", "site2", "home/.ssh/known_hosts", "home/.ssh/known_hosts2"])
async def test_a_host_is_known_by_each_file_that_ssh_has_by_default(folder: Path, where: str) -> None:
    async with server(folder) as host:
        (folder / where).write_text(host.known())
        await opens(folder, host, NoQuestions())


async def test_the_site_s_files_count_beside_those_that_are_configured_for_the_user(folder: Path) -> None:
    async with server(folder) as host:
        (folder / "site").write_text(host.known())
        await opens(folder, host, NoQuestions(), user_file=True)
        with pytest.raises(LinkError, match="is not known"):
            await opens(folder, host, NoQuestions(), "GlobalKnownHostsFile none")


async def test_beside_the_site_s_file_the_user_s_is_read_and_takes_the_new_key(folder: Path) -> None:
    operator, configured = Answers(), f"GlobalKnownHostsFile {folder}/other"
    (folder / "other").write_text("")
    async with server(folder) as host:
        await opens(folder, host, operator, configured)
        assert (folder / "home/.ssh/known_hosts").read_text() == host.known().strip() + "\n"
        await opens(folder, host, NoQuestions(), configured)
    assert (operator.hosts, (folder / "other").read_text()) == (["director1"], "")


async def test_another_key_in_the_site_s_file_is_a_changed_key(folder: Path) -> None:
    operator = Answers()
    async with server(folder) as host, server(folder) as other:
        (folder / "site").write_text(f"# ours\n{host.known().split()[0]} {other.known().partition(' ')[2]}")
        with pytest.raises(LinkError, match=r"HAS CHANGED.*site line 2"):
            await opens(folder, host, operator)
    assert operator.hosts == []


async def test_a_key_that_is_kept_nowhere_is_asked_for_once(folder: Path) -> None:
    operator = Answers()
    async with server(folder) as host:
        link_to = connector(folder, operator, host.config("UserKnownHostsFile /dev/null", user_file=False))
        (await link_to.connect()).abort()
        (await link_to.connect()).abort()
    assert operator.hosts == ["director1"]


def test_of_several_lines_with_another_key_the_one_of_its_type_is_named(folder: Path) -> None:
    def public(kind: str) -> str:
        return asyncssh.generate_private_key(kind).export_public_key("openssh").decode().strip()

    (folder / "site").write_text("".join(f"lb1 {public(kind)}\n" for kind in ("ecdsa-sha2-nistp256", "ssh-ed25519")))
    seen = hostkeys.SeenKey("lb1", "10.10.0.11", 22, asyncssh.import_public_key(public("ssh-ed25519")))
    assert hostkeys.conflicting_line([f"{folder}/site"], seen) == f"{folder}/site line 2"


async def test_what_cannot_be_read_is_passed_over(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = Path.read_text

    def forbidden(path: Path, *args: str, **more: str) -> str:
        if path.name == "site":
            raise PermissionError(13, "Permission denied", str(path))
        return read(path, *args, **more)

    monkeypatch.setattr(Path, "read_text", forbidden)
    (folder / "site").write_text("")
    async with server(folder) as host:
        (folder / "site2").write_bytes(b"@nonsense a b\nno-key\n|2|a|b ssh-rsa AAAA \xff\n" + host.known().encode())
        await opens(folder, host, NoQuestions())
        (folder / "site2").unlink()
        await opens(folder, host, Answers())


async def test_an_authority_of_the_site_vouches_for_a_host(folder: Path) -> None:
    authority = asyncssh.generate_private_key("ssh-ed25519")
    host = server(folder)
    host.vouched(authority, "127.0.0.1")
    (folder / "site").write_text(f"@cert-authority * {authority.export_public_key().decode()}")
    async with host:
        await opens(folder, host, NoQuestions())


@pytest.mark.parametrize(
    ("names", "why"),
    [(["director1.example.org"], "could not be verified: Certificate principal mismatch"), ([], "is not known")],
    ids=["a certificate for another name", "no certificate"],
)
async def test_a_key_that_is_known_counts_where_no_authority_vouches_for_the_host(
    folder: Path, names: list[str], why: str
) -> None:
    authority = asyncssh.generate_private_key("ssh-ed25519")
    host = server(folder)
    if names:
        host.vouched(authority, *names)
    (folder / "site").write_text(f"@cert-authority * {authority.export_public_key().decode()}")
    async with host:
        with pytest.raises(LinkError, match=why):
            await opens(folder, host, NoQuestions())
        (folder / "home/.ssh/known_hosts").write_text(host.known())
        await opens(folder, host, NoQuestions())


@pytest.mark.parametrize("vouched", [True, False])
async def test_a_revoked_key_never_counts(folder: Path, vouched: bool) -> None:
    authority, operator = asyncssh.generate_private_key("ssh-ed25519"), Answers()
    host = server(folder)
    if vouched:
        host.vouched(authority, "127.0.0.1")
    async with host:
        (folder / "home/.ssh/known_hosts").write_text(host.known())
        (folder / "site").write_text(
            f"@cert-authority * {authority.export_public_key().decode()}@revoked * {host.known().partition(' ')[2]}"
        )
        with pytest.raises(LinkError, match=r"could not be verified.*revoked"):
            await opens(folder, host, operator)
    assert operator.hosts == []
