"""Virtual servers that keepalived ignores, and names that could mean more than one, as the screens have them."""

from __future__ import annotations

from lvstui.cluster.view import ClusterView, RealServerState, RealServerView, VirtualServerView
from lvstui.console.change.forms.add_fields import AddFields
from lvstui.console.table import row_cells
from lvstui.console.table.rows import RowListing, TableChoice, TableRow


def server(id: str, *reals: str, ignored: bool = False) -> VirtualServerView:
    made = tuple(RealServerView(real, id, RealServerState.UP, None, None, {}) for real in reals)
    return VirtualServerView(id, (), "rr", "NAT", made, ignored=ignored)


EMPTY = server("tcp/10.77.0.1:80", ignored=True)
HALVES = (server("group/DNS/tcp", "172.20.5.11:53"), server("group/DNS/udp", "172.20.5.12:53"))


def test_one_that_keepalived_ignores_has_a_line_that_says_so() -> None:
    listing = RowListing()
    listing.show((EMPTY, *HALVES), TableChoice(), 0.0)
    row = listing.row(0)
    assert row == TableRow(EMPTY, None)
    moment = None  # nothing of it is looked at
    assert row_cells.state(row, moment) == ("ignored", "warn")  # type: ignore[arg-type]
    assert row_cells.note(40)(row, moment) == ("has no real servers - ignoring", "warn")  # type: ignore[arg-type]


def noted(text: str, *servers: VirtualServerView) -> str:
    view = ClusterView(0.0, (), servers, (), ())
    form = AddFields(lambda: view, servers[0], None)
    form._values["virtual"] = text
    return form._note("virtual")


def test_the_add_form_takes_a_name_that_means_one_and_names_those_that_it_could_mean() -> None:
    both = "group/DNS could mean more than one virtual server: group/DNS/tcp, group/DNS/udp"
    assert noted("group/DNS", *HALVES) == both
    assert noted("group/DNS/udp", *HALVES) == ""
    assert noted("group/DNS", HALVES[1], EMPTY) == ""
    assert noted("tcp/10.77.0.1:80", EMPTY) == "keepalived ignores it: no real servers"
    assert noted("tcp/10.77.0.9:80", EMPTY) == "no such virtual server"
