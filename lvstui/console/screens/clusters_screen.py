"""Ask which cluster of clusters.toml is to be opened instead of the one that is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from lvstui.console.base.dialog import Dialog
from lvstui.console.cluster_choice import Cluster
from lvstui.console.look.clickable import key_names
from lvstui.console.look.glyphs import DIM


class ClustersScreen(Dialog[Cluster | None]):
    """The dialog with the list of clusters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "Close"),
        Binding("q", "app.quit", "Quit", show=False),
        Binding("j", "cursor(1)", show=False),
        Binding("k", "cursor(-1)", show=False),
    ]

    def __init__(self, clusters: Sequence[Cluster], current: Cluster | None) -> None:
        super().__init__()
        self._clusters = clusters
        self._current = current

    def compose(self) -> ComposeResult:
        with Vertical(classes="dialog") as dialog:
            dialog.border_title = "Clusters"
            dialog.border_subtitle = key_names((("Enter", "opens"), ("Escape", "closes" if self._current else "quits")))
            yield OptionList(*(Option(self._line(cluster)) for cluster in self._clusters), compact=True)

    def _line(self, cluster: Cluster) -> Content:
        width = max(len(one.name) for one in self._clusters)
        return Content.assemble(
            ("▸ " if cluster is self._current else "  ", "$accent"),
            (f"{cluster.name:<{width}}  ", "bold"),
            (" · ".join(cluster.directors), DIM),
            ("  PRODUCTION" if cluster.production else "", "bold $error"),
            ("  read-only" if cluster.read_only is not None else "", "$warning"),
        )

    def on_mount(self) -> None:
        names = self.query_one(OptionList)
        names.focus()
        if self._current is not None and self._current in self._clusters:
            names.highlighted = list(self._clusters).index(self._current)

    def action_cursor(self, lines: int) -> None:
        names = self.query_one(OptionList)
        (names.action_cursor_down if lines > 0 else names.action_cursor_up)()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._clusters[event.option_index])
