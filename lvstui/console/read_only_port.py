"""Define what a screen needs of a session to show it. Nothing here changes anything, and nothing is implemented here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the first frame waits for none of it
    from lvstui.cluster.drift.difference import Difference
    from lvstui.cluster.servers.plot_range import PlotRange
    from lvstui.cluster.view import ClusterView
    from lvstui.cluster.views.configuration_view import ShownConfiguration
    from lvstui.cluster.views.connection_view import SampleView
    from lvstui.cluster.views.director_page import DirectorPage
    from lvstui.cluster.views.real_server_view import RealServerDetail
    from lvstui.cluster.views.topology_view import Topology
    from lvstui.cluster.views.virtual_server_page import VirtualServerPage


class ReadOnlySession(Protocol):
    """An open pair of Directors: all that is known of it."""

    name: str
    read_only: str | None
    """Tell why nothing may be written; None: it may."""

    def seen(self) -> ClusterView:
        """Return the last view that was made."""

    def earlier(self) -> Sequence[ClusterView]:
        """Return the views before it that nobody was shown, oldest first; none of a session whose every view is shown."""
        ...

    def detail(
        self, virtual_server: str, real_server: str, view: ClusterView, over: PlotRange | None = None
    ) -> RealServerDetail: ...
    def director_page(self, name: str, view: ClusterView) -> DirectorPage: ...
    def virtual_server_page(self, virtual_server: str, view: ClusterView) -> VirtualServerPage: ...
    def configurations(self) -> tuple[ShownConfiguration, ...]: ...
    def differences(self, view: ClusterView) -> tuple[Difference, ...]: ...
    def topology(self, view: ClusterView) -> Topology: ...
    async def sample_connections(self, director: str, virtual_server: str, real_server: str) -> SampleView:
        """Return some of its connections there. Raises SampleRefused."""
        ...
