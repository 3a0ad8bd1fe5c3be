"""Included files that come or go, where keepalived keeps no copy of what it has loaded."""

from __future__ import annotations

import hashlib

from lvstui.cluster.plan.unloaded import unloaded
from lvstui.director.protocol.file_messages import File, Files, Match
from tests.support.silent_pair import known
from tests.support.telling import MAIN, Pair, configuration

INCLUDE = "/etc/keepalived/conf.d/"
PATTERN = INCLUDE + "*.conf"
OLD = b"virtual_server 10.10.0.99 80 {\n protocol TCP\n real_server 10.0.0.9 80 {\n weight 1\n }\n}\n"


def with_includes(pair: Pair, *names: str, told: bool = True, ages: float = 800.0) -> None:
    """The main file includes a folder, in which these files are; `told`: the agent has been asked for them."""
    main = b"include conf.d/*.conf\n" + configuration()
    paths = tuple(INCLUDE + name for name in names)
    contents = {MAIN: main, **(dict.fromkeys(paths, OLD) if told else {})}
    files = tuple(
        File(path, data, hashlib.sha256(data).hexdigest(), pair.wall(ages), 0, 0, 0o644, None)
        for path, data in contents.items()
    )
    matches = (Match(PATTERN, paths),) if told else ()
    pair.say("director1", Files(pair.now, MAIN, files, matches, None))


def test_an_include_that_is_removed_or_comes_back_with_an_old_time_is_pending_until_a_load() -> None:
    """Removed, renamed, or made executable: no file that is left is newer than the load."""
    pair = Pair().up()
    with_includes(pair, "old.conf")
    assert known(pair)[0] is False
    with_includes(pair.after(10))
    assert known(pair)[0] is True
    facts = pair.state.facts("director1")
    assert facts.loaded is not None and [file.data for file in facts.loaded.files][1:] == [OLD]
    found = unloaded(facts)
    assert found is not None and (found.added, found.removed) == (0, OLD.count(b"\n"))
    with_includes(pair.after(1), "old.conf")
    assert known(pair)[0] is False, "it was put back"
    with_includes(pair.after(1), "old.conf", "zz.conf")
    assert known(pair)[0] is True, "one that was moved there with its folder"
    pair.after(5).keepalived("director1", loaded=pair.wall())
    assert known(pair)[0] is False


def test_an_include_that_was_removed_before_the_load_and_is_told_after_it_is_not_pending() -> None:
    pair = Pair().up()
    with_includes(pair, "old.conf")
    pair.after(10).keepalived("director1", loaded=pair.wall())
    with_includes(pair.after(0.1))
    assert known(pair)[0] is False


def test_an_include_that_is_removed_while_the_link_is_lost_is_pending() -> None:
    """The new agent tells the main file first, and what it includes when it was asked for it."""
    pair = Pair().up()
    with_includes(pair, "old.conf")
    pair.state.failed("director1", "broken", "", permanent=False, retry_in=1.0, now=pair.after(10).now)
    pair.link("director1")
    pair.keepalived("director1")
    with_includes(pair, told=False)
    assert known(pair)[0] is False
    with_includes(pair.after(0.1))
    assert known(pair)[0] is True
