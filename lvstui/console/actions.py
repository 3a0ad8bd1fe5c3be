"""What the operator can do: the one table behind the keys, the hints, the help and the palette.

Not for: doing it (see `console.commands`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from textual.binding import Binding, BindingType


@dataclass(frozen=True)
class Action:
    name: str
    key: str
    label: str
    help: str
    writes: bool = False
    hint: bool = True  # is it named at the bottom of the main screen

    @property
    def key_now(self) -> str:
        """The operator's own key for it, or ours: the first where there are several."""
        return _own_keys.get(self.name, self.key.partition(",")[0])

    @property
    def key_label(self) -> str:
        return written(self.key_now)


_own_keys: Mapping[str, str] = {}
_WRITTEN = {
    "question_mark": "?",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "comma": ",",
    "full_stop": ".",
    "right_curly_bracket": "}",
    "left_curly_bracket": "{",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}


def use_keys(keys: Mapping[str, str]) -> None:
    """The operator's own keys, by the names of actions: one choice for the whole screen."""
    global _own_keys
    _own_keys = keys


def written(key: str) -> str:
    """A key as it is written on it."""
    return _WRITTEN.get(key, key)


TEN_MORE, TEN_LESS = "right_curly_bracket,ctrl+up", "left_curly_bracket,ctrl+down"
LESS, GREATER = "less_than_sign", "greater_than_sign"

FAMILIES: Mapping[str, tuple[Action, ...]] = {
    "Changes": (
        Action("drain", "d", "Drain", "weight 0 on both Directors: no new connections, the others go on", writes=True),
        Action("restore", "r", "Restore", "the weight from before the drain, on both Directors", writes=True),
        Action("weight", "w", "Weight", "another weight, on both Directors", writes=True),
        Action("weight_up", "plus", "Weight + 1", "with one more; again for more", writes=True, hint=False),
        Action("weight_down", "minus", "Weight - 1", "with one less", writes=True, hint=False),
        Action("weight_up_ten", TEN_MORE, "Weight + 10", "with ten more", writes=True, hint=False),
        Action("weight_down_ten", TEN_LESS, "Weight - 10", "with ten less", writes=True, hint=False),
        Action("add", "a", "Add", "a real server more, on both Directors", writes=True),
        Action("remove", "x", "Remove", "out of both files and both kernels", writes=True, hint=False),
        Action("undo", "u", "Undo", "take the last change back, on both Directors", writes=True),
        Action("history", "H", "History", "what was changed, by whom, when, and how it ended", hint=False),
        Action("settle", "U", "Settle", "end a change that was left unfinished", writes=True, hint=False),
    ),
    "Table": (
        Action("filter", "slash", "Filter", "show some servers only: text, state:down, weight:0, vs:, !"),
        Action("mark", "space", "Mark", "mark it, or all of a virtual server, for a change of many"),
        Action("mark_range", "V", "Mark range", "mark what is passed until V again; or shift+↑↓", hint=False),
        Action("clear", "escape", "Clear", "end the range, clear the filter, or clear the marks", hint=False),
        Action("fold", "z", "Fold", "hide the real servers of a virtual server, or show them again; or ← →", hint=False),
        Action("fold_all", "Z", "Fold all", "only the virtual servers, or everything again", hint=False),
        Action("sort_right", GREATER, "Sort right", "by the next column; or click on its title", hint=False),
        Action("sort_left", LESS, "Sort left", "by the column before; first of all: as in the files", hint=False),
        Action("invert", "o", "Invert order", "the other way round", hint=False),
        Action("flat", "F", "Flat", "the real servers of all virtual servers in one list, or under them", hint=False),
    ),
    "Screens": (
        Action("details", "enter", "Details", "one real server on both Directors; a virtual one is folded"),
        Action("configuration", "c", "Configuration", "both files, and what differs and should not"),
        Action("topology", "t", "Topology", "the picture of the pair, live"),
    ),
    "Clusters, settings, files": (
        Action("clusters", "C", "Clusters", "open another cluster of clusters.toml", hint=False),
        Action("copy", "Y", "Copy", "the server's name to the terminal's clipboard", hint=False),
        Action("picture", "S", "Picture", "save the screen as an SVG file", hint=False),
        Action("export_csv", "E", "Export CSV", "save the table as a CSV file", hint=False),
        Action("export_json", "J", "Export JSON", "save all as `lvsctl status --json` has it", hint=False),
        Action("privacy", "M", "Mask", "mask addresses and names, or show them again", hint=False),
        Action("settings", "comma,f2", "Settings", "theme, interval, units, mask and keys", hint=False),
    ),
    "Console": (
        Action("freeze", "p", "Freeze", "the screen stands still; what happens goes on behind it", hint=False),
        Action("reconnect", "R", "Reconnect", "try the lost Directors now instead of waiting"),
        Action("help", "question_mark", "Help", "this page"),
        Action("quit", "q", "Quit", "leave; nothing stays behind on the Directors"),
    ),
}  # fmt: skip

ACTIONS = tuple(chain(*FAMILIES.values()))
BY_NAME = {action.name: action for action in ACTIONS}
BINDINGS: list[BindingType] = [
    Binding(action.key, f"do('{action.name}')", action.label, id=action.name) for action in ACTIONS
]
