"""Show a dialog over another screen, which goes on beneath it, dimmed: style by style, a fifth of Textual's work."""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.css.styles import RulesMap
from textual.events import Key
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from lvstui.console.actions import KEYS, OVER_DIALOGS
from lvstui.console.base.screen import Answer, OpeningScreen


class Dialog(ModalScreen[Answer], OpeningScreen[Answer]):
    """A dialog. The keys that are needed over every screen act on it too, unless they are typed into a field."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(one.key, f"app.do('{one.name}')", one.label, id=one.name, show=False) for one in OVER_DIALOGS
    ]

    def on_key(self, event: Key) -> None:
        """Say so after a key that does nothing here. What is typed into a field does not come here."""
        if (event.is_printable or event.key in KEYS) and event.key not in self.active_bindings:
            key = event.character if event.is_printable else event.key
            self.notify(f"{key} does nothing here: Escape closes this.", severity="warning", markup=False)

    def render(self) -> RenderableType | Visual:  # type: ignore[override]  # a widget's may be either
        drawn = super().render()
        return Beneath(drawn.screen, drawn.color) if isinstance(drawn, BackgroundScreen) else drawn


class Beneath(Visual):
    """The screen under a dialog, as Textual's BackgroundScreen shows it."""

    def __init__(self, screen: Screen[object], color: Color) -> None:
        self._screen = screen
        self._color = color

    def render_strips(self, width: int, height: int | None, style: Style, options: RenderOptions) -> list[Strip]:
        return [
            Strip([Segment(text, _dimmed(style, self._color)) for text, style, _ in strip], strip.cell_length)
            for strip in self._screen._compositor.render_strips()[:height]
        ]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        return self._screen.size.height


@lru_cache(4096)
def _dimmed(style: RichStyle | None, color: Color) -> RichStyle | None:
    (segment,) = BackgroundScreen.process_segments([Segment("", style)], color)
    return segment.style
