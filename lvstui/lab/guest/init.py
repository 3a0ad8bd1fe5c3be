"""Run as the guest's first process: build everything in the order in which it is needed, then serve the host's requests.

Run by the kernel as `python3 -m guest.init` in the folder that the host shares. Not for the host.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from pathlib import Path
from typing import Any

from . import addresses, client_ssh, control, director_host, networks, syscalls, web


def main() -> None:
    """Boot the guest and serve; never returns: the guest ends with this process."""
    if os.fork() != 0:
        _collect_for_ever()
    try:
        _boot(json.loads(Path("options.json").read_text()))
    except BaseException:  # noqa: BLE001 - the guest ends here, and must not linger
        traceback.print_exc()
        power_off()


def _collect_for_ever() -> None:
    while True:
        try:
            os.wait()
        except ChildProcessError:
            power_off()


def power_off() -> None:
    """End the whole guest at once, once what it said has reached the host."""
    os.sync()
    Path("/proc/sysrq-trigger").write_text("o")
    time.sleep(60)  # the kernel ends this process; returning would let init die first, a panic


def _boot(options: dict[str, Any]) -> None:
    os.environ.update(director_host.ENVIRONMENT, HOME="/root")
    _mount_system(options["modules"])
    networks.load_modules()
    networks.build()
    networks.set_return_path(options["return_path"], None)
    plans = [director_host.DirectorHost(**plan) for plan in options["directors"]]
    pids = {plan.name: director_host.start(plan) for plan in plans}
    client_ssh.start(**options["client"])
    for port in addresses.WEB_PORTS:
        web.start(port)
    guest = control.Guest(pids, plans, options["return_path"])
    control.serve(guest, options["secret"])


def _mount_system(modules: str) -> None:
    syscalls.mount("proc", "/proc", "proc")
    syscalls.mount("sysfs", "/sys", "sysfs")
    syscalls.mount("cgroup2", "/sys/fs/cgroup", "cgroup2")
    syscalls.mount("none", "/lib/modules", "hostfs", syscalls.MS_RDONLY, modules)
    for path in ("/run", "/tmp", "/root", "/var/log/nginx"):
        syscalls.mount("tmpfs", path, "tmpfs")


if __name__ == "__main__":
    main()
