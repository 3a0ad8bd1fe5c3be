"""Bring a lab up, use it and take it down: for tests, benchmarks and the command line."""

from __future__ import annotations

import base64
import json
import os
import secrets
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from lvstui.lab import config, keepalived_builds, machine, processor_share, ssh_keys
from lvstui.lab.client_traffic import RunningTraffic, Traffic, TrafficReport
from lvstui.lab.control_port import ANSWER_TIMEOUT_S, CommandResult, ControlLink, Output
from lvstui.lab.debian import guest_kernel, root_images
from lvstui.lab.errors import LabError
from lvstui.lab.fault_names import check_fault
from lvstui.lab.guest import addresses
from lvstui.lab.options import LabOptions, default_directory

# A check that was on its way when a network came back may still fail, connect_timeout (3 s) after it began.
_CHECK_MAY_FAIL_S = 3.5
_CUTTING = ("cut", "unplugged", "frozen")
CONFIG_PATH = "/etc/keepalived/keepalived.conf"


@dataclass(frozen=True)
class LabState:
    """The facts that are needed to use or end a lab that another process brought up; lab.json in its folder."""

    options: dict[str, Any]
    pids: list[int]
    ports: dict[str, int]
    secret: str


class Lab:
    """One lab. Everything that it holds is in its folder and in the guest."""

    def __init__(self, directory: Path, state: LabState) -> None:
        self.directory = directory
        self.state = state
        self.link = ControlLink(state.ports["control"], state.secret)
        self._ready_from = 0.0  # monotonic; not to be called ready before

    @classmethod
    def up(cls, options: LabOptions | None = None, directory: Path | None = None) -> Lab:
        """Bring one up and wait until it is ready; raises LabError, and then nothing of it is left."""
        options, directory = options or LabOptions(), directory or default_directory()
        machine.require_packages()
        images = {release: root_images.ensure_image(release) for release in options.devices}
        _claim(directory)
        pids: list[int] = []
        try:
            lab = cls(directory, _start(directory, options, images, pids))
            lab.wait_ready()
        except BaseException:
            machine.end(pids, directory)
            _remove(directory)
            raise
        return lab

    @classmethod
    def attach(cls, directory: Path | None = None) -> Lab:
        """Return the lab in that folder; raises LabError when there is none, or it has ended."""
        directory = directory or default_directory()
        try:
            state = LabState(**json.loads((directory / "lab.json").read_text()))
        except FileNotFoundError:
            raise LabError(f"No lab in {directory}. Bring one up: lvsctl lab up") from None
        return cls(directory, state)

    def down(self) -> None:
        """End every process of it and remove its folder."""
        machine.end(self.state.pids, self.directory)
        _remove(self.directory)

    def __enter__(self) -> Lab:
        return self

    def __exit__(self, *error: object) -> None:
        self.down()

    @property
    def ssh_config(self) -> Path:
        """Return an ssh_config with director1, director2, client (root), and each Director with -ops (sudo) and -watch (none)."""
        return self.directory / "ssh_config"

    @property
    def alive(self) -> bool:
        """Return True if all its processes run."""
        return all(machine.alive(pid, self.directory) for pid in self.state.pids)

    def status(self) -> dict[str, Any]:
        """Return the guest's own view: per Director ssh, keepalived_pid, vips, real_servers; web servers; return path."""
        return dict(self.link.ask("status"))

    def ready(self) -> bool:
        """Return True if both Directors answer, director1 is MASTER of both, and three real servers are alive on each."""
        return is_seed_state(self.status(), self.state.options["services"])

    def wait_ready(self) -> None:
        """Wait for `ready`, as long as its size may need; raises LabError with what was missing."""
        asked = self.state.options
        timeout_s = LabOptions(services=asked["services"], real_servers=asked["real_servers"]).ready_limit_s
        deadline = time.monotonic() + timeout_s
        last: Any = "the guest has not answered yet"
        while time.monotonic() < deadline:
            if not self.alive:
                raise LabError(f"the guest ended.\n{self.guest_log()}")
            try:
                last = self.status()
                quiet = time.monotonic() >= self._ready_from
                if quiet and is_seed_state(last, self.state.options["services"]) and self._client_is_answered():
                    return
            except (ConnectionError, TimeoutError):
                pass  # not listening yet
            else:
                _raise_for_ended(last, self.guest_log())
            time.sleep(0.1)
        raise LabError(f"the lab was not ready within {timeout_s:g} s; last seen: {last}\n{self.guest_log()}")

    def _client_is_answered(self) -> bool:
        """Return True if the client reaches every web server. It may have the other Director's MAC for the VIP, for seconds."""
        count = len(addresses.WEB_PORTS)
        return self.traffic(Traffic(count=count, rate=100, patience_s=0.5)).answered == count

    def guest_log(self) -> str:
        """Return the end of what the guest's own first process has said; nothing when all is well."""
        log = self.directory / "guest.log"
        return log.read_text(errors="replace")[-2000:] if log.exists() else ""

    def exec(
        self, host: str, argv: list[str], stdin: bytes = b"", timeout_s: float = ANSWER_TIMEOUT_S
    ) -> CommandResult:
        """Run a command on director1, director2, real-server or client."""
        return self.link.execute(host, argv, stdin, timeout_s)

    def stream(self, host: str, argv: list[str], stdin: bytes, output: Output) -> int:
        """Run a command with the output handed over as it comes, without a limit of time; return its status."""
        encoded = base64.b64encode(stdin).decode()
        return int(self.link.ask("exec", host=host, argv=argv, stdin=encoded, timeout_s=None, output=output))

    def read_file(self, director: str, path: str = CONFIG_PATH) -> bytes:
        """Return a file of a Director (its configuration unless another is named)."""
        return str(self.link.ask("read", host=director, path=path)).encode("latin-1")

    def write_file(self, director: str, data: bytes, path: str = CONFIG_PATH) -> None:
        """Replace a file of a Director in place; keepalived is not signalled."""
        self.link.ask("write", host=director, path=path, data=data.decode("latin-1"))

    def upgrade(self, director: str) -> None:
        """Boot a Director anew with the lab's later release, its configuration and keys as they are. Raises LabError.

        Stop keepalived before: the Director's network stays, with what is in its kernel.
        """
        options = LabOptions(tuple(self.state.options["releases"]), later=self.state.options["later"])
        if not options.later:
            raise LabError("this lab has no later release: bring it up with --later; nothing was changed.")
        self.link.ask("upgrade", host=director, device=options.devices[options.later])

    def set_return_path(self, name: str) -> None:
        """Switch between single-nic, policy-route and snat while everything runs."""
        self.link.ask("return-path", name=name)

    def fault(self, kind: str, target: str | int, seconds: float = 5.0) -> None:
        """Make something fail (see faults.py): a Director by name, a web server by port. Raises LabError."""
        check_fault(kind, str(target))
        self.link.ask("fault", kind=kind, target=str(target), seconds=seconds)

    def lift(self, kind: str | None = None, target: str | int | None = None) -> list[str]:
        """Put right what was made to fail: everything, or what matches; return what that was."""
        lifted = list(self.link.ask("lift", kind=kind, target=None if target is None else str(target)))
        if any(text.startswith(_CUTTING) for text in lifted):
            self._ready_from = time.monotonic() + _CHECK_MAY_FAIL_S
        return lifted

    def start_traffic(self, wish: Traffic) -> RunningTraffic:
        """Begin a stream from the client; it goes on in the guest until its time is over or it is stopped."""
        return RunningTraffic(self.link, int(self.link.ask("traffic-start", **asdict(wish))))

    def traffic(self, wish: Traffic) -> TrafficReport:
        """Run a stream from the client to its end."""
        return self.start_traffic(wish).wait()

    def reset(self) -> None:
        """Make all as at first: no traffic, no faults, return path, both configurations, both kernels. Raises LabError."""
        self.link.ask("traffic-end")
        self.lift()
        self.set_return_path(self.state.options["return_path"])
        for director in addresses.DIRECTORS:
            self.link.ask("reset-config", host=director)
        # Weights set by hand survive a reload: only a restart makes the kernel's table anew.
        for director in self._lasting(self._is_another_table, 3.0):
            self.link.ask("restart-keepalived", host=director)
        # keepalived 2.3.3 was seen to hold a server down for minutes that answered, after a reload while its link came back.
        for director in self._lasting(lambda one: len(one["real_servers"]) < len(addresses.WEB_PORTS), 20.0):
            self.link.ask("restart-keepalived", host=director)
        self.wait_ready()

    def _is_another_table(self, director: dict[str, Any]) -> bool:
        """Return True if a Director's kernel has another table than its file."""
        weights = director["real_servers"].values()
        services = 1 + self.state.options["services"]
        return director["services"] != services or not director["keepalived_pid"] or any(one != 1 for one in weights)

    def _lasting(self, wrong: Callable[[dict[str, Any]], bool], patience_s: float) -> list[str]:
        """Return the Directors that are still wrong after so long."""
        deadline = time.monotonic() + patience_s
        while True:
            found = [name for name, one in self.status()["directors"].items() if wrong(one)]
            if not found or time.monotonic() > deadline:
                return found
            time.sleep(0.1)


