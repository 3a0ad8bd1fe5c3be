"""Make the tables that a simulated Director tells of its kernel and its checkers, out of what the machine is at the moment."""

from __future__ import annotations

from collections.abc import Set

from lvstui.demo.simulated_machine import SimulatedMachine
from lvstui.director.protocol.checker_messages import Check, CheckedRealServer, CheckedVirtualServer, Checkers
from lvstui.director.protocol.ipvs_messages import (
    Connection,
    Connections,
    RealServer,
    SampleConnections,
    Service,
    ServiceId,
    StateCount,
)
from lvstui.director.system import IpvsTable
from lvstui.keepalived import RealServerKey


def ipvs_table(me: SimulatedMachine) -> IpvsTable:
    """Return the IPVS table of its kernel."""
    services = []
    for server in me.configuration.virtual_servers:
        key = server.services[0]
        rows = [(real, row) for (service, real), row in me.rows.items() if service == key]
        reals = tuple(
            RealServer(
                real.address,
                real.port,
                "NAT",
                row.weight,
                0,
                0,
                round(row.active),
                round(row.inactive),
                0,
                row.shown[0],
                row.shown[0] * 6,
                row.shown[0] * 5,
                row.shown[1],
                row.shown[2],
            )
            for real, row in rows
        )
        totals = [sum(row.shown[index] for _, row in rows) for index in range(3)]
        id = ServiceId(key.family, key.protocol, key.address, key.port, key.fwmark)
        service = Service(
            id, server.scheduler, 0, 0, "255.255.255.255", "", totals[0], totals[0] * 6, totals[0] * 5, *totals[1:]
        )
        services.append((service, reals))
    return IpvsTable(tuple(services), True)


def checkers(me: SimulatedMachine, down: Set[RealServerKey], at: float) -> Checkers:
    """Return what its checkers say, where these real servers do not answer."""
    checked: list[CheckedRealServer] = []
    quorums: list[CheckedVirtualServer] = []
    for server in me.configuration.virtual_servers:
        name = f"{server.services[0].address} {server.services[0].protocol} {server.services[0].port}"
        quorums.append(CheckedVirtualServer(name, server.quorum, server.hysteresis, True, None, None))
        for real in server.real_servers:
            alive = real.key not in down
            check = Check("TCP_CHECK", alive, True, 0)
            checked.append(
                CheckedRealServer(
                    name, real.key.address, real.key.port, real.weight, real.weight, alive, alive, (check,)
                )
            )
    return Checkers(at, tuple(checked), None, tuple(quorums))


def connections(me: SimulatedMachine, wanted: SampleConnections, at: float) -> Connections:
    """Return a sample of its connection table."""
    found = [
        row
        for (_, real), row in me.rows.items()
        if (real.address, real.port) == (wanted.real_server.address, wanted.real_server.port)
    ]
    active, closing = round(sum(row.active for row in found)), round(sum(row.inactive for row in found))
    rows = [Connection(f"10.10.0.{100 + n % 90}", 32768 + n * 37 % 28000, "ESTABLISHED", 899) for n in range(active)]
    rows += [
        Connection(f"10.10.0.{100 + n % 90}", 32768 + n * 53 % 28000, "FIN_WAIT", 118 - n % 90) for n in range(closing)
    ]
    counts = (("ESTABLISHED", active), ("FIN_WAIT", closing))
    states = tuple(StateCount(state, count) for state, count in counts if count)
    shown = tuple(rows[: wanted.rows])
    return Connections(at, wanted.nonce, shown, states, 0, True, 0.002, None)
