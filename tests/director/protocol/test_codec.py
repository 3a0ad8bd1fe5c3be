"""The codec: what messages may be made of, and values that do not fit their types."""

from __future__ import annotations

from typing import Any, NamedTuple, Optional, Tuple  # noqa: UP035  # as the messages write them

import pytest

from lvstui.director.protocol.codec import CodecError, codec


class Inner(NamedTuple):
    text: str
    data: bytes


class Outer(NamedTuple):
    inner: Tuple[Inner, ...]  # noqa: UP006
    number: Optional[float]  # noqa: UP045


def test_a_record_travels_as_the_array_of_its_fields() -> None:
    encode, decode = codec(Outer)
    value = Outer((Inner("a", b"\0\xff"),), None)
    assert encode(value) == [[["a", "AP8="]], None]
    assert decode(encode(value)) == value
    assert decode([[], 2]) == Outer((), 2.0), "JSON has no other numbers"


class Later(NamedTuple):
    """A record that got a field."""

    text: str
    number: Optional[int] = 7  # noqa: UP045


def test_a_field_with_a_default_may_be_absent() -> None:
    decode = codec(Later)[1]
    assert decode(["a"]) == Later("a", 7)
    assert decode(["a", None]) == Later("a", None)
    with pytest.raises(CodecError, match="Later: expected 1 to 2 fields"):
        decode([])


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ([[]], "Outer: expected 2 fields"),
        ({}, "Outer: expected 2 fields"),
        ([[["a", "AP8="]], "1"], "expected float, got str"),
        ([[["a", "AP8"]], None], "Outer: Inner: not base64"),
        ([[["a", 1]], None], "expected base64 text, got int"),
        ([[[1, "AP8="]], None], "expected str, got int"),
        ([{}, None], "expected a list, got dict"),
        ([[], True], "expected float, got bool"),
    ],
)
def test_a_value_that_does_not_fit_its_type_is_refused(sent: Any, why: str) -> None:
    with pytest.raises(CodecError, match=why):
        codec(Outer)[1](sent)


@pytest.mark.parametrize("kind", [dict, list, Tuple[int, str], object, int | str])  # noqa: UP006
def test_a_type_that_messages_may_not_be_made_of_is_refused(kind: Any) -> None:
    with pytest.raises(TypeError, match="messages cannot hold"):
        codec(kind)
