"""All that is known of one real server, and the files as they are shown."""

from __future__ import annotations

import pytest

from lvstui.cluster import state
from lvstui.cluster.identity.target import Target
from lvstui.cluster.servers.plot_range import PlotRange
from lvstui.cluster.servers.series import FigureSeries, SeriesView
from lvstui.cluster.view import EventView, Figures, RealServerState, RealServerView, Severity
from lvstui.cluster.views.file_lines import ShownLines
from lvstui.cluster.views.real_server_view import RealServerDetail
from lvstui.director.protocol.ipvs_messages import Ipvs, ServiceChange
from lvstui.keepalived import parse
from lvstui.keepalived.secrets import MASK, NOTHING_KNOWN
from tests.support.telling import MAIN, NAMES, REAL, Pair, configuration, row, service

WEB = "tcp/10.10.0.20:80"


def detail(pair: Pair, real: str = REAL) -> RealServerDetail:
    return pair.state.detail(WEB, real, pair.view())


def test_each_side_has_the_lines_of_its_own_file_with_their_numbers() -> None:
    pair = Pair().up()
    pair.files("director2", b"# one line more\n" + configuration())
    one, two = detail(pair).sides
    assert [line.text.strip() for line in one.lines] == [
        "real_server 192.168.211.13 8081 {", "weight 1", "TCP_CHECK {", "}", "}"
    ]  # fmt: skip
    assert one.lines[0].number + 1 == two.lines[0].number
    assert one.path == MAIN and one.weight_line == one.lines[1].number and one.weight_from == "set"
    assert one.lines[1].pieces[1:] == (("keyword", "weight"), ("blank", " "), ("value", "1"))


def test_the_kernels_values_the_checkers_and_the_events() -> None:
    pair = Pair().up()
    pair.ipvs("director1", row(8081, active=5, connections=100), row(8082), row(8083))
    pair.view()
    pair.after(1)
    for name in NAMES:
        pair.log(
            name,
            "TCP_CHECK on service [192.168.211.13]:tcp:8081 failed after 3 retries.",
            "Removing service [192.168.211.13]:tcp:8081 from VS [10.10.0.20]:tcp:80",
        )
    found = detail(pair)
    side = found.sides[0]
    [kernel] = side.kernel
    assert (kernel.method, kernel.weight, kernel.active, kernel.connections) == ("NAT", 1, 5, 100)
    assert side.in_kernel is True
    [checker] = side.checkers
    assert (checker.kind, checker.up, checker.has_run) == ("TCP_CHECK", True, True)
    assert side.alive is False and side.reason is not None and "failed after 3 retries" in side.reason
    assert side.last_failure is not None and side.last_failure[1] == side.reason
    assert found.real is not None and found.real.state is RealServerState.DOWN
    assert [event.source for event in found.events] == list(NAMES)
    assert detail(pair, "192.168.211.13:8082").events == ()


def test_its_events_are_those_that_concern_it_whatever_their_words_are() -> None:
    pair = Pair().up()
    one, other = Target(WEB, REAL), Target(WEB, "192.168.211.13:8082")
    wall = pair.view().wall
    pair.state.note(EventView(wall, Severity.INFO, "you", "", "Drain 2 real servers: done", (other, one)))
    pair.state.note(EventView(wall, Severity.INFO, "you", "", f"Drain {REAL}1 in {WEB}1: done", (other,)))
    assert [event.text for event in detail(pair).events] == ["Drain 2 real servers: done"]


def test_what_is_not_known_is_none() -> None:
    pair = Pair()
    for name in NAMES:
        pair.link(name)
    side = detail(pair).sides[0]
    assert side.in_kernel is None and side.path is None and side.alive is None
    assert side.lines == () and side.kernel == () and side.series is None
    assert side.unknown == "the configuration has not come yet"


def test_without_counters_they_are_not_zero() -> None:
    pair = Pair().up()
    pair.say(
        "director1", Ipvs(pair.now, True, False, (ServiceChange(service(), (row(8081, active=3),), ()),), (), None)
    )
    [kernel] = detail(pair).sides[0].kernel
    assert kernel.active == 3 and kernel.connections is None and kernel.upper is None


def test_what_is_in_no_file_is_found_in_the_kernel() -> None:
    pair = Pair().up()
    pair.ipvs("director1", row(8081), row(8082), row(8083), row(9999, active=2))
    side = detail(pair, "192.168.211.13:9999").sides[0]
    assert [one.active for one in side.kernel] == [2] and side.path is None and side.weight_from == ""


