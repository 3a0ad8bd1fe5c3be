"""Where the style sheets are, and the two themes of our own. Not for: what is drawn with them."""

from __future__ import annotations

from pathlib import Path, PurePath

from textual.theme import Theme

_PACKAGE = Path(__file__).resolve().parent.parent


def sheets() -> list[str | PurePath]:
    """The style sheets: those of the wheel, or those of the checkout. Raises FileNotFoundError when there are none."""
    for folder in (_PACKAGE / "styles", _PACKAGE.parent / "styles"):
        found = sorted(folder.glob("*.tcss"))
        if found:
            return list(found)
    raise FileNotFoundError("lvstui's style sheets are missing: the installation is incomplete; install it again")


DARK = Theme(
    name="lvstui-dark",
    primary="#5fb3b3",
    secondary="#7a8ca3",
    accent="#5fb3b3",
    foreground="#d5dae1",
    background="#12161c",
    surface="#171c23",
    panel="#202731",
    success="#8fc17a",
    warning="#e2b25b",
    error="#e8726b",
    dark=True,
    variables={"border-blurred": "#333d49"},
)

LIGHT = Theme(
    name="lvstui-light",
    primary="#0b6e76",
    secondary="#5a6b7d",
    accent="#0b6e76",
    foreground="#1f2730",
    background="#fbfbf9",
    surface="#f3f3ef",
    panel="#e6e7e3",
    success="#2c7a2e",
    warning="#935f00",
    error="#b3261e",
    dark=False,
    variables={"border-blurred": "#b9bdb8"},
)

THEMES = (DARK, LIGHT)
