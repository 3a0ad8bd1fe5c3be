"""Keep the samples of the present while those of the past are drawn. Not for: a sample (see `trends`)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lvstui.cluster.view import ClusterView
from lvstui.console.table.trends import Trends


class ShownTrends:
    """The samples of the main screen; `drawn` are those that the table draws."""

    def __init__(self) -> None:
        self._present = self.drawn = Trends()
        self._past = False  # is it drawn
        self._earlier: Sequence[ClusterView] = ()  # those that are in what is drawn

    def turn_to(self, *, past: bool) -> None:
        """Draw those of the past from now on, or again those of the present."""
        self._past, self.drawn = past, Trends() if past else self._present
        self._earlier = ()

    def sample(self, view: ClusterView, earlier: Sequence[ClusterView]) -> Iterator[None]:
        """Take a sample, a few milliseconds' piece at a time. `earlier`: views before it that were not shown."""
        if earlier is not self._earlier:
            self._earlier, self.drawn = earlier, Trends()
            for one in earlier:
                yield from self.drawn.add(one.virtual_servers, one.wall)
                yield
        elif self._past and view.wall < self.drawn.at:
            self.drawn = Trends()  # the way to there is not known yet
        yield from self.drawn.add(view.virtual_servers, view.wall)

    def sample_present(self, view: ClusterView) -> None:
        """Take a sample of the present while the past is drawn; in one piece: nobody waits for it."""
        for _ in self._present.add(view.virtual_servers, view.wall):
            pass