def test_a_server_that_is_gone_is_said_to_be() -> None:
    found = Pair().up().state.detail("tcp/10.0.0.9:80", "10.0.0.1:80", Pair().up().view())
    assert found.real is None and found.server is None


# --- the files ---


def test_remarks_go_to_the_line_and_a_password_to_nobody() -> None:
    pair = Pair().up()
    text = (
        configuration(extra=" nonsense 1\n") + b"vrrp_instance VI_3 {\n authentication {\n  auth_pass s3cret\n }\n}\n"
    )
    pair.files("director1", text)
    one, two = pair.state.configurations()
    [remark] = [remark for remark in one.files[0].remarks if "nonsense" in remark.text]
    assert one.files[0].listing[one.files[0].listing.row(remark.line)].text.strip() == "nonsense 1"
    assert two.files[0].remarks == ()
    assert "s3cret" not in "\n".join(line.text for line in one.files[0].listing)
    assert one.files[0].listing.find("s3cret", 0) is None
    assert pair.state.configurations()[0] is one


def test_a_secret_of_a_definition_is_not_shown_where_it_is_read() -> None:
    pair = Pair().up()
    checker = b'$PW=hunter2\n$X= \\\n  nonsense2 \\\n  auth_pass $PW\nTCP_CHECK {\n}\nMISC_CHECK {\nmisc_path "/bin/x ${PW}"\n}\n'
    text = configuration(extra=" hunter2 1\n").replace(b"TCP_CHECK {\n", checker + b"TCP_CHECK {\n")
    pair.files("director1", text)
    side = detail(pair).sides[0]
    assert "misc_path /bin/x " + MASK in [option for one in side.checkers for option in one.options]
    shown = pair.state.configurations()[0]
    assert any(MASK in remark.text for remark in shown.files[0].remarks)
    assert "hunter2" not in repr((side, shown.files[0].remarks))


def test_search_goes_round_both_ways() -> None:
    listing = ShownLines(parse(b"a weight 1\nb\nc WEIGHT 2\n"), NOTHING_KNOWN)
    assert listing.find("weight", 0) == 0
    assert listing.find("weight", 1) == 2
    assert listing.find("weight", 3 - 1, -1) == 2
    assert listing.find("weight", 1, -1) == 0
    assert listing.find("nowhere", 0) is None and listing.find("", 0) is None


def test_lines_are_harmless_and_hide_nothing() -> None:
    text = "weight 1 # \x1b]0;owned\x07 \u202egnitteg\ttab\x9b31m [bold]\n"
    listing = ShownLines(parse(text.encode()), NOTHING_KNOWN)
    shown = listing[0].text
    assert shown.isprintable()
    assert "�]0;owned�" in shown and "�gnitteg    tab" in shown and "[bold]" in shown


def test_a_line_of_ten_thousand_characters_is_several_with_one_number() -> None:
    listing = ShownLines(parse(b"# " + b"x" * 10_000 + b"\nweight 1\n"), NOTHING_KNOWN)
    assert listing[0].number == listing[5].number == 1
    assert listing[listing.row(2)].text == "weight 1"
    assert all(len(line.text) <= 1100 for line in listing)


# --- how it went ---


KEY = (WEB, REAL)


def figures(active: int, connections_per_s: float | None, out_bps: float | None) -> RealServerView:
    up = RealServerState.UP
    one = Figures(up, 1, 1, True, active, 0, 0, None, None, None, connections_per_s, None, out_bps, None)
    return RealServerView(REAL, WEB, up, None, None, {"director1": one})


def seen(series: FigureSeries, at: float) -> SeriesView:
    return series.view(*KEY, at)["director1"]


def test_a_figure_holds_until_another_comes() -> None:
    series = FigureSeries(0.0)
    series.note([figures(1, 2.0, None)], 0.0)
    series.note([figures(5, 2.0, None)], 3.0)
    assert seen(series, 4.0).active == (1, 1, 1, 5, 5) and seen(series, 4.0).step == 1.0
    assert seen(series, 4.0).out_bps == (None,) * 5
    assert seen(series, 4.0).connections_per_s == (2.0,) * 5


def test_each_range_has_its_own_points_and_they_are_bounded() -> None:
    series = FigureSeries(0.0)
    for second in range(0, 200_000, 10):
        series.note([figures(second, None, None)], float(second))
    for over in PlotRange:
        shown = series.view(*KEY, 200_000.0, over)["director1"]
        assert len(shown.active) == shown.points == over.points and shown.step * shown.points == over
        known = [value for value in shown.active if value is not None]
        assert known == sorted(known) and known[-1] == 199_990 and 200_000 - known[0] <= over + over.step


