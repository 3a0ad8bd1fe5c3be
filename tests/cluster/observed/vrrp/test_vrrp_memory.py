"""Since when an instance is what it is outlives the messages that told it: in what a recording's chunk begins with."""

from __future__ import annotations

import json

from tests.support.telling import OFF, WALL, Pair

UNTOLD = -(WALL + OFF)  # no time at all in the dump, as after a reload


def test_since_when_is_remembered_where_the_last_messages_do_not_tell() -> None:
    told = Pair().up()
    told.after(5.0).log("director2", "(VI_1) Entering MASTER STATE", at=1003.0)
    told.after(5.0).vrrp("director2", "MASTER", "BACKUP", since=UNTOLD)
    told.view()
    since = told.vrrp_of("director2").since
    assert since == WALL + 1003.0
    memory = json.loads(json.dumps(told.state.memory()))
    later = Pair().up()
    later.now = told.now
    later.vrrp("director2", "MASTER", "BACKUP", since=UNTOLD)
    later.view()
    assert later.vrrp_of("director2").since != since
    later.state.recall(memory)
    assert later.vrrp_of("director2").since == since