def is_seed_state(status: dict[str, Any], more_services: int = 0) -> bool:
    """Return True if the pair is as the seed has it: VIPs on director1, three real servers with weight 1 on both."""
    alive = {f"{addresses.REAL_SERVER_ADDRESS}:{port}": 1 for port in addresses.WEB_PORTS}
    directors = status["directors"]
    return (
        all(one["ssh"] and one["keepalived_pid"] and one["real_servers"] == alive for one in directors.values())
        and all(one["services"] == 1 + more_services for one in directors.values())
        and directors["director1"]["vips"] == [addresses.SERVICE_VIP, addresses.NAT_VIP]
        and directors["director2"]["vips"] == []
    )


def _raise_for_ended(status: dict[str, Any], log: str) -> None:
    for name, one in status["directors"].items():
        if not one["running"]:
            raise LabError(f"the lab cannot become ready: {name} has ended.\n{log}")


def _claim(directory: Path) -> None:
    try:
        directory.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory.mkdir(mode=0o700)
    except FileExistsError:
        raise LabError(
            f"There is a lab in {directory} already. Take it down (lvsctl lab down), or give this one another --name."
        ) from None


def _remove(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    if directory.parent == default_directory().parent:
        try:
            directory.parent.rmdir()
        except OSError:
            pass  # another lab lives beside it, or another has removed it already


def _start(directory: Path, options: LabOptions, images: dict[str, Path], pids: list[int]) -> LabState:
    kernel = guest_kernel.ensure_kernel()
    fresh, secret, share = ssh_keys.generate(), secrets.token_hex(16), processor_share.wanted()
    directors = [
        {
            "name": name,
            "init": init,
            "device": options.devices[release],
            "config": config.seed(name, options.services, options.real_servers),
            "host_key": fresh.host_private[name],
            "authorized_keys": fresh.client_public,
            "build": build,
        }
        for name, release, init, build in zip(
            addresses.DIRECTORS, options.releases, options.inits, options.keepalived, strict=True
        )
    ]
    for name, build in zip(addresses.DIRECTORS, options.keepalived, strict=True):
        if build:
            keepalived_builds.stage(build, directory / "builds" / name)
    guest_options = {"modules": str(kernel.modules), "return_path": options.return_path, "secret": secret}
    client = {"host_key": fresh.host_private[addresses.CLIENT], "authorized_keys": fresh.client_public}
    (directory / "options.json").write_text(json.dumps({**guest_options, "directors": directors, "client": client}))
    with resources.as_file(resources.files("lvstui.lab").joinpath("guest")) as source:
        shutil.copytree(source, directory / "guest", ignore=shutil.ignore_patterns("__pycache__"))
    network = machine.start_network(directory)
    pids.append(network.pid)
    guest = machine.start_kernel(directory, kernel, list(images.values()), options.memory_mib)
    pids.append(guest.pid)
    if share < 1:
        pids.append(machine.start_share(directory, guest, share).pid)
    wanted = {name: (address, addresses.SSH_PORT) for name, address in addresses.SSH_LINK_ADDRESSES.items()}
    wanted["control"] = addresses.LINK_ADDRESS, addresses.CONTROL_PORT
    ports = machine.forward(directory, network, guest, wanted)
    ssh_keys.write_client_files(directory, fresh, ports)
    state = LabState(asdict(options), pids, ports, secret)
    fresh_file = directory / "lab.json.new"
    fresh_file.write_text(json.dumps(asdict(state)))
    os.replace(fresh_file, directory / "lab.json")
    return state
