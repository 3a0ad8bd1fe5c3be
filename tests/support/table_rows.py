"""Make virtual and real servers for the tests of the table's rows."""

from __future__ import annotations

from lvstui.cluster.view import Figures, RealServerState, RealServerView, VirtualServerView


def server(number: int, actives: list[int | None]) -> VirtualServerView:
    """Return a virtual server whose real servers have so many active connections."""
    id = f"tcp/10.10.{number}.20:80"
    reals = tuple(real(id, f"192.168.{number}.{one}:80", active) for one, active in enumerate(actives))
    return VirtualServerView(id, (id,), "rr", "NAT", reals)


def real(owner: str, id: str, active: int | None, rate: float | None = None) -> RealServerView:
    """Return a real server; without a rate, it has as many new connections per second as active ones."""
    state = RealServerState.UP if active else RealServerState.DOWN
    one = Figures(state, 1, 1, True, active, 0, 0, 0, 0, 0, active if rate is None else rate, 0.0, 0.0, None)
    return RealServerView(id, owner, state, None, None, {"director1": one})
