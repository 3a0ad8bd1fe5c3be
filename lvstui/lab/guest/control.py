"""Serve the host's requests: one connection each, a line of JSON in, lines of JSON out.

The last line has "result" or "error"; a command's output comes before it, as it is written. A request must
carry the lab's secret: the port is on the host's loopback, where any user can connect.
"""

from __future__ import annotations

import hmac
import json
import os
import signal
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from . import addresses, faults, host_status, networks, run, traffic
from .director_host import CONFIG_DIRECTORY, DirectorHost
from .director_host import end as end_director
from .director_host import start as start_director

Answer = Callable[[dict[str, Any]], None]


class Guest:
    """The guest while it runs: its Directors, the faults in force, and the traffic."""

    def __init__(self, pids: dict[str, int], plans: list[DirectorHost], return_path: str) -> None:
        self.pids = pids
        self.plans = {plan.name: plan for plan in plans}
        self.first_files = {host: config_files(pid) for host, pid in pids.items()}
        self.return_path = return_path
        self.changing = threading.Lock()
        self.faults: dict[tuple[str, str], float] = {}
        self.streams: dict[int, traffic.Stream] = {}

    def status(self, _request: dict[str, Any], _answer: Answer) -> dict[str, Any]:
        """Return everything at one glance."""
        directors = {host: host_status.of_director(pid) for host, pid in self.pids.items()}
        in_force = [f"{kind} {target}" for kind, target in self.faults]
        return {
            "directors": directors,
            "web": host_status.of_web(),
            "return_path": self.return_path,
            "faults": in_force,
        }

    def execute(self, request: dict[str, Any], answer: Answer) -> int:
        """Run a command on one of the hosts."""
        return run.command(self._enter(request["host"]), request, answer)

    def read(self, request: dict[str, Any], _answer: Answer) -> str:
        """Return a file of a Director, as latin-1 text so that every byte survives JSON."""
        return self._path(request).read_bytes().decode("latin-1")

    def write(self, request: dict[str, Any], _answer: Answer) -> None:
        """Replace a file of a Director in place."""
        self._path(request).write_bytes(request["data"].encode("latin-1"))

    def set_return_path(self, request: dict[str, Any], _answer: Answer) -> None:
        """Change the way of the real server's answers while everything runs."""
        with self.changing:
            networks.set_return_path(request["name"], self.return_path)
            self.return_path = request["name"]

    def begin_fault(self, request: dict[str, Any], _answer: Answer) -> None:
        """Make something fail; nothing happens when it is in force already."""
        kind, target, seconds = request["kind"], request["target"], float(request["seconds"])
        with self.changing:
            fault, what = self._fault(kind, target, seconds)
            if (kind, target) not in self.faults:
                fault.begin(what)
                self.faults[kind, target] = seconds

    def lift_faults(self, request: dict[str, Any], _answer: Answer) -> list[str]:
        """Put right what matches (everything without a kind and a target), the last one first; return what it was."""
        lifted: list[str] = []
        with self.changing:
            for kind, target in reversed(list(self.faults)):
                if request["kind"] in (None, kind) and request["target"] in (None, target):
                    fault, what = self._fault(kind, target, self.faults[kind, target])
                    fault.lift(what)
                    del self.faults[kind, target]
                    lifted.append(f"{kind} {target}")
        return lifted

    def restart_keepalived(self, request: dict[str, Any], _answer: Answer) -> None:
        """Stop it, wait until it has ended, start it: a changed kernel table needs that to be as configured."""
        target = self._director(request["host"])
        with self.changing:
            faults.stop_keepalived(target)
            faults.start_keepalived(target)

    def upgrade(self, request: dict[str, Any], _answer: Answer) -> None:
        """End a Director, and boot it anew on another image with the files under its /etc/keepalived as they are."""
        host = request["host"]
        with self.changing:
            old = self.pids[host]
            kept = {path.relative_to(f"/proc/{old}/root"): data for path, data in config_files(old).items()}
            first = {path.relative_to(f"/proc/{old}/root"): data for path, data in self.first_files[host].items()}
            end_director(host, old)
            config = kept.pop(Path(CONFIG_DIRECTORY.lstrip("/"), "keepalived.conf")).decode()
            self.plans[host] = self.plans[host]._replace(device=request["device"], config=config)
            new = self.pids[host] = start_director(self.plans[host])
            root = Path(f"/proc/{new}/root")
            self.first_files[host] = {root / path: data for path, data in first.items()}

    def reset_config(self, request: dict[str, Any], _answer: Answer) -> bool:
        """Restore the first configuration and nothing else, reloaded if it differed; return True if it did."""
        pid = self.pids[request["host"]]
        first, now = self.first_files[request["host"]], config_files(pid)
        for path in now.keys() - first.keys():
            path.unlink()
        # One that is as at first is not touched: it would be newer than what keepalived has loaded.
        wrong = [path for path, data in first.items() if now.get(path) != data or not _plain(path)]
        for path in wrong:
            path.parent.mkdir(exist_ok=True)
            path.unlink(missing_ok=True)  # a new file: owner, mode and links are as at first, too
            path.write_bytes(first[path])
            path.chmod(0o644)
        changed = bool(wrong) or now.keys() != first.keys()
        daemon = host_status.keepalived_pids(pid)
        if changed and daemon:
            os.kill(daemon[0], signal.SIGHUP)
        return changed

    def start_traffic(self, request: dict[str, Any], _answer: Answer) -> int:
        """Begin a stream; return its number."""
        stream = traffic.Stream(request)
        with self.changing:
            number = len(self.streams) + 1
            self.streams[number] = stream
        stream.start()
        return number

    def report_traffic(self, request: dict[str, Any], _answer: Answer) -> dict[str, Any]:
        """Return what the client saw so far; ends the stream first if asked."""
        stream = self.streams[request["number"]]
        if request["stop"]:
            stream.stop()
        return stream.report()

    def end_traffic(self, _request: dict[str, Any], _answer: Answer) -> None:
        """End every stream that still runs."""
        for stream in self.streams.values():
            stream.stop()

    def _fault(self, kind: str, target: str, seconds: float) -> tuple[faults.Fault, faults.FaultTarget]:
        if kind in faults.DIRECTOR_FAULTS:
            return faults.DIRECTOR_FAULTS[kind], self._director(target)
        return faults.WEB_FAULTS[kind], faults.FaultTarget(port=int(target), seconds=seconds)

    def _director(self, host: str) -> faults.FaultTarget:
        return faults.FaultTarget(host, self.pids[host], self.plans[host].init, tuple(self._enter(host)))

    def _path(self, request: dict[str, Any]) -> Path:
        return Path(f"/proc/{self.pids[request['host']]}/root" + request["path"])

    def _enter(self, host: str) -> list[str]:
        if host in self.pids:
            # Not --all: some versions of nsenter then want a time namespace, which this kernel has not.
            kinds = ("mount", "uts", "ipc", "net", "pid", "cgroup")
            return ["nsenter", f"--target={self.pids[host]}", *(f"--{kind}" for kind in kinds), "--"]
        return ["nsenter", f"--net={networks.namespace_path(host)}", "--"]


