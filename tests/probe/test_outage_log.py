"""Outages follow from which requests were lost, in the order of sending, whatever order their ends come in."""

from __future__ import annotations

import random

import pytest

from lvstui.probe.outage_log import KEPT, ClientOutage, OutageLog


def told(*requests: tuple[float, float | None], shuffle: int | None = None) -> OutageLog:
    """The log of requests by the moments in which they were sent and answered; None: lost a second later."""
    log = OutageLog(0.0)
    numbered = [(number, sent, at) for number, (sent, at) in enumerate(requests)]
    numbered.sort(key=lambda one: one[1] + 1.0 if one[2] is None else one[2])
    if shuffle is not None:
        random.Random(shuffle).shuffle(numbered)
    for number, sent, at in numbered:
        if at is None:
            log.lose(number, sent, "no answer")
        else:
            log.answer(number, sent, at)
    log.finish(max(sent for sent, _ in requests) + 1.0)
    log.outages = [one._replace(before_s=round(one.before_s, 6), after_s=round(one.after_s, 6)) for one in log.outages]
    return log


def test_no_request_lost_is_no_outage_and_the_longest_gap_is_known() -> None:
    log = told((0.1, 0.11), (0.2, 0.21), (0.3, 0.5))
    assert (log.outages, log.answered, log.lost) == ([], 3, 0)
    assert round(log.longest_gap, 6) == 0.8  # from the last answer to the end


def test_an_outage_lasts_from_the_first_lost_request_to_the_first_answer_after_it() -> None:
    log = told((0.1, 0.11), (0.2, None), (0.3, None), (0.4, 0.41), (0.5, 0.51))
    assert log.outages == [ClientOutage(0.2, 0.11, 0.41, 2, 0.1, 0.1)]
    assert log.reasons == {"no answer": 2}


def test_an_answer_to_a_syn_that_was_sent_twice_neither_ends_nor_divides_an_outage() -> None:
    log = told((0.1, 0.11), (0.2, None), (0.3, 1.3), (0.4, None), (0.5, 0.51), (0.6, 0.61), (1.4, 1.41))
    assert log.outages == [ClientOutage(0.2, 0.11, 0.51, 2, 0.1, 0.1)]


def test_a_late_answer_to_a_request_of_before_does_not_end_it() -> None:
    log = told((0.1, 0.45), (0.2, None), (0.3, None), (0.6, 0.61))
    assert log.outages == [ClientOutage(0.2, 0.45, 0.61, 2, 0.1, 0.3)]


def test_each_time_of_many_is_an_outage_of_its_own() -> None:
    log = told((0.1, 0.11), (0.2, None), (0.3, 0.31), (0.4, None), (0.5, 0.51))
    assert [(one.start, one.end, one.lost) for one in log.outages] == [(0.2, 0.31, 1), (0.4, 0.51, 1)]


def test_one_that_is_not_over_has_no_end() -> None:
    assert told((0.1, 0.11), (0.2, None), (0.3, None)).outages == [ClientOutage(0.2, 0.11, None, 2, 0.1)]


def test_the_order_in_which_requests_end_does_not_matter() -> None:
    requests = [(n / 10, None if n % 7 in (3, 4) else n / 10 + 0.01) for n in range(100)]
    whole = told(*requests)
    for seed in range(20):
        assert told(*requests, shuffle=seed).outages == whole.outages


def test_the_number_that_is_kept_is_bounded_and_the_rest_is_counted() -> None:
    log = told(*((n / 10, None if n % 2 else n / 10 + 0.01) for n in range(2 * KEPT + 21)))
    assert (len(log.outages), log.more) == (KEPT, 10)


@pytest.mark.parametrize("after", [0, 40])
def test_the_longest_outage_is_kept_however_many_were_before_it(after: int) -> None:
    flaps = [(n / 50, None if n % 3 == 0 else n / 50 + 0.001) for n in range(1, 1500)]  # 30 s: every third one is lost
    silence = [(n / 50, None) for n in range(1500, 2500)]
    rest = [(n / 50, None if n % 3 == 0 else n / 50 + 0.001) for n in range(2500, 2501 + 3 * after)]
    log = told(*flaps, *silence, *rest)
    assert (len(log.outages), log.lost) == (KEPT, 499 + 1000 + after)
    assert KEPT + log.more == 500 + after
    assert max(one.lost for one in log.outages) == 1000
    assert [one.start for one in log.outages] == sorted(one.start for one in log.outages)


def test_one_that_is_not_longer_than_any_that_is_kept_takes_no_place() -> None:
    flaps = [(float(n), None if n % 2 else n + 0.25) for n in range(1, 2 * KEPT + 41)]
    log = told(*flaps)
    assert [one.start for one in log.outages] == [float(n) for n in range(1, 2 * KEPT, 2)]
