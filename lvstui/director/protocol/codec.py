"""Turn typed values into JSON and back, by the definitions of the types themselves.

Understands what the messages are made of: int, float, str, bool, bytes, Optional, Tuple[X, ...], NamedTuples and
frozen dataclasses (both travel as arrays of their fields, in order). Not for anything else, and never lenient: a value
that does not fit its type is a `CodecError`. Fields at the end that have a default may be absent, as in what was recorded before
there were any.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import typing
from typing import Any, Callable, Dict, List, Tuple, Type, Union

Encode = Callable[[Any], Any]
Decode = Callable[[Any], Any]


class CodecError(ValueError):
    """A value that is not what its type says."""


def _same(value: Any) -> Any:
    return value


def _exactly(kind: type) -> Decode:
    def decode(value: Any) -> Any:
        if type(value) is not kind:
            raise CodecError(f"expected {kind.__name__}, got {type(value).__name__}")
        return value

    return decode


def _decode_float(value: Any) -> float:
    if type(value) is float or type(value) is int:
        return float(value)
    raise CodecError(f"expected float, got {type(value).__name__}")


def _encode_bytes(value: bytes) -> str:
    return base64.b64encode(value).decode("ascii")


def _decode_bytes(value: Any) -> bytes:
    if type(value) is not str:
        raise CodecError(f"expected base64 text, got {type(value).__name__}")
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise CodecError(f"not base64: {error}") from None


_SCALARS: Dict[Any, Tuple[Encode, Decode]] = {
    int: (_same, _exactly(int)),
    str: (_same, _exactly(str)),
    bool: (_same, _exactly(bool)),
    float: (_same, _decode_float),
    bytes: (_encode_bytes, _decode_bytes),
}
_RECORDS: Dict[type, Tuple[Encode, Decode]] = {}


def codec(kind: Any) -> Tuple[Encode, Decode]:
    """Return the encoder and decoder of a type. Raises TypeError for a type that messages may not be made of."""
    if kind in _SCALARS:
        return _SCALARS[kind]
    origin = typing.get_origin(kind)
    if origin is Union:
        return _optional(kind)
    if origin is tuple:
        return _sequence(kind)
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or hasattr(kind, "_fields")):
        if kind not in _RECORDS:
            _RECORDS[kind] = _record(kind)
        return _RECORDS[kind]
    raise TypeError(f"messages cannot hold {kind!r}")


def _optional(kind: Any) -> Tuple[Encode, Decode]:
    inner = [arg for arg in typing.get_args(kind) if arg is not type(None)]
    if len(inner) != 1:
        raise TypeError(f"messages cannot hold {kind!r}")
    encode, decode = codec(inner[0])
    return (
        lambda value: None if value is None else encode(value),
        lambda value: None if value is None else decode(value),
    )


def _sequence(kind: Any) -> Tuple[Encode, Decode]:
    args = typing.get_args(kind)
    if len(args) != 2 or args[1] is not Ellipsis:
        raise TypeError(f"messages cannot hold {kind!r}: use Tuple[X, ...] or a NamedTuple")
    encode, decode = codec(args[0])

    def decode_all(value: Any) -> Tuple[Any, ...]:
        if type(value) is not list:
            raise CodecError(f"expected a list, got {type(value).__name__}")
        return tuple([decode(item) for item in value])

    if encode is _same:
        return list, decode_all
    return lambda value: [encode(item) for item in value], decode_all


def _json_type(kind: Any) -> Any:
    """Return the type that Python's json makes of a value of it; None: that depends on the value, or says too little."""
    if kind in _SCALARS:
        return None if kind is bytes else kind
    return None if typing.get_origin(kind) is Union else list


def _defaults(kind: Type[Any]) -> List[str]:
    """Return the fields that have a default."""
    if hasattr(kind, "_fields"):
        return list(kind._field_defaults)
    return [field.name for field in dataclasses.fields(kind) if field.default is not dataclasses.MISSING]


def _record(kind: Type[Any]) -> Tuple[Encode, Decode]:
    hints = typing.get_type_hints(kind)
    fields = getattr(kind, "_fields", None)
    names: List[str] = list(fields) if fields is not None else [f.name for f in dataclasses.fields(kind)]
    codecs = [codec(hints[name]) for name in names]
    pairs = list(zip(names, [encode for encode, _ in codecs]))
    decoders = [decode for _, decode in codecs]
    least = len(names) - len(_defaults(kind))
    wanted = (
        f"{kind.__name__}: expected {least if least == len(names) else f'{least} to {len(names)}'} fields in a list"
    )
    expected = tuple(_json_type(hints[name]) for name in names)
    nested = [number for number, json_type in enumerate(expected) if json_type is list]

    def decode_record(value: Any) -> Any:
        if type(value) is not list or not least <= len(value) <= len(decoders):
            raise CodecError(wanted)
        try:
            if tuple(map(type, value)) == expected:  # most of what comes, in half of the time
                for number in nested:
                    value[number] = decoders[number](value[number])
                return kind(*value)
            return kind(*[decode(item) for decode, item in zip(decoders, value)])
        except CodecError as error:
            raise CodecError(f"{kind.__name__}: {error}") from None

    if fields is not None and all(encode is _same for _, encode in pairs):
        return list, decode_record
    return lambda value: [encode(getattr(value, name)) for name, encode in pairs], decode_record
