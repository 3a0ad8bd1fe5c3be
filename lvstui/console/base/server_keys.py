"""Bind the keys of the changes that can be made of one real server, for the screens that are about one.

The ids are those of the table of actions: the operator's own keys hold there too.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType

from lvstui.console.actions import COPY, ON_A_REAL_SERVER, WEIGHT_DOWN, WEIGHT_DOWN_TEN, WEIGHT_UP, WEIGHT_UP_TEN

SERVER_KEYS: list[BindingType] = [
    *(Binding(one.key, f"do('{one.name}')", one.label, id=one.name) for one in ON_A_REAL_SERVER),
    *(
        Binding(one.key, f"do('{one.name}')", one.label, id=one.name, show=False)
        for one in (WEIGHT_UP, WEIGHT_DOWN, WEIGHT_UP_TEN, WEIGHT_DOWN_TEN, COPY)
    ),
]
