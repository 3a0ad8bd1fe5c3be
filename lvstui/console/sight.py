"""What the screens beside the main one need of a session: more of what is known. Nothing here is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from lvstui.console.world import Changes

if TYPE_CHECKING:  # the first frame waits for none of it
    from lvstui.cluster.configurations import ShownConfiguration
    from lvstui.cluster.detail import RealServerDetail
    from lvstui.cluster.difference import Difference
    from lvstui.cluster.sampling import SampleView
    from lvstui.cluster.topology import Topology
    from lvstui.cluster.view import ClusterView


class Sight(Changes, Protocol):
    """One open pair, looked at closely."""

    def detail(self, virtual_server: str, real_server: str, view: ClusterView) -> RealServerDetail: ...
    def configurations(self) -> tuple[ShownConfiguration, ...]: ...
    def differences(self, view: ClusterView) -> tuple[Difference, ...]: ...
    def topology(self, view: ClusterView) -> Topology: ...
    async def sample_connections(self, director: str, virtual_server: str, real_server: str) -> SampleView:
        """Raises SampleRefused."""
        ...
