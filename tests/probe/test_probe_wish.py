"""A probe that is asked for more than its bounds allow, or for another target than one address, refuses."""

from __future__ import annotations

import pytest

from lvstui.probe.probe_wish import AT_ONCE, FASTEST, LONGEST, MOST, ProbeWish, checked, wish_from

WISH = ProbeWish("10.10.0.20", 80, "/health", 50.0, 10.0)


def test_a_wish_survives_its_way() -> None:
    assert wish_from(WISH._asdict()) == WISH


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 101.0},
        {"rate": 9.0},
        {"rate": float("nan")},
        {"seconds": LONGEST + 1},
        {"seconds": 0.0},
        {"seconds": float("nan")},
        {"port": 0},
        {"port": 65536},
        {"address": "www.example.com"},
        {"path": "health"},
        {"path": "/a b"},
        {"path": "/a\r\nHost: another"},
        {"path": "/" + "a" * 2000},
    ],
)
def test_what_is_out_of_bounds_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        wish_from({**WISH._asdict(), **wrong})


def test_the_number_of_requests_is_bounded_whatever_is_asked_for() -> None:
    assert checked(WISH._replace(rate=FASTEST, seconds=LONGEST)).number <= MOST
    assert AT_ONCE <= 200
