"""A handover is seen in the file alone; and whether the Director may be stopped, by what both Directors tell."""

from __future__ import annotations

from typing import cast

from lvstui.cluster.director_facts import HandedOverView
from lvstui.cluster.view import Severity
from lvstui.cluster.views import status
from lvstui.director.protocol.ipvs_messages import Ipvs
from tests.support.handed_over import handed_over
from tests.support.telling import VIPS, Pair, configuration


def told(pair: Pair) -> HandedOverView:
    found = pair.director("director1").handed_over
    assert found is not None
    return found


def test_nobody_is_handed_over_until_a_file_says_so() -> None:
    assert [one.handed_over for one in Pair().up().view().directors] == [None, None]


def test_what_the_file_says() -> None:
    found = told(handed_over(Pair().up()))
    assert (found.since, found.by, found.reason) == ("2026-11-29 08:10", "ana@ops1", "kernel update")
    assert found.instances == ("VI_1", "VI_2")
    assert found.safe


def test_it_is_not_safe_to_stop_while_it_is_master_or_nobody_else_is() -> None:
    assert told(handed_over(Pair().up(), moved=False)).unsafe == "it is still MASTER of VI_1"
    pair = handed_over(Pair().up())
    pair.network("director2")
    pair.vrrp("director2", "BACKUP", since=961.0)
    assert told(pair).unsafe == "no other Director is MASTER of VI_1"


def test_it_is_not_safe_to_stop_when_the_other_one_is_not_there_or_is_handed_over_too() -> None:
    pair = handed_over(Pair().up())
    pair.state.failed("director2", "no route", "", permanent=True, retry_in=None, now=pair.now)
    assert not told(pair).safe
    pair = handed_over(Pair().up())
    pair.files(
        "director2",
        configuration().replace(b"priority 100", b"priority 30 # handed over, was 50, 2026-11-29 08:10 by b"),
    )
    assert told(pair).unsafe == "director2 is handed over, too"


def test_what_somebody_wrote_into_the_file_is_text_and_no_secret_is_shown() -> None:
    pair = handed_over(Pair().up())
    reason = b"[red]see auth_pass s3cret99"
    marked = b"priority 40 # handed over, was 100, 2026-11-29 08:10 by b: " + reason
    data = (
        configuration()
        .replace(b"priority 100", marked)
        .replace(b" advert_int 1\n", b" authentication {\n  auth_pass s3cret99\n }\n")
    )
    pair.files("director1", data)
    assert told(pair).reason.startswith("[red]see auth_pass ")
    assert "s3cret99" not in told(pair).reason


def test_it_stays_known_while_keepalived_is_stopped_there() -> None:
    pair = handed_over(Pair().up())
    pair.keepalived("director1", running=False)
    assert told(pair).safe


def stopped(pair: Pair, name: str = "director1") -> Pair:
    """keepalived was stopped there, which took its IPVS table along."""
    pair.keepalived(name, running=False)
    pair.say(name, Ipvs(pair.now, True, True, (), (), None))
    pair.view()
    return pair.after(30).sample()


def test_keepalived_that_is_stopped_during_a_handover_is_told_calmly() -> None:
    pair = stopped(handed_over(Pair().up()))
    view = pair.view()
    assert pair.problems() == {}
    assert view.directors[0].at_rest
    text = status.as_text(view)
    assert "director1  live" in text and "stopped" in text and "not running" not in text
    assert "keepalived is stopped; safe to upgrade or reboot" in text
    [event] = [one for one in view.events if "no longer running" in one.text]
    assert (event.severity, event.text) == (Severity.INFO, "keepalived is no longer running, while it is handed over")


def test_it_is_an_alarm_when_it_has_a_vip_when_nobody_else_serves_and_when_it_was_taken_back() -> None:
    left = handed_over(Pair().up())
    left.network("director1", VIPS["VI_1"])
    assert "keepalived:director1" in stopped(left).problems()
    alone = stopped(handed_over(Pair().up()))
    assert {"keepalived:director1", "keepalived:director2"} <= stopped(alone, "director2").problems().keys()
    back = handed_over(Pair().up())
    back.files("director1", configuration())
    assert "keepalived:director1" in stopped(back).problems()


def test_a_handover_is_no_difference_between_the_directors_and_no_problem() -> None:
    pair = handed_over(Pair().up()).after(30).sample()
    view = pair.view()
    assert pair.state.differences(view) == ()
    assert pair.problems() == {}


def test_status_tells_it_in_json_and_in_text() -> None:
    view = handed_over(Pair().up()).view()
    first, second = cast(list[dict[str, object]], status.as_json(view)["directors"])
    assert first["handed_over"] == {
        "since": "2026-11-29 08:10", "by": "ana@ops1", "reason": "kernel update", "safe": True, "unsafe": None, "stopped": False,
    }  # fmt: skip
    assert second["handed_over"] is None
    line = "  handed over by ana@ops1 since 2026-11-29 08:10: kernel update; safe to stop, upgrade or reboot"
    assert line in status.as_text(view).splitlines()
    assert set(VIPS) == {"VI_1", "VI_2"}