def config_files(director: int) -> dict[Path, bytes]:
    """Return every file under the Director's /etc/keepalived, by its path as the guest's first process reaches it."""
    folder = Path(f"/proc/{director}/root{CONFIG_DIRECTORY}")
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _plain(path: Path) -> bool:
    """Return True if it is a file of root's own, with the usual mode and nothing more."""
    found = path.lstat()
    usual = (found.st_mode, found.st_uid, found.st_gid, found.st_nlink) == (0o100644, 0, 0, 1)
    return usual and not os.listxattr(path)


def serve(guest: Guest, secret: str) -> None:
    """Answer requests for ever."""
    listener = socket.create_server((addresses.LINK_ADDRESS, addresses.CONTROL_PORT), backlog=64)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_answer_one, args=(guest, secret, connection), daemon=True).start()


def _answer_one(guest: Guest, secret: str, connection: socket.socket) -> None:
    with connection, connection.makefile("rw", encoding="utf-8") as stream:
        line = stream.readline()
        if not line:
            return

        def answer(message: dict[str, Any]) -> None:
            stream.write(json.dumps(message) + "\n")
            stream.flush()

        try:
            request = json.loads(line)
            if not hmac.compare_digest(request.pop("secret"), secret):
                raise PermissionError("wrong secret")
            result = OPERATIONS[request.pop("operation")](guest, request, answer)
            answer({"result": result})
        except ConnectionError:
            return  # the host went away: nobody is left to tell
        except Exception as error:  # noqa: BLE001 - whatever it was belongs to the one who asked
            answer({"error": f"{type(error).__name__}: {error}"})
        # The host closes first: a connection left in TIME_WAIT here would refuse the next one from the same port.
        stream.readline()


OPERATIONS: dict[str, Callable[[Guest, dict[str, Any], Answer], Any]] = {
    "status": Guest.status,
    "exec": Guest.execute,
    "read": Guest.read,
    "write": Guest.write,
    "return-path": Guest.set_return_path,
    "fault": Guest.begin_fault,
    "lift": Guest.lift_faults,
    "restart-keepalived": Guest.restart_keepalived,
    "reset-config": Guest.reset_config,
    "upgrade": Guest.upgrade,
    "traffic-start": Guest.start_traffic,
    "traffic-report": Guest.report_traffic,
    "traffic-end": Guest.end_traffic,
}
