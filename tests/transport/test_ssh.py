"""The link, against SSH servers in this process: keys, known hosts, jumps, and what a Director's shell may do."""

from __future__ import annotations

from pathlib import Path

import asyncssh
import pytest

from lvstui.transport.link import LinkError, NoQuestions
from tests.support.ssh_servers import Answers, Host, connector, key, noisy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key(tmp_path)
    return tmp_path


def with_python(folder: Path, script: str) -> str:
    """A PATH whose python3 is `script`."""
    (folder / "bin").mkdir()
    (folder / "bin" / "python3").write_text("#!/bin/sh\n" + script)
    (folder / "bin" / "python3").chmod(0o755)
    return f"PATH={folder}/bin:$PATH"


async def refused(at: Host, folder: Path, questions: NoQuestions, *more: str) -> LinkError:
    with pytest.raises(LinkError) as error:
        await connector(folder, questions, at.config(*more), known=at.known()).connect()
    return error.value


async def test_noise_of_a_login_shell_is_not_the_agents(folder: Path) -> None:
    fake = with_python(folder, "echo lvstui:ready root; printf first; cat >/dev/null")
    async with Host(folder, "director1", noisy("echo Welcome; echo lvstui:; " + fake)) as host:
        link = await connector(folder, NoQuestions(), host.config(), known=host.known()).connect()
        assert link.privilege == "root"
        assert await link.receive() == b"first"
        link.abort()


async def test_no_python3_is_said_with_what_to_install(folder: Path) -> None:
    (folder / "bin").mkdir()
    for tool in ("sh", "id"):
        (folder / "bin" / tool).symlink_to(f"/usr/bin/{tool}")
    async with Host(folder, "director1", noisy(f"PATH={folder}/bin")) as host:
        error = await refused(host, folder, NoQuestions())
    assert error.permanent
    assert "no python3" in error.reason
    assert error.hint == "install it there: apt install python3"


async def test_a_python3_that_is_too_old_is_named(folder: Path) -> None:
    async with Host(folder, "director1", noisy(with_python(folder, "echo lvstui:python 3.7.3"))) as host:
        error = await refused(host, folder, NoQuestions())
    assert error.permanent
    assert "3.7.3; 3.9 or newer" in error.reason


async def test_an_agent_that_cannot_start_says_its_last_words(folder: Path) -> None:
    async with Host(folder, "director1", noisy(with_python(folder, "echo 'out of memory' >&2; exit 1"))) as host:
        error = await refused(host, folder, NoQuestions())
    assert error.reason == "the agent did not start: out of memory"
    assert error.permanent and not error.declined  # who was heard before is tried again all the same: see DirectorLink


async def test_a_passphrase_is_asked_again_when_wrong_and_not_again_when_right(tmp_path: Path) -> None:
    key(tmp_path, "right")
    fake = with_python(tmp_path, "echo lvstui:ready root; cat >/dev/null")
    operator = Answers("wrong", "right")
    async with Host(tmp_path, "director1", noisy(fake)) as host:
        link_to = connector(tmp_path, operator, host.config(), known=host.known())
        (await link_to.connect()).abort()
        (await link_to.connect()).abort()
    assert operator.keys == [f"{tmp_path}/id"] * 2


@pytest.mark.parametrize(("answers", "asked"), [(("a", "b", "c"), 3), ((None,), 1)])
async def test_three_wrong_passphrases_or_none_end_it(
    tmp_path: Path, answers: tuple[str | None, ...], asked: int
) -> None:
    key(tmp_path, "right")
    operator = Answers(*answers)
    async with Host(tmp_path, "director1") as host:
        error = await refused(host, tmp_path, operator)
    assert error.permanent and error.declined
    assert len(operator.keys) == asked


async def test_a_key_of_another_format_that_was_not_opened_was_declined_too(tmp_path: Path) -> None:
    """asyncssh raises TypeError for it where there is no passphrase: to it that is a wrong argument."""
    key(tmp_path)
    made = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
    (tmp_path / "id").write_bytes(made.export_private_key("pkcs8-pem", passphrase="right"))
    (tmp_path / "id.pub").unlink()
    operator = Answers(None)
    async with Host(tmp_path, "director1") as host:
        error = await refused(host, tmp_path, operator)
    assert error.permanent and error.declined and error.reason.startswith("a key could not be used")
    assert operator.keys == [f"{tmp_path}/id"]


async def test_a_passphrase_that_nobody_is_there_to_give_was_not_declined(tmp_path: Path) -> None:
    key(tmp_path, "right")
    async with Host(tmp_path, "director1") as host:
        error = await refused(host, tmp_path, NoQuestions())
    assert error.permanent and not error.declined


async def test_a_key_that_the_director_does_not_take_is_permanent(folder: Path) -> None:
    async with Host(folder, "director1") as host:
        authorized = (folder / "authorized_keys").read_text()
        key(folder)
        (folder / "authorized_keys").write_text(authorized)
        error = await refused(host, folder, NoQuestions())
    assert error.permanent
    assert f"ssh -F {folder}/ssh_config director1" in error.hint


async def test_a_public_key_that_belongs_to_another_is_told(folder: Path) -> None:
    async with Host(folder, "director1") as host:
        public = (folder / "id.pub").read_text()
        key(folder)
        (folder / "id.pub").write_text(public)
        error = await refused(host, folder, NoQuestions())
    assert error.permanent
    assert "a key could not be used: Public key mismatch" in error.reason


async def test_through_a_jump_host_every_unknown_key_is_asked(folder: Path) -> None:
    fake = with_python(folder, "echo lvstui:ready root; cat >/dev/null")
    operator = Answers()
    async with Host(folder, "director1", noisy(fake)) as host, Host(folder, "jump") as jump:
        link = await connector(folder, operator, host.config("ProxyJump jump"), jump.config()).connect()
        assert link.privilege == "root"
        link.abort()
        known = (folder / "known_hosts").read_text()
        assert known.splitlines() == [jump.known().strip(), host.known().strip()]
        assert jump.connections >= 1
    assert operator.hosts == ["jump", "director1"]


@pytest.mark.parametrize("off", ["UserKnownHostsFile none", "StrictHostKeyChecking no"])
@pytest.mark.parametrize("where", ["director1", "jump"])
async def test_no_option_switches_the_check_off(
    folder: Path, off: str, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(folder))  # where ~/.ssh/known_hosts is not
    operator = Answers(trust=False)
    async with Host(folder, "director1") as host, Host(folder, "jump") as jump:
        configs = [
            host.config("ProxyJump jump", *([off] if where == "director1" else [])),
            jump.config(*([off] if where == "jump" else [])),
        ]
        known = jump.known() if where == "director1" else host.known()
        with pytest.raises(LinkError, match="is not known") as error:
            await connector(folder, operator, *configs, known=known).connect()
    assert error.value.permanent and error.value.declined
    assert operator.hosts == [where]


async def test_jumps_in_a_circle_end(folder: Path) -> None:
    async with Host(folder, "director1") as host:
        error = await refused(host, folder, NoQuestions(), "ProxyJump director1")
    assert "circular" in error.reason
