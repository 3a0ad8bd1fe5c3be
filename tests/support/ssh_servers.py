"""SSH servers in this process that run the remote command with a real shell, and the operator's folder of keys and config."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from pathlib import Path

import asyncssh

from lvstui.transport.link import NoQuestions
from lvstui.transport.ssh import SshConnector


class Answers(NoQuestions):
    """An operator who has answers prepared, and remembers what was asked."""

    nobody = False

    def __init__(self, *passphrases: str | None, trust: bool = True) -> None:
        self.passphrases = list(passphrases)
        self.trust = trust
        self.hosts: list[str] = []
        self.keys: list[str] = []

    async def unknown_host(self, host: str, address: str, fingerprint: str, key_type: str) -> bool:
        assert fingerprint.startswith("SHA256:")
        self.hosts.append(host)
        return self.trust

    async def passphrase(self, key: str) -> str | None:
        self.keys.append(key)
        return self.passphrases.pop(0)


class Host:
    """`async with Host(folder, name)`: a server on loopback. `shell` makes of the remote command what runs here."""

    def __init__(self, folder: Path, name: str, shell: Callable[[str], list[str]] | None = None) -> None:
        self.name = name
        self.folder = folder
        self.connections = 0
        self._shell = shell or (lambda command: ["sh", "-c", command])
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._certificates: list[asyncssh.SSHCertificate] = []

    async def __aenter__(self) -> Host:
        self._server = await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=self._jump,
            server_host_keys=[self._key],
            server_host_certs=self._certificates,
            authorized_client_keys=str(self.folder / "authorized_keys"),
            process_factory=self._run,
            encoding=None,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        await self._server.wait_closed()

    def _jump(self) -> asyncssh.SSHServer:
        self.connections += 1
        return _Forwarding()

    async def _run(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        assert process.command is not None
        child = await asyncio.create_subprocess_exec(*self._shell(process.command), stdin=-1, stdout=-1, stderr=-1)
        assert child.stdin and child.stdout and child.stderr
        feed = asyncio.create_task(_feed(process, child.stdin))
        while data := await child.stdout.read(65536):
            process.stdout.write(data)
        process.stderr.write(await child.stderr.read())
        feed.cancel()
        process.exit(await child.wait())

    def known(self) -> str:
        return f"[127.0.0.1]:{self._server.get_port()} {self._key.export_public_key().decode()}"

    def vouched(self, authority: asyncssh.SSHKey, *names: str) -> None:
        """Let its key be certified for these names, before it is entered."""
        self._certificates = [authority.generate_host_certificate(self._key, self.name, principals=names)]

    def config(self, *more: str, user_file: bool = True) -> str:
        lines = ["HostName 127.0.0.1", f"Port {self._server.get_port()}", "User root", "IdentitiesOnly yes"]
        lines += [f"IdentityFile {self.folder}/id"]
        lines += [f"UserKnownHostsFile {self.folder}/known_hosts"] if user_file else []
        return f"Host {self.name}\n" + "".join(f"  {line}\n" for line in (*more, *lines))


async def _feed(process: asyncssh.SSHServerProcess[bytes], stdin: asyncio.StreamWriter) -> None:
    try:
        while data := await process.stdin.read(65536):
            stdin.write(data)
            await stdin.drain()
        stdin.close()
    except (OSError, asyncssh.Error):
        stdin.close()  # one of the two has gone


class _Forwarding(asyncssh.SSHServer):
    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        return True


def key(folder: Path, passphrase: str | None = None) -> None:
    """The operator's key pair, as ssh-keygen makes it."""
    made = asyncssh.generate_private_key("ssh-ed25519")
    # One round: as many as are usual take a second of a processor at each try, of the time that a connection may take.
    made.write_private_key(str(folder / "id"), passphrase=passphrase, rounds=1, ignore_few_rounds=True)
    made.write_public_key(str(folder / "id.pub"))
    made.write_public_key(str(folder / "authorized_keys"))
    os.chmod(folder / "id", 0o600)


def connector(
    folder: Path, questions: NoQuestions, *hosts: str, known: str = "", name: str = "director1"
) -> SshConnector:
    (folder / "ssh_config").write_text("\n".join(hosts))
    (folder / "known_hosts").write_text(known)
    return SshConnector(name, ssh_config=folder / "ssh_config", questions=questions)


def noisy(prelude: str) -> Callable[[str], list[str]]:
    """A login shell that says or sets something before it runs the command."""
    return lambda command: ["sh", "-c", prelude + "\n" + command]
