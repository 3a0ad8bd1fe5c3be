"""Name the rows that the kernel has of a configured real server: its service and the real server there."""

from __future__ import annotations

from lvstui.cluster.identity.server_names import service_id
from lvstui.director.protocol.ipvs_messages import RealServerId, ServiceId
from lvstui.keepalived import ConfiguredRealServer, VirtualServer
from lvstui.keepalived import kernel_keys as _kernel_keys

KernelKey = tuple[ServiceId, RealServerId]


def kernel_keys(server: VirtualServer, real: ConfiguredRealServer) -> tuple[KernelKey, ...]:
    """Return the kernel's rows of one configured real server: several for a group or a range of addresses."""
    keys = _kernel_keys(server, real)
    return tuple((service_id(service), RealServerId(key.address, key.port)) for service, key in keys)
