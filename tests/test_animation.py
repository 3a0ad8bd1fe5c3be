"""Test the animated picture of the README: every frame is in it, and at each moment exactly one is shown."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from screenshots.animation import combine

FRAMES = [
    (f'<svg viewBox="0 0 {width} 50" xmlns="http://www.w3.org/2000/svg"><text>{name}</text></svg>', seconds)
    for name, width, seconds in (("calm", 100, 2.0), ("drain", 120, 3.0), ("failover", 100, 5.0))
]


def shown(svg: str, percent: float) -> list[int]:
    """Return the numbers of the frames that are visible at this part of a round."""
    found = []
    for number, steps in re.findall(r"@keyframes frame(\d+) \{ (.*) \}\n", svg):
        states = [(float(at), state) for at, state in re.findall(r"([\d.]+)% \{ visibility: (\w+) \}", steps)]
        if [state for at, state in states if at <= percent][-1] == "visible":
            found.append(int(number))
    return found


def test_the_frames_are_shown_one_after_the_other() -> None:
    svg = combine(FRAMES)
    assert [shown(svg, percent) for percent in (0, 19, 20, 49, 50, 99)] == [[0], [0], [1], [1], [2], [2]]


def test_it_is_one_picture_with_all_frames_at_the_size_of_the_largest() -> None:
    root = ElementTree.fromstring(combine(FRAMES))
    assert root.get("viewBox") == "0 0 120 50"
    assert [text.text for text in root.iter("{http://www.w3.org/2000/svg}text")] == ["calm", "drain", "failover"]
