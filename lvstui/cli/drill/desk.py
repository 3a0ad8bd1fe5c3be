"""Put together what the console's drills need: where they are kept, and the client that asks for answers during a run."""

from __future__ import annotations

from pathlib import Path

from lvstui.cli.launch import probe_connector
from lvstui.cluster.drill.clients.probe_target import probe_target
from lvstui.cluster.drill.views.drill_state import WantedProbe
from lvstui.cluster.view import ClusterView
from lvstui.probe.probe_wish import LONGEST, ProbeWish, checked
from lvstui.report.kept_drills import KeptDrills
from lvstui.session.drill_desk import DrillDesk
from lvstui.session.drill_run import DrillProbe
from lvstui.session.session import Session
from lvstui.settings import places

RATE = 50.0  # requests per second


def drill_desk(session: Session, cluster: str, ssh_config: Path | None, *, kept: bool) -> DrillDesk:
    """Return the drills of a session. `kept` False: those of a simulated pair, which end with it."""

    def client(view: ClusterView, wanted: WantedProbe) -> DrillProbe:
        return drill_client(view, wanted.target, wanted.host or None, ssh_config, rate=wanted.rate)

    return DrillDesk(session, KeptDrills(places.drills_folder()) if kept else None, cluster, client)


def drill_client(
    view: ClusterView, name: str, host: str | None, ssh_config: Path | None, *, path: str = "", rate: float = RATE
) -> DrillProbe:
    """Return the client of a drill, which asks a virtual server of that name. Raises LookupError, ValueError."""
    target = probe_target(view, name, path)
    wish = checked(ProbeWish(target.address, target.port, target.path, rate, LONGEST))
    return DrillProbe(probe_connector(host, ssh_config), wish, target.name)
