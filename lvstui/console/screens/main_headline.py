"""Show the first line of the main screen: of the present, or of the moment of the past that is shown."""

from __future__ import annotations

from textual.content import Content

from lvstui.cluster.view import ClusterView
from lvstui.console.app_parts import parts_of
from lvstui.console.past.past_headline import past_headline
from lvstui.console.widgets.banner import headline
from lvstui.console.widgets.clickable_line import ClickableLine
from lvstui.console.widgets.drill_sign import drill_sign


class MainHeadline(ClickableLine):
    """The first line."""

    def __init__(self) -> None:
        super().__init__(id="headline")
        self._shown: Content | None = None

    def show(self, name: str, view: ClusterView | None, read_only: str | None, frozen: float | None) -> None:
        """Draw it. `view` is the newest; `frozen`: since when the screen shows no newer one; None: it does."""
        app, width = self.app, self.screen.size.width
        display, known, sign = parts_of(app).shown_as, parts_of(app).acknowledged, parts_of(app).playback.sign()
        if view is not None and sign is not None:
            masked = "  masked" if app.has_class("-masked") else ""
            content, _ = past_headline((Content(f" lvstui  {name}{masked}"),), view, sign, display, width, known)
        else:
            production, hidden = (app.has_class(one) for one in ("-production", "-masked"))
            content = headline(
                name, view, display, width, read_only,
                acknowledged=known, keys=parts_of(app).keys, production=production, masked=hidden, frozen=frozen,
                drill=drill_sign(app),
            )  # fmt: skip
        if self._shown is None or not content.is_same(self._shown):
            self._shown = content
            self.update(content, layout=False)
