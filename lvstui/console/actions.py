"""Hold the one table of what the operator can do. The keys, the hints, the help and the palette are made from it.

Not for: doing it (see `console.commands`, whose functions are registered for these actions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import chain

from textual.binding import Binding, BindingType


@dataclass(frozen=True)
class Action:
    """Something that the operator can do with a key, from the palette, or both."""

    name: str
    key: str
    """lvstui's own key, or several with commas between."""
    label: str
    help: str
    writes: bool = False
    hint: bool = True
    """True: it is named at the bottom of the main screen, where there is room."""


@dataclass(frozen=True)
class Keys:
    """The keys that hold: the operator's own, by the names of actions, and lvstui's for the rest."""

    own: Mapping[str, str] = field(default_factory=dict)

    def of(self, action: Action) -> str:
        """Return the key of an action, the first where there are several."""
        return self.own.get(action.name, action.key.partition(",")[0])

    def label(self, action: Action) -> str:
        """Return the key of an action as it is written on the keyboard."""
        return written(self.of(action))

    def named(self, action: Action) -> str:
        """Return the key of an action as it is named in a sentence."""
        label = self.label(action)
        return label.capitalize() if label in ("escape", "enter", "space") else label


LVSTUI_KEYS = Keys()


_WRITTEN = {
    "exclamation_mark": "!",
    "question_mark": "?",
    "slash": "/",
    "plus": "+",
    "minus": "-",
    "comma": ",",
    "full_stop": ".",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "right_curly_bracket": "}",
    "left_curly_bracket": "{",
    "less_than_sign": "<",
    "greater_than_sign": ">",
}


def written(key: str) -> str:
    """Return a key of Textual's as it is written on the keyboard."""
    return _WRITTEN.get(key, key)


_PRESSED = {label: key for key, label in _WRITTEN.items()}


def pressed(label: str) -> str:
    """Return Textual's name of a key that is written so on the keyboard."""
    return _PRESSED.get(label, label)


TEN_MORE, TEN_LESS = "right_curly_bracket,ctrl+up", "left_curly_bracket,ctrl+down"
LESS, GREATER = "less_than_sign", "greater_than_sign"

