"""Read one VRRP instance with the lines that a test is about."""

from __future__ import annotations

from lvstui.keepalived import Configuration
from lvstui.keepalived.parsing.dialect import Version
from lvstui.keepalived.reading.model import ConfiguredVrrpInstance
from tests.support.configurations import read


def one(*lines: str) -> ConfiguredVrrpInstance:
    """Return the instance VI_1 on eth0 with VRID 51 and these lines."""
    text = "\n".join(("vrrp_instance VI_1 {", "interface eth0", "virtual_router_id 51", *lines, "}"))
    (instance,) = read(text).vrrp
    return instance


def instance(
    *lines: str, version: Version | None = None, before: str = ""
) -> tuple[ConfiguredVrrpInstance, Configuration]:
    """Return the instance VI_1 on eth0 with VRID 51, a VIP and these lines, and the configuration."""
    vip = ("virtual_ipaddress {", "10.77.0.20/24 dev eth0", "}")
    start = (before, "vrrp_instance VI_1 {", "interface eth0", "virtual_router_id 51")
    found = read("\n".join((*start, *vip, *lines, "}")), version=version)
    return found.vrrp[0], found


def said(configuration: Configuration) -> list[str]:
    """Return what there is to say about it."""
    return [one.message for one in configuration.diagnostics]