def test_without_a_range_all_that_was_seen_is_told_up_to_a_day() -> None:
    series = FigureSeries(0.0)
    series.note([figures(2, None, 1.0)], 1.0)
    series.note([figures(4, None, None)], 3.0)
    assert seen(series, 59.0).active[:4] == (None, 2, 2, 4)
    assert seen(series, 61.0).step == 5.0 and seen(series, 61.0).active[:2] == (4, 4)
    assert [seen(series, at).step for at in (299.0, 301.0, 3601.0, 200_000.0)] == [5.0, 60.0, 900.0, 900.0]


def test_a_console_that_slept_goes_on() -> None:
    series = FigureSeries(0.0)
    series.note([figures(3, None, None)], 1.0)
    series.note([figures(4, None, None)], 100_000.0)
    shown = seen(series, 100_000.0)
    assert shown.active[0] == 3 and shown.active[-1] == 4 and set(shown.active[:-1]) == {3}
    assert shown.step * len(shown.active) >= PlotRange.DAY


def test_series_follow_what_changes_and_forget_what_is_gone() -> None:
    pair = Pair().up()
    series = FigureSeries(pair.now)
    series.note(pair.view().virtual_servers[0].real_servers, pair.now)
    pair.after(2).ipvs("director1", row(8081, active=9), row(8082), row(8083))
    series.note(pair.view().virtual_servers[0].real_servers, pair.now)
    told = series.view(WEB, REAL, pair.now)
    assert told["director1"].active == (0, 0, 9) and told["director2"].active == (0, 0, 0)
    series.forget([KEY])
    assert series.view(WEB, REAL, pair.now) == {}


def test_who_comes_later_has_nothing_of_who_was_in_its_place() -> None:
    series = FigureSeries(0.0)
    series.note([figures(7, 7.0, 7.0)], 0.0)
    series.forget([KEY])
    series.note([figures(1, 2.0, None)._replace(id="another")], 2.0)
    told = series.view(WEB, "another", 3.0)["director1"]
    assert told.active == (None, None, 1, 1) and told.connections_per_s == (None, None, 2, 2)
    series.note([figures(5, None, None)], 4.0)
    assert seen(series, 4.0).active == (None, None, None, None, 5)


def test_on_a_director_that_has_it_no_more_there_is_no_series() -> None:
    series = FigureSeries(0.0)
    both = figures(1, None, None)
    series.note(
        [both._replace(directors={"director1": both.directors["director1"], "director2": both.directors["director1"]})],
        0.0,
    )
    assert series.view(*KEY, 1.0).keys() == {"director1", "director2"}
    series.note([both._replace(directors={"director2": both.directors["director1"]})], 1.0)
    assert {name: one.active for name, one in series.view(*KEY, 2.0).items()} == {"director2": (1, 1, 1)}


def test_a_session_tells_the_series_of_what_it_was_told() -> None:
    pair = Pair().up()
    began = pair.now
    pair.view()
    pair.after(5).ipvs("director1", row(8081, active=9), row(8082), row(8083))
    pair.view()
    pair.after(1)
    told = pair.state.detail(WEB, REAL, pair.view())
    first = next(side.series for side in told.sides if side.director.name == "director1")
    assert first is not None and first.active[-1] == 9 and first.active[-4] == 0 and pair.now - began >= 6
    for name in NAMES:
        pair.files(name, configuration({8082: 1, 8083: 1}))
        pair.ipvs(name, row(8082), row(8083))
    pair.view()
    assert all(side.series is None for side in pair.state.detail(WEB, REAL, pair.view()).sides)


def test_what_is_gone_before_it_was_noted_has_no_series(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "_MOST_NOTED", 1)
    pair = Pair().up()
    ports = range(8081, 8091)
    for name in NAMES:
        pair.files(name, configuration(dict.fromkeys(ports, 1)))
        pair.ipvs(name, *map(row, ports))
    pair.view()
    for name in NAMES:
        pair.files(name, configuration({8082: 1}))
        pair.ipvs(name, row(8082))
    for _ in range(20):
        pair.after(1)
        pair.view()
    assert {real for _, real in pair.state._series._places} == {"192.168.211.13:8082"}


def test_a_plot_reaches_to_the_view_and_not_to_what_came_after_it() -> None:
    """So the same moment has the same points when it is the past."""
    pair = Pair().up()
    view = pair.after(7).sample().view()
    shown = pair.state.detail(WEB, REAL, view)
    pair.after(9).sample()
    assert pair.state.detail(WEB, REAL, view) == shown
