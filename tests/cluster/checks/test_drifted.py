"""The detail of DRIFT: which Director has what, and whether clients get it now or after a failover."""

from __future__ import annotations

import pytest

from tests.support.telling import NAMES, Pair, configuration, row

LATER = "It affects clients only after a failover to it."


def detail(pair: Pair) -> str:
    for _ in range(8):
        pair.after(3).sample().view()
    [problem] = [one for one in pair.view().problems if one.kind == "drift"]
    return problem.detail


def kernel(pair: Pair, name: str, weight: int) -> None:
    pair.ipvs(name, row(8081, weight), row(8082), row(8083))


@pytest.mark.parametrize(
    ("where", "words"),
    [
        (
            "director1",
            "director1 (MASTER): weight 1 in its file, weight 7 in its kernel. Clients are served as its kernel says.",
        ),
        ("director2", f"director2 (BACKUP): weight 1 in its file, weight 7 in its kernel. {LATER}"),
    ],
)
def test_a_kernel_that_is_not_as_its_file(where: str, words: str) -> None:
    pair = Pair().up()
    kernel(pair, where, 7)
    assert detail(pair) == words


def test_both_kernels() -> None:
    pair = Pair().up()
    for name in NAMES:
        kernel(pair, name, 7)
    assert detail(pair) == (
        "director1 (MASTER): weight 1 in its file, weight 7 in its kernel. Clients are served as its kernel says. "
        f"director2 (BACKUP): weight 1 in its file, weight 7 in its kernel. {LATER}"
    )


@pytest.mark.parametrize(("master", "other"), [NAMES, NAMES[::-1]])
def test_files_that_disagree(master: str, other: str) -> None:
    pair = Pair().up(masters=[master])
    pair.files(other, configuration({8081: 2, 8082: 1, 8083: 1}))
    kernel(pair, other, 2)
    roles = {master: "MASTER", other: "BACKUP"}
    told = {master: "weight 1", other: "weight 2"}
    sides = ", ".join(f"{told[name]} in the file of {name} ({roles[name]})" for name in NAMES)
    assert detail(pair) == f"{sides}. What {master} has applies now; after a failover, what {other} has."


def test_a_vip_that_is_nowhere_leaves_it_open() -> None:
    pair = Pair().up(masters=[])
    kernel(pair, "director1", 7)
    assert "director1: weight 1 in its file, weight 7 in its kernel. Clients that reach it are served" in detail(pair)


def test_several_are_named_each() -> None:
    pair = Pair().up()
    pair.ipvs("director2", row(8081, 7), row(8082, 8), row(8083))
    assert detail(pair) == (
        f"192.168.211.13:8081: director2 (BACKUP): weight 1 in its file, weight 7 in its kernel. {LATER} "
        f"192.168.211.13:8082: director2 (BACKUP): weight 1 in its file, weight 8 in its kernel. {LATER}"
    )
