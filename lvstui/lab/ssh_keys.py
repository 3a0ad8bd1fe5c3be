"""Make the lab's SSH keys, its ssh_config and its known_hosts, afresh for each lab."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import asyncssh

from lvstui.lab.guest import addresses

# The same Director through each kind of account: root, one with password-less sudo, one without any.
ACCOUNTS = {"": "root", "-ops": "ops", "-watch": "watch"}


@dataclass(frozen=True)
class LabKeys:
    """The contents of key files: the client's pair, and each host's own."""

    client_private: str
    client_public: str
    host_private: dict[str, str]
    host_public: dict[str, str]


def generate() -> LabKeys:
    """Return new ed25519 keys for everybody."""
    client = asyncssh.generate_private_key("ssh-ed25519", comment="lvstui-lab")
    hosts = {name: asyncssh.generate_private_key("ssh-ed25519", comment=name) for name in addresses.SSH_LINK_ADDRESSES}
    return LabKeys(
        client_private=client.export_private_key().decode(),
        client_public=client.export_public_key().decode(),
        host_private={name: key.export_private_key().decode() for name, key in hosts.items()},
        host_public={name: key.export_public_key().decode() for name, key in hosts.items()},
    )


def write_client_files(directory: Path, keys: LabKeys, ports: dict[str, int]) -> Path:
    """Write id_ed25519, known_hosts and ssh_config into the lab's folder; return the path of the last."""
    identity, known, config = (directory / name for name in ("id_ed25519", "known_hosts", "ssh_config"))
    identity.touch(mode=0o600)
    identity.write_text(keys.client_private)
    known.write_text("".join(f"[127.0.0.1]:{ports[name]} {key}" for name, key in keys.host_public.items()))
    blocks = [
        _host_block(name + suffix, account, ports[name], identity, known)
        for name in addresses.DIRECTORS
        for suffix, account in ACCOUNTS.items()
    ]
    blocks.append(_host_block(addresses.CLIENT, "root", ports[addresses.CLIENT], identity, known))
    config.write_text("\n".join(blocks))
    return config


def _host_block(alias: str, account: str, port: int, identity: Path, known: Path) -> str:
    return (
        f"Host {alias}\n"
        f"  HostName 127.0.0.1\n  Port {port}\n  User {account}\n"
        f'  IdentityFile "{identity}"\n  IdentitiesOnly yes\n'
        f'  UserKnownHostsFile "{known}"\n  StrictHostKeyChecking yes\n'
    )
