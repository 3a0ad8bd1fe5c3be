"""A pair whose keepalived keeps no copy of what it has loaded, and what the console makes of that."""

from __future__ import annotations

from dataclasses import replace

from lvstui.director.protocol.keepalived_messages import LoadedConfiguration, Log
from tests.support.telling import Pair, checked, configuration, row


def known(pair: Pair) -> tuple[bool | None, float | None]:
    daemon = pair.director("director1").keepalived
    return daemon.pending, daemon.loaded


def silent(weight: int = 1, pair: Pair | None = None) -> Pair:
    """Nothing has told of any load but the daemon's start, and the files are newer."""
    pair = Pair() if pair is None else pair
    pair.link("director1")
    pair.ipvs("director1", row(8081), row(8082), row(8083))
    pair.keepalived("director1")
    director = pair.state.director("director1")
    assert director.keepalived is not None
    pair.say("director1", replace(director.keepalived, loaded_from="start"))
    pair.say("director1", LoadedConfiguration(pair.now, 0.0, 100, 1, b"", "it keeps no copy"))
    pair.say("director1", Log(pair.now, "", True, (), "no log of keepalived was found"))
    pair.checkers("director1", checked(8081, weight=weight), checked(8082), checked(8083))
    pair.files("director1", configuration(), mtime=pair.wall())
    return pair
