"""Make the simulated pair reachable: two SSH servers on loopback, each serving its Director with the real agent.

They run in a thread with a loop of their own, with keys made for this run in a private folder that is removed at the end.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncssh

from lvstui.demo.simulated_director import SimulatedSystem
from lvstui.demo.world import World
from lvstui.director.agent.agent import serve

_READY = b"lvstui:ready root\n"
_PARTING, _END = 2.0, 5.0  # seconds for the agents to end, and for all of it
_ATTEMPT = 0.5  # seconds until what has not ended is cancelled again


class DemoPair:
    """The pair while it is served. `with DemoPair() as pair`: `pair.names` can be reached by `ssh -F pair.ssh_config`."""

    names = ("director1", "director2")

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="lvstui-demo-")
        self.ssh_config = Path(self._folder.name) / "ssh_config"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="demo", daemon=True)
        self._servers: list[asyncssh.SSHAcceptor] = []

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(timeout=_END)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=_END)
        self._loop.close()
        self._folder.cleanup()

    async def _start(self) -> None:
        folder = Path(self._folder.name)
        host_key, client_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
        client_key.write_private_key(str(folder / "id_ed25519"))
        client_key.write_public_key(str(folder / "authorized_keys"))
        (folder / "id_ed25519").chmod(0o600)
        world = World(time.time())
        config, known = "", ""
        for name in self.names:
            server = await asyncssh.listen(
                "127.0.0.1",
                0,
                server_host_keys=[host_key],
                authorized_client_keys=str(folder / "authorized_keys"),
                process_factory=_agent_of(world, name),
                encoding=None,
            )
            self._servers.append(server)
            port = server.get_port()
            known += f"[127.0.0.1]:{port} {host_key.export_public_key('openssh').decode().strip()}\n"
            config += (
                f"Host {name}\n  HostName 127.0.0.1\n  Port {port}\n  User root\n  IdentitiesOnly yes\n"
                f'  IdentityFile "{folder}/id_ed25519"\n  UserKnownHostsFile "{folder}/known_hosts"\n\n'
            )
        (folder / "known_hosts").write_text(known)
        self.ssh_config.write_text(config)

    async def _stop(self) -> None:
        for server in self._servers:
            server.close()
        given_up = self._loop.time() + _PARTING
        while (left := asyncio.all_tasks() - {asyncio.current_task()}) and self._loop.time() < given_up:
            # Again: up to Python 3.11 wait_for() loses a cancellation that comes together with its result.
            for task in left:
                task.cancel()
            await asyncio.wait(left, timeout=_ATTEMPT)


def _agent_of(world: World, name: str) -> Callable[[asyncssh.SSHServerProcess[bytes]], Coroutine[None, None, None]]:
    async def run(process: asyncssh.SSHServerProcess[bytes]) -> None:
        """Do what stage 0 does on a real Director, without a python3 of its own: take the bundle, and serve."""
        process.stdout.write(_READY)
        length = int.from_bytes(await process.stdin.readexactly(4), "big")
        await process.stdin.readexactly(length)
        await serve(SimulatedSystem(world, name), process.stdin, process.stdout)
        process.exit(0)

    return run
