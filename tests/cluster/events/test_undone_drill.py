"""A drill that was undone without its console is told once, by whatever console comes next."""

from __future__ import annotations

from lvstui.cluster.event_kind import EventKind
from lvstui.director.protocol.change_messages import LeftChange, Unfinished
from tests.support.telling import Pair

UNDONE = LeftChange(
    "d1", "Stop keepalived on director1", "ana@ops1", 1.0, (), "Its agent was gone. keepalived was started again", False
)


def test_it_is_told_once() -> None:
    pair = Pair().up()
    for _ in range(2):
        pair.say("director1", Unfinished(1.0, None, None, undone=UNDONE))
        pair.say("director1", Unfinished(2.0, None, None))
    told = [one for one in pair.sample().view().events if "drill" in one.text]
    assert [(one.source, one.kind) for one in told] == [("director1", EventKind.CHANGE)]
    assert told[0].text == (
        "the drill “Stop keepalived on director1” by ana@ops1 was undone: Its agent was gone. keepalived was started again"
    )