FAMILIES: Mapping[str, tuple[Action, ...]] = {
    "Changes": (
        DRAIN := Action("drain", "d", "Drain", "set weight 0 on both Directors: existing connections continue", writes=True),
        RESTORE := Action("restore", "r", "Restore", "set the weight from before the drain, on both Directors", writes=True),
        WEIGHT := Action("weight", "w", "Weight", "set another weight, on both Directors", writes=True),
        WEIGHT_UP := Action("weight_up", "plus", "Weight + 1", "raise by 1; repeat to raise further", writes=True, hint=False),
        WEIGHT_DOWN := Action("weight_down", "minus", "Weight - 1", "lower by 1", writes=True, hint=False),
        WEIGHT_UP_TEN := Action("weight_up_ten", TEN_MORE, "Weight + 10", "raise by 10", writes=True, hint=False),
        WEIGHT_DOWN_TEN := Action("weight_down_ten", TEN_LESS, "Weight - 10", "lower by 10", writes=True, hint=False),
        ADD := Action("add", "a", "Add", "add a real server, on both Directors", writes=True),
        REMOVE := Action("remove", "x", "Remove", "delete from both configurations and kernels", writes=True, hint=False),
        HANDOVER := Action("handover", "O", "Hand over", "hand a Director over, or take it back", writes=True, hint=False),
        UNDO := Action("undo", "u", "Undo", "revert the last change, on both Directors", writes=True),
        HISTORY := Action("history", "H", "History", "list the changes: who, what, when, and the outcome", hint=False),
        SETTLE := Action("settle", "U", "Settle", "finish a change that was left unfinished", writes=True, hint=False),
    ),
    "Table": (
        FILTER := Action("filter", "slash", "Filter", "show matching servers: text, state:down, weight:0, vs:, !"),
        MARK := Action("mark", "space", "Mark", "select for a bulk change; all servers of a virtual server"),
        MACHINE := Action("machine", "m", "Machine", "select this machine everywhere; on a Director: hand it over", hint=False),
        MARK_RANGE := Action("mark_range", "V", "Mark range", "select the rows passed until V again; or shift+↑↓", hint=False),
        CLEAR := Action("clear", "escape", "Clear", "end the range, clear the filter, or clear the selection", hint=False),
        FOLD := Action("fold", "z", "Fold", "fold or unfold a virtual server; or ← →", hint=False),
        FOLD_ALL := Action("fold_all", "Z", "Fold all", "fold or unfold all virtual servers", hint=False),
        SORT_RIGHT := Action("sort_right", GREATER, "Sort right", "sort by the next column; or click its title", hint=False),
        SORT_LEFT := Action("sort_left", LESS, "Sort left", "sort by the previous column; the first is file order", hint=False),
        INVERT := Action("invert", "o", "Invert order", "reverse the order", hint=False),
        FLAT := Action("flat", "F", "Flat", "list all real servers together, or by virtual server", hint=False),
    ),
    "Problems": (
        JUMP := Action("jump", "exclamation_mark", "Go to problem", "go to its cause; again for the next", hint=False),
        ACKNOWLEDGE := Action("acknowledge", "A", "Acknowledge", "silence it until it changes; it still counts", hint=False),
        PROBLEMS := Action("problems", "P", "Problems", "list all problems: since when, what to do", hint=False),
    ),
    "Screens": (
        DETAILS := Action("details", "enter", "Details", "show a real or a virtual server on both Directors"),
        DIRECTOR := Action("director", "i", "Director", "show a Director: priorities and why, settings, log", hint=False),
        CONFIGURATION := Action("configuration", "c", "Configuration", "show both files and their unexpected differences"),
        TOPOLOGY := Action("topology", "t", "Topology", "show the pair as a live diagram"),
        DRAINS := Action("drains", "b", "Drains", "go to the drains, where Enter restores a machine", hint=False),
        PLOT_RANGE := Action("plot_range", "v", "Plot range", "show 1 min, 5 min, 1 h or 24 h in plots", hint=False),
        EVENTS := Action("events", "e", "Events", "list all events since the console started", hint=False),
        DRILLS := Action("drills", "D", "Drill", "watch or cause a failover and measure it; earlier drills"),
        PAST := Action("past", "T", "Past", "open the time bar: every screen shows any recorded moment", hint=False),
    ),
    "Clusters, settings, files": (
        CLUSTERS := Action("clusters", "C", "Clusters", "open another cluster of clusters.toml", hint=False),
        COPY := Action("copy", "Y", "Copy", "copy the server's name to the clipboard", hint=False),
        PICTURE := Action("picture", "S,f8", "Picture", "save the screen as an SVG file; f8 in text fields", hint=False),
        EXPORT_CSV := Action("export_csv", "E", "Export CSV", "save the table as a CSV file", hint=False),
        EXPORT_JSON := Action("export_json", "J", "Export JSON", "save the output of `lvsctl status --json`", hint=False),
        PRIVACY := Action("privacy", "M", "Mask", "mask or unmask addresses and names", hint=False),
        SETTINGS := Action("settings", "comma,f2", "Settings", "change theme, interval, units, mask and keys", hint=False),
    ),
    "Console": (
        FREEZE := Action("freeze", "p", "Freeze", "freeze the display; updates continue in the background", hint=False),
        RECONNECT := Action("reconnect", "R", "Reconnect", "reconnect lost Directors now"),
        HELP := Action("help", "question_mark", "Help", "list keys, states and symbols"),
        QUIT := Action("quit", "q", "Quit", "quit; nothing is left on the Directors"),
    ),
}  # fmt: skip

ACTIONS = tuple(chain(*FAMILIES.values()))
BY_NAME = {action.name: action for action in ACTIONS}
BINDINGS: list[BindingType] = [
    Binding(action.key, f"do('{action.name}')", action.label, id=action.name) for action in ACTIONS
]
KEYS = frozenset(key for action in ACTIONS for key in action.key.split(","))
# What does not depend on the table's cursor and marks, so that it means the same wherever its key is pressed.
ON_EVERY_SCREEN = frozenset(
    (UNDO, HISTORY, SETTLE, JUMP, ACKNOWLEDGE, PROBLEMS, DIRECTOR, CONFIGURATION, TOPOLOGY, PLOT_RANGE, EVENTS, DRILLS, PAST,
     CLUSTERS, PICTURE, EXPORT_CSV, EXPORT_JSON, PRIVACY, SETTINGS, RECONNECT, HELP)
)  # fmt: skip
# What is needed over dialogs too.
OVER_DIALOGS = (PICTURE, PRIVACY)
# The changes that can be made from a real server's own screen, as they are named there.
ON_A_REAL_SERVER = (DRAIN, RESTORE, WEIGHT, REMOVE)
