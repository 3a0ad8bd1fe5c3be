"""A chunk begins with every message that a state may need."""

from __future__ import annotations

import typing

from lvstui.director.protocol.message_registry import FromAgent
from lvstui.record import keyframe

# The kernel's table and the log are kept in their own way; samples of connections are not recorded.
OTHERWISE = {"Ipvs", "Log", "Connections"}


def test_each_message_is_kept_for_the_next_chunk() -> None:
    every = {one.__name__ for one in typing.get_args(FromAgent)}
    assert {one.__name__ for one in keyframe._KEPT} == every - OTHERWISE
