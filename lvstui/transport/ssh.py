"""Open a link over SSH as the operator's own ssh would: ~/.ssh/config or -F, agent, keys, ProxyJump, known_hosts.

Imports asyncssh, which takes a fifth of a second: import this module after the first frame is on the screen.
"""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import socket
from collections.abc import Awaitable
from pathlib import Path

import asyncssh

from lvstui.transport import bootstrap, hostkeys
from lvstui.transport.link import LinkError, Questions
from lvstui.transport.programs import AGENT, Program

CONNECT_LIMIT = 15.0  # seconds
START_LIMIT = 20.0  # seconds until stage 0 has spoken; a login shell may be slow
SILENT_LIMIT = 3  # seconds of a machine that answers nothing, after which the link is given up
_CHUNK = 256 * 1024  # bytes
_PASSPHRASE_TRIES = 3
_JUMPS = 8  # hosts in a chain of jumps
_JUMP = re.compile(r"(?:(?P<user>.+)@)?(?P<host>\[[^]]+\]|[^:]+)(?::(?P<port>\d+))?")


class SshLink:
    """A link to an agent's standard input and output."""

    def __init__(
        self, connection: asyncssh.SSHClientConnection, process: asyncssh.SSHClientProcess[bytes], privilege: str, rest: bytes
    ) -> None:  # fmt: skip
        self.privilege = privilege
        self._connection = connection
        self._process = process
        self._rest = rest

    async def receive(self) -> bytes:
        if self._rest:
            rest, self._rest = self._rest, b""
            return rest
        try:
            data = await self._process.stdout.read(_CHUNK)
        except (OSError, asyncssh.Error) as error:
            raise LinkError(f"the link broke: {error}") from error
        return bytes(data)

    def send(self, data: bytes) -> None:
        try:
            self._process.stdin.write(data)
        except (OSError, asyncssh.Error):
            self.abort()  # the reader is told

    def abort(self) -> None:
        self._connection.abort()


