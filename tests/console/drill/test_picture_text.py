"""The picture of a failover in cells."""

from __future__ import annotations

from lvstui.cluster.drill.views.picture_parts import Bar, BarKind, DrillPicture, Lane, LaneKind, PictureMark
from lvstui.console.drill.picture_text import lines


def clients(uncertainty: float) -> str:
    """The lane of a client that is answered again after 5 of 10 s, known to within so many seconds."""
    bars = (Bar(BarKind.UNANSWERED, 0.0, 5.0), Bar(BarKind.ANSWERED, 5.0, 10.0))
    lane = Lane(LaneKind.CLIENTS, "", "clients", bars, (PictureMark(5.0, uncertainty, "", step=True),))
    drawn = lines(DrillPicture("", 0.0, 0.0, 10.0, (lane,)), 60, 5)[0]
    return "".join(text for text, _ in drawn)


def test_the_word_of_a_bar_comes_after_the_uncertainty_of_its_beginning() -> None:
    shown = clients(0.6)
    assert "├──●─┤ answered ▄" in shown, shown


def test_where_a_step_is_known_its_sign_begins_the_word() -> None:
    assert "×● answered ▄" in clients(0.01)
