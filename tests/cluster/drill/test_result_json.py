"""A drill's result is written and read without a loss, and what is no result is refused with its place."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from lvstui.cluster.drill.result import DrillResult
from lvstui.cluster.drill.result_json import VERSION, DrillFormatError, dumps, loads
from tests.support.drill_results import A_STOP, ANY


def changed(**parts: Any) -> str:
    return json.dumps({**json.loads(dumps(A_STOP)), **parts})


@given(ANY)
@settings(max_examples=30, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_what_is_written_is_read_without_a_loss(result: DrillResult) -> None:
    assert loads(dumps(result)) == result


def test_a_newer_version_is_refused_and_named() -> None:
    with pytest.raises(DrillFormatError, match=f"version {VERSION + 1}"):
        loads(changed(version=VERSION + 1))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "not JSON"),
        ("[]", "not the result of a drill"),
        (changed(format="other"), "not the result of a drill"),
        (changed(version="1"), "version is not a number"),
        (changed(started="now"), "result.started is not of type float"),
        (changed(cause="moon"), "result.cause is 'moon'"),
        (changed(failovers=[{}]), r"result.failovers\[0\] has no name"),
    ],
)
def test_what_is_no_result_is_refused_with_the_place(text: str, told: str) -> None:
    with pytest.raises(DrillFormatError, match=told):
        loads(text)


def test_a_field_that_an_older_file_lacks_takes_its_default() -> None:
    told = json.loads(dumps(A_STOP))
    del told["left"], told["operator"]
    assert loads(json.dumps(told)) == A_STOP


def test_a_field_that_is_not_known_is_passed_over() -> None:
    assert loads(changed(moon="full")) == A_STOP
