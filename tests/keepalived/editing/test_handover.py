"""A priority is lowered on its own line, with a comment that remembers it, and its line comes back byte for byte."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lvstui.keepalived import Configuration, EditRefused
from lvstui.keepalived.drain_comment import HANDED_OVER, Mark, marked, marks_in
from lvstui.keepalived.editing import edit
from lvstui.keepalived.editing.undo import TakenPriority, undo
from lvstui.keepalived.parsing.dialect import Version
from tests.support.configurations import WHEN, key, patched, read
from tests.support.generated_text import MESS

HEAD = "state BACKUP\ninterface ens33\nvirtual_router_id VRID\n"
VIPS = "virtual_ipaddress {\n10.10.0.20\n}\n"


def instance(priority: str = "priority 100\n", name: str = "VI_1") -> str:
    vrid = "52" if name == "VI_2" else "51"
    return f"vrrp_instance {name} {{\n{HEAD}{priority}{VIPS}}}\n".replace("VRID", vrid)


def hand_over(before: Configuration, *priorities: tuple[str, int], reason: str = "kernel update") -> edit.Edit:
    return edit.make(before, [edit.HandOver(name, to, "ana@ops1", WHEN, reason) for name, to in priorities])


def take_back(handed: Configuration, *names: str) -> Configuration:
    return edit.make(handed, [edit.TakeBack(name) for name in names]).apply(handed)


def priorities(configuration: Configuration) -> dict[str, int]:
    return {one.name: one.priority for one in configuration.vrrp}


def changed_lines(made: edit.Edit) -> list[str]:
    return [line for line in edit.diff(made).splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]


def test_one_line_is_changed_and_says_what_it_was() -> None:
    before = read(instance())
    made = hand_over(before, ("VI_1", 40))
    assert changed_lines(made) == [
        "-priority 100",
        "+priority 40  # handed over, was 100, 2026-11-22 14:01 by ana@ops1: kernel update",
    ]
    after = made.apply(before)
    told = after.vrrp[0].handed_over
    assert told is not None
    assert (told.priority, told.when, told.by, told.reason) == (100, "2026-11-22 14:01", "ana@ops1", "kernel update")
    assert take_back(after, "VI_1").files == before.files


@pytest.mark.parametrize(
    "text, line",
    [
        ("priority $PRIO # mine\n", "priority 40 # mine  # handed over, was 90 ($PRIO), "),
        ("priority 90\t\n", "priority 40\t  # handed over, was 90, "),
        ("priority 90 extra\n", "priority 40 extra  # handed over, was 90, "),
        ("priority 7\npriority 90\n", "priority 40  # handed over, was 90, "),
        ("priority 090\n", "priority 40  # handed over, was 90 (090), "),
        ('priority "90"\n', 'priority 40  # handed over, was 90 ("90"), '),
        ("@director1 priority 90\n", "@director1 priority 40  # handed over, was 90, "),
        ("priority 90 # handed over, was a mess\n", "priority 40 # handed over, was a mess  # handed over, was 90, "),
    ],
)
def test_however_it_is_written(text: str, line: str) -> None:
    before = read("$PRIO=90\n" + instance(text))
    made = hand_over(before, ("VI_1", 40))
    assert changed_lines(made)[1].startswith(f"+{line}")
    assert priorities(made.apply(before)) == {"VI_1": 40}
    assert take_back(made.apply(before), "VI_1").files == before.files


def test_a_default_priority_gets_a_line_of_its_own() -> None:
    before = read(instance(""))
    assert priorities(before) == {"VI_1": 100}
    made = hand_over(before, ("VI_1", 40))
    assert changed_lines(made) == [
        "+priority 40  # handed over, was 100 (not set), 2026-11-22 14:01 by ana@ops1: kernel update"
    ]
    assert take_back(made.apply(before), "VI_1").files == before.files


def test_instances_on_one_line_are_named_in_their_comments() -> None:
    text = instance("", "A").replace("}\n}\n", "}\npriority 100 } vrrp_instance B { priority 90\n")
    before = read(text + HEAD.replace("VRID", "52") + VIPS + "}\n")
    made = hand_over(before, ("A", 40), ("B", 41))
    after = made.apply(before)
    assert priorities(after) == {"A": 40, "B": 41}
    assert b"# handed over A, was 100, " in after.files[0].data
    assert b"# handed over B, was 90, " in after.files[0].data
    one = take_back(after, "A")
    assert priorities(one) == {"A": 100, "B": 41}
    assert take_back(one, "B").files == before.files


def test_an_instance_in_an_included_file_is_changed_there() -> None:
    before = read("include a.conf\n" + instance(name="VI_2"), a_conf=instance())
    made = hand_over(before, ("VI_1", 40), ("VI_2", 40))
    assert [change.path for change in made.files] == ["keepalived.conf", "a.conf"]
    assert take_back(made.apply(before), "VI_1", "VI_2").files == before.files


def test_a_priority_that_two_instances_read_is_overridden_in_each() -> None:
    before = read(instance("include a.conf\n") + instance("include a.conf\n", "VI_2"), a_conf="priority 90\n")
    made = hand_over(before, ("VI_1", 40))
    assert priorities(made.apply(before)) == {"VI_1": 40, "VI_2": 90}
    assert [change.path for change in made.files] == ["keepalived.conf"]
    assert take_back(made.apply(before), "VI_1").files == before.files


def test_what_cannot_be_changed_exactly_is_refused_with_file_and_line() -> None:
    body = "$BODY=" + ("interface ens33\npriority 90\n" + VIPS).replace("\n", " \\\n") + "}\n"
    vrids = ("virtual_router_id 51\n", "virtual_router_id 52\n")
    before = read(body + "".join(f"vrrp_instance VI_{n} {{\n{vrid}$BODY\n" for n, vrid in enumerate(vrids, 1)))
    assert set(priorities(before)) == {"VI_1", "VI_2"}
    with pytest.raises(EditRefused, match="made by a line that makes others too") as refused:
        hand_over(before, ("VI_1", 40))
    assert (refused.value.path, refused.value.line) == ("keepalived.conf", 7)


@pytest.mark.parametrize(
    "text, to, why",
    [
        ("priority 255\n", 40, "that of the owner of the address"),
        ("priority 100\n", 100, "no lower priority than 100"),
        ("priority 100\n", 0, "no lower priority"),
        ("priority 40 # handed over, was 100, 2026-11-22 14:01 by bob\n", 30, "handed over already, by bob"),
    ],
)
def test_refusals(text: str, to: int, why: str) -> None:
    with pytest.raises(EditRefused, match=why) as refused:
        hand_over(read(instance(text)), ("VI_1", to))
    assert refused.value.line == 1


def test_nothing_to_take_back() -> None:
    with pytest.raises(EditRefused, match="VI_1 is not handed over: its priority is 100"):
        take_back(read(instance()), "VI_1")
    with pytest.raises(EditRefused, match="there is no vrrp_instance VI_9"):
        take_back(read(instance()), "VI_9")


@pytest.mark.parametrize("priority, over", [("40", True), ("99", True), ("100", False), ("120", False)])
def test_a_priority_that_was_raised_again_by_hand_is_not_handed_over(priority: str, over: bool) -> None:
    found = read(instance(f"priority {priority} # handed over, was 100, 2026-11-22 14:01 by bob\n"))
    assert (found.vrrp[0].handed_over is not None) is over


def test_the_least_priority_stays_and_is_marked() -> None:
    before = read(instance("priority 1\n"))
    after = hand_over(before, ("VI_1", 1)).apply(before)
    assert after.vrrp[0].handed_over is not None
    assert take_back(after, "VI_1").files == before.files


def test_a_mark_of_a_handover_is_none_of_a_drain() -> None:
    mark = marked(100, "ana@ops1", WHEN, "a # handed over, was 3 # # drained drained\nb", None, None, HANDED_OVER)
    assert [one.mark for one in marks_in(b"# x  " + mark.text())] == [mark]
    assert Mark(1, "2026-11-22 14:01", "a", word=HANDED_OVER).text() == b"# handed over, was 1, 2026-11-22 14:01 by a"
    server = "virtual_server 10.0.0.1 80 {\nprotocol TCP\nreal_server 10.0.0.2 80 {\nweight 0 "
    found = read(server + mark.text().decode() + "\n}\n}\n").virtual_servers[0].real_server(key("10.0.0.2:80"))
    assert found is not None
    assert found.drained is None


def test_a_handover_is_undone_by_its_diff() -> None:
    before = read(instance() + instance(name="VI_2"))
    made = hand_over(before, ("VI_1", 40))
    after = made.apply(before)
    back = undo(after, edit.diff(made), (), "undo", [TakenPriority("VI_1", 100, 40)])
    assert back.apply(after).files == before.files
    other = hand_over(after, ("VI_2", 40)).apply(after)
    with pytest.raises(EditRefused, match="the change left it 40, and it is 41"):
        undo(read(other.files[0].data.replace(b"priority 40", b"priority 41", 1)), edit.diff(made), (), "undo",
             [TakenPriority("VI_1", 100, 40)])  # fmt: skip


@given(MESS, MESS, st.sampled_from([None, (2, 0, 20), (2, 2, 8), (2, 3, 3), (2, 4, 3)]))
def test_whatever_is_written_a_handover_is_exact_or_refused(text: str, other: str, version: Version | None) -> None:
    before = read(text, version=version, a_conf=other)
    for one in before.vrrp[:3]:
        try:
            after = hand_over(before, (one.name, max(one.priority - 60, 1))).apply(before)
        except EditRefused as refused:
            assert refused.line >= 1
            continue
        assert priorities(after) == priorities(before) | {one.name: max(one.priority - 60, 1)}
        assert take_back(after, one.name).files == before.files


@dataclass(frozen=True)
class Layout:
    """How a writer may set an instance."""

    newline: str
    indent: str
    brace: str
    close: str
    comment: str


LAYOUTS = st.builds(
    Layout,
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "  ", "\t"]),
    st.sampled_from([" {", "{", "\n{", " {\n", " { # open\n"]),
    st.sampled_from(["\n}", "\n  }\n", "\n} # closed", " }"]),
    st.sampled_from(["", " # a comment", " ! priority 9", "#x"]),
)
INSTANCES = st.lists(
    st.tuples(st.one_of(st.none(), st.just("$PRIO"), st.integers(2, 254)), LAYOUTS), min_size=1, max_size=4
)


def written(instances: list[tuple[int | str | None, Layout]]) -> str:
    text = "$PRIO=77\n"
    for number, (priority, how) in enumerate(instances):
        inside = "" if priority is None else f"\n{how.indent}priority {priority}"
        if how.close != " }":
            inside += how.comment if priority is not None else ""
        head = (
            f"vrrp_instance V{number}{how.brace}\n{HEAD}virtual_ipaddress {{\n10.0.0.{number}\n}}{inside}{how.close}\n"
        )
        text += head.replace("VRID", str(number + 1)).replace("\n", how.newline)
    return text


@given(INSTANCES, st.data())
def test_a_known_structure_in_any_layout(instances: list[tuple[int | str | None, Layout]], pick: st.DataObject) -> None:
    before = read(written(instances))
    known = {
        f"V{number}": {None: 100, "$PRIO": 77}.get(priority, priority)  # type: ignore[arg-type]
        for number, (priority, _) in enumerate(instances)
    }
    assert priorities(before) == known
    chosen = sorted(pick.draw(st.sets(st.sampled_from(sorted(known)), min_size=1)))
    made = hand_over(before, *((name, 1) for name in chosen))
    after = made.apply(before)
    assert priorities(after) == known | dict.fromkeys(chosen, 1)
    assert {one.name for one in after.vrrp if one.handed_over is not None} == set(chosen)
    assert patched({"keepalived.conf": made.files[0].before}, edit.diff(made).encode()) == {
        "keepalived.conf": made.files[0].after
    }
    assert take_back(after, *chosen).files == before.files