class SshConnector:
    """A maker of links to one Director, by any name that ssh understands."""

    def __init__(
        self,
        name: str,
        *,
        ssh_config: Path | None,
        questions: Questions,
        user: str | None = None,
        port: int | None = None,
        sudo: bool = True,
        config: str | None = None,
        keepalived: str | None = None,
        program: Program = AGENT,
    ) -> None:
        """Prefer `user` and `port` to the ssh configuration; `sudo`, `config`, `keepalived`: see `bootstrap.command`.

        `program` is what is started there.
        """
        self.name = name
        self._program = program
        self._user, self._port = user, port
        self._command = bootstrap.command(sudo=sudo, config=config, keepalived=keepalived, entry=program.entry)
        self._ssh_config = ssh_config
        self._questions = questions
        self._passphrases: dict[str, str] = {}
        self._accepted: set[hostkeys.SeenKey] = set()  # host keys that the operator has said are right
        self._declined = False  # somebody did without a key, in this attempt

    async def connect(self) -> SshLink:
        """Open a link, and start the agent. Raises LinkError."""
        agent = asyncio.ensure_future(asyncio.to_thread(self._program.pack))  # while the host lets us in
        self._declined = False
        by_key: dict[str, str] = {}
        for again in range(_JUMPS + 2):  # every host on the way may be unknown
            client = hostkeys.HostKeyClient(by_key, self._accepted)
            try:
                return await self._start(await self._connection(client), agent)
            except (asyncssh.HostKeyNotVerifiable, asyncssh.KeyExchangeFailed) as error:
                if again > _JUMPS:
                    raise LinkError(f"its host key could not be verified: {error}", permanent=True) from error
                await self._unverified(client, error)
            except asyncssh.PermissionDenied as error:
                reason, hint = f"it refused the login: {error.reason}", f"try: {self._ssh_command()}"
                raise LinkError(reason, hint, permanent=True, declined=self._declined) from error
            except asyncssh.ConfigParseError as error:
                raise LinkError(f"the ssh configuration cannot be read: {error}", permanent=True) from error
            except (
                ValueError,
                TypeError,
            ) as error:  # what a key that cannot be read is to asyncssh, and a .pub beside another
                if isinstance(error, TypeError) and not self._declined:  # it is one where there is no passphrase
                    raise
                reason = f"a key could not be used: {error}"
                raise LinkError(reason, permanent=True, declined=self._declined) from error
            except socket.gaierror as error:
                raise LinkError("there is no such host", f"try: {self._ssh_command()}") from error
            except TimeoutError as error:
                raise LinkError("no answer in time", "is it up, and is there a route to it?") from error
            except (OSError, asyncssh.Error) as error:
                raise LinkError(_reason(error)) from error
        raise AssertionError("not reached")

    async def _connection(self, client: hostkeys.HostKeyClient) -> asyncssh.SSHClientConnection:
        if not self._passphrases:
            try:
                return await self._dial(self.name, client, ask=False, user=self._user, port=self._port)
            except asyncssh.PermissionDenied:
                pass  # The agent and the open keys were not enough; now those with a passphrase.
        return await self._dial(self.name, client, ask=True, user=self._user, port=self._port)

    async def _dial(
        self,
        host: str,
        client: hostkeys.HostKeyClient,
        *,
        ask: bool,
        via: asyncssh.SSHClientConnection | None = None,
        user: str | None = None,
        port: int | None = None,
        depth: int = 0,
    ) -> asyncssh.SSHClientConnection:
        """Connect. Every jump host is dialled here too: asyncssh's own jumps could be configured without their check."""
        if depth > _JUMPS:
            raise LinkError("ProxyJump is circular", "see the ssh configuration", permanent=True)
        options = await asyncssh.SSHClientConnectionOptions.construct(
            host=host, config=self._config(), ignore_encrypted=True
        )
        try:
            if via is None and isinstance(options.tunnel, str):
                for jump in options.tunnel.split(","):
                    hop = _JUMP.fullmatch(jump.strip())
                    if hop is None:
                        raise LinkError(f"ProxyJump {jump} cannot be read", "see the ssh configuration", permanent=True)
                    via = await self._dial(
                        hop["host"], client, ask=ask, via=via, user=hop["user"],
                        port=int(hop["port"]) if hop["port"] else None, depth=depth + 1,
                    )  # fmt: skip
            client.host, client.files = host, hostkeys.files(options.config)
            connection = await asyncssh.connect(
                host,
                **({} if port is None else {"port": port}),
                **({} if user is None else {"username": user}),
                tunnel=via,
                config=self._config(),
                client_factory=lambda: client,
                known_hosts=await asyncio.to_thread(client.known),
                connect_timeout=CONNECT_LIMIT,
                keepalive_interval=1,
                keepalive_count_max=SILENT_LIMIT,
                ignore_encrypted=not ask,
                passphrase=self._passphrase if ask else None,
                password=None,
                kbdint_auth=False,
            )
        except BaseException:
            if via is not None:
                via.abort()
            raise
        connection.set_tunnel(via)
        return connection

    def _config(self) -> list[str] | tuple[()]:
        return [str(self._ssh_config)] if self._ssh_config is not None else ()

    async def _passphrase(self, filename: str) -> str | None:
        """Ask once: a link that comes back must not ask again. Tried here, as asyncssh leaves a key out when it is wrong."""
        for _ in range(_PASSPHRASE_TRIES):
            if filename in self._passphrases:
                break
            answer = await self._questions.passphrase(filename)
            if answer is None:
                break
            if await asyncio.to_thread(_opens, filename, answer):
                self._passphrases[filename] = answer
        if filename not in self._passphrases and not self._questions.nobody:
            self._declined = True
        return self._passphrases.get(filename)

    async def _unverified(self, client: hostkeys.HostKeyClient, error: asyncssh.DisconnectError) -> None:
        """Ask for the key of a host. Where none was seen, no authority vouches for it: its own key counts next, as for ssh."""
        if client.seen is not None:
            await self._ask_host_key(client, client.seen)
        elif client.host not in client.by_key:
            client.by_key[client.host] = str(error)
        elif isinstance(error, asyncssh.KeyExchangeFailed):
            raise LinkError(_reason(error)) from error
        else:
            why = client.by_key[client.host]
            raise LinkError(f"its host key could not be verified: {why}", permanent=True) from error

    async def _ask_host_key(self, client: hostkeys.HostKeyClient, seen: hostkeys.SeenKey) -> None:
        whose = _whose(client.host, self.name)
        where = await asyncio.to_thread(hostkeys.conflicting_line, client.files, seen)
        if where is not None:
            raise LinkError(
                f"{whose.upper()} HOST KEY HAS CHANGED: it shows {seen.fingerprint}, and {where} has another",
                "someone may be intercepting the connection; if the host was reinstalled, remove that line and connect again",
                permanent=True,
            )
        if not await self._questions.unknown_host(client.host, seen.address, seen.fingerprint, seen.key_type):
            raise LinkError(
                f"{_whose(client.host, self.name)} host key {seen.fingerprint} is not known",
                f"make it known: {self._ssh_command()}",
                permanent=True,
                declined=not self._questions.nobody,
            )
        try:
            hostkeys.remember(client.files, seen)
        except OSError as error:
            raise LinkError(f"its host key could not be remembered: {error}", permanent=True) from error
        self._accepted.add(seen)

    def _ssh_command(self) -> str:
        config = ["-F", str(self._ssh_config)] if self._ssh_config is not None else []
        user = ["-l", self._user] if self._user is not None else []
        port = ["-p", str(self._port)] if self._port is not None else []
        return shlex.join(["ssh", *config, *user, *port, self.name])

    async def _start(self, connection: asyncssh.SSHClientConnection, agent: Awaitable[bytes]) -> SshLink:
        try:
            async with asyncio.timeout(START_LIMIT):
                process = await connection.create_process(self._command, encoding=None)
                process.stdin.write(bootstrap.framed(await agent))
                privilege, rest = await _announcement(process)
        except BaseException:
            connection.abort()
            raise
        return SshLink(connection, process, privilege, rest)


async def _announcement(process: asyncssh.SSHClientProcess[bytes]) -> tuple[str, bytes]:
    data = b""
    while (announced := bootstrap.read_announcement(data)) is None:
        part = await process.stdout.read(_CHUNK)
        if not part:
            words = (data + await process.stderr.read(2000)).decode(errors="replace").strip()
            last = words.splitlines()[-1][:200] if words else "it gave no output"
            raise LinkError(f"the agent did not start: {last}", permanent=True)
        data += part
    return announced


def _opens(filename: str, passphrase: str) -> bool:
    try:
        asyncssh.read_private_key(filename, passphrase)
    except (asyncssh.KeyEncryptionError, asyncssh.KeyImportError):
        return False
    return True


def _whose(host: str, director: str) -> str:
    return "its" if host == director else f"the jump host {host}'s"


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno).lower()
    return getattr(error, "reason", "") or str(error) or type(error).__name__
