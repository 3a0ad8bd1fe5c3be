"""Find a difference between Directors in the values that each of them tells. Pure.

Not for: what is compared (see `drift`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeVar

from lvstui.cluster.drift.drift_setting import DriftSetting
from lvstui.cluster.identity.target import Target
from lvstui.cluster.text import plain
from lvstui.keepalived.secrets import masked_text

ABSENT = "not configured"
FAILOVER = "A failover would change the service to clients."
UNHEARD = "They may not hear each other: both become MASTER, or none takes over."


class Side(NamedTuple):
    """A value of a Director, and where it says it."""

    director: str
    value: str
    path: str | None
    line: int | None  # 1-based
    kernel: bool = False  # it is the kernel's word


@dataclass(frozen=True)
class Difference:
    """A setting that Directors, or a Director's file and kernel, do not have alike."""

    where: Literal["files", "kernel"]
    subject: str  # "VI_1", "tcp/10.10.0.20:80", "tcp/10.10.0.20:80 192.168.211.13:8081"
    setting: DriftSetting
    sides: tuple[Side, ...]
    why: str  # what it leads to, may be ""
    matters: bool  # for a failover
    director: str | None = None  # whose kernel differs from its file; None: files differ
    target: Target | None = None  # the real server that `subject` names
    number: str = ""  # of a key, which there may be several of

    @property
    def what(self) -> str:
        """Return the setting in words."""
        return f"key {self.number} of auth_hmac" if self.setting is DriftSetting.HMAC_KEY else self.setting.value


class FileLocation(NamedTuple):
    """A line of a file."""

    path: str
    line: int


T = TypeVar("T")
Told = tuple[str, FileLocation | None]  # a value in words, and where it is said
Sides = Sequence[tuple[str, T | None]]  # a Director's name, and what it has


def differ(
    subject: str | Target,
    setting: DriftSetting,
    sides: Iterable[tuple[str, Told]],
    *,
    why: str = "",
    matters: bool = False,
    secrets: Sequence[str] = (),
) -> Iterator[Difference]:
    """Give the difference of these values, if there is one; none of the `secrets` is shown in it."""
    told = list(sides)
    if len({value for _, (value, _) in told}) > 1:
        shown = tuple(
            Side(
                name,
                plain(masked_text(value, secrets), 120),
                place.path if place else None,
                place.line if place else None,
            )
            for name, (value, place) in told
        )
        target = subject if isinstance(subject, Target) else None
        named = subject if not isinstance(subject, Target) else f"{subject.virtual_server} {subject.real_server}"
        yield Difference("files", plain(named), setting, shown, why, matters, target=target)


def presence(
    subject: str | Target,
    setting: DriftSetting,
    sides: Sides[T],
    place: Callable[[T], FileLocation],
    why: str = FAILOVER,
) -> Iterator[Difference]:
    """Give the difference where one has it and another has not."""
    told = [(name, (ABSENT, None) if one is None else ("configured", place(one))) for name, one in sides]
    yield from differ(subject, setting, told, why=why, matters=True)
