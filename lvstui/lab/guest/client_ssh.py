"""Let SSH into the client's network, so that a probe can be sent to where clients are. Nothing is installed there for it.

Not for: the Directors' sshd, which their own system starts.
"""

from __future__ import annotations

import os
import subprocess

from . import addresses, networks, syscalls

_LINK = "10.0.2.0/24"  # slirp4netns: where connections from the host come from
_FOLDER = "/run/client-ssh"
_CONFIG = f"""HostKey {_FOLDER}/host_key
AuthorizedKeysFile {_FOLDER}/authorized_keys
PidFile none
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
StrictModes no
UseDNS no
PrintMotd no
MaxStartups 100
"""


def start(host_key: str, authorized_keys: str) -> None:
    """Start sshd in the client's network namespace. Raises RuntimeError, CalledProcessError."""
    networks.ip([f"route add {_LINK} via {addresses.SERVICE_GATEWAY}"], addresses.CLIENT)
    os.makedirs("/run/sshd", exist_ok=True)
    os.makedirs(_FOLDER, mode=0o700)
    for name, content in (("host_key", host_key), ("authorized_keys", authorized_keys), ("config", _CONFIG)):
        syscalls.write(f"{_FOLDER}/{name}", content, 0o600)
    subprocess.run(["ip", "netns", "exec", addresses.CLIENT, "/usr/sbin/sshd", "-f", f"{_FOLDER}/config"], check=True)
