"""What `keepalived -t` says of a candidate beside what it says of the file in force."""

from __future__ import annotations

import pytest

from lvstui.cluster.change.config_test import new_complaints
from lvstui.director.protocol.change_messages import Replacement, Tested
from lvstui.keepalived.secrets import MASK
from tests.support.pair import PATH, facts

BEFORE = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n"
UNKNOWN = "(Line {}) Unknown keyword 'nb_get_retry'"


def judged(after: str, in_force: list[int], now: list[int], status: int = 5) -> str | None:
    tested = Tested("t", status, tuple(map(UNKNOWN.format, now)), 5, tuple(map(UNKNOWN.format, in_force)), True, "")
    replacement = Replacement(PATH, "", after.encode())
    return new_complaints(tested, [replacement], facts("director1", "MASTER", BEFORE)).refusal


@pytest.mark.parametrize(
    ("after", "in_force", "now"),
    [
        (BEFORE, [3, 9], [3, 9, 9]),
        (BEFORE.replace("two", "2"), [2, 9], [2, 9]),
        (BEFORE.replace("two\n", "two\nmore\nand more\n"), [2, 9], [2, 11]),
        (BEFORE.replace("two\n", "two\nmore\n").replace("seven\n", "seven\nmore\n"), [3, 9], [4, 11]),  # in two places
        (BEFORE.replace("three\n", ""), [3, 9], [8]),
        (BEFORE.replace("two\n", "two\nthree\n"), [3], [3, 4]),  # a copy of a line that is complained of
    ],
)
def test_what_was_complained_of_before_is_not_held_against_a_change(
    after: str, in_force: list[int], now: list[int]
) -> None:
    assert judged(after, in_force, now) is None


@pytest.mark.parametrize(
    ("after", "in_force", "now"),
    [
        (BEFORE, [3], [3, 4]),
        (BEFORE, [], [4]),
        (BEFORE.replace("two", "2"), [9], [2, 9, 10]),
        (BEFORE.replace("two\n", "two\nmore\n"), [9], [9]),  # line 10 now: the old line 8
        (BEFORE.replace("two\n", "two\nmore\n"), [], [3]),
    ],
)
def test_a_new_complaint_stops_the_change(after: str, in_force: list[int], now: list[int]) -> None:
    refusal = judged(after, in_force, now)
    assert refusal is not None
    assert "Nothing was changed" in refusal
    assert "nb_get_retry" in refusal


def test_a_complaint_repeats_no_secret_of_the_files() -> None:
    after = BEFORE + "auth_pass $X\n$X= \\\n  hunter2\n"
    for status, said in (
        (5, "(Line 12) Unknown keyword 'hunter2'"),
        (5, "(Line 12) Unmatched quote: 'misc_path \"/bin/x -p hunter2'"),
        (2, "hunter2 is no program"),
    ):
        tested = Tested("t", status, (said,), 5, (), True, "")
        judgement = new_complaints(tested, [Replacement(PATH, "", after.encode())], facts("a", "MASTER", BEFORE))
        assert judgement.refusal is not None and "hunter2" not in judgement.refusal and MASK in judgement.refusal


@pytest.mark.parametrize("status", [2, 143, 134, -9])
def test_a_test_that_did_not_end_as_it_should_stops_the_change(status: int) -> None:
    refusal = judged(BEFORE, [], [], status)
    assert refusal is not None
    assert f"status {status}" in refusal


REDUCED = "Warning - quorum 3 for [10.10.0.20]:tcp:80 exceeds total weight of real servers {0}, reducing quorum to {0}"


@pytest.mark.parametrize("in_force", [(REDUCED.format(1),), ()])
@pytest.mark.parametrize(
    "said",
    [
        REDUCED.format(2),  # a restore, a raise or an undo that does not reach the quorum yet
        REDUCED.replace("total weight", "number").format(2),  # up to 2.0
        "Virtual server [10.10.0.20]:tcp:80: hysteresis 2 >= quorum 2; setting hysteresis to 1",
    ],
)
def test_what_the_weights_cannot_reach_is_left_to_the_guards(said: str, in_force: tuple[str, ...]) -> None:
    tested = Tested("t", 5, (said,), 5, in_force, True, "")
    replacement = Replacement(PATH, "", BEFORE.encode())
    assert new_complaints(tested, [replacement], facts("director1", "MASTER", BEFORE)).refusal is None


@pytest.mark.parametrize(
    "said", ["(Line 4) Unknown keyword 'quorumm'", "Quorum x must be in [1, 4294967295]. Setting to 1."]
)
def test_another_complaint_about_a_quorum_stops_the_change(said: str) -> None:
    tested = Tested("t", 5, (said,), 5, (REDUCED.format(1),), True, "")
    replacement = Replacement(PATH, "", BEFORE.encode())
    assert new_complaints(tested, [replacement], facts("director1", "MASTER", BEFORE)).refusal is not None
