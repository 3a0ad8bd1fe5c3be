"""The VRRP instances of the large corpus are read as each version of keepalived reads them."""

from __future__ import annotations

from itertools import chain

import pytest

from lvstui.keepalived.parsing.dialect import Version
from tests.support.corpora import EXCEPTIONS, VERSIONS, cases, name_of
from tests.support.corpora_vrrp import EXCEPTED, count, differences, excepted
from tests.support.paths import SHARED

pytestmark = pytest.mark.skipif(not (SHARED / "corpus2").is_dir(), reason="../shared/corpus2 is not here")


@pytest.mark.parametrize("version", VERSIONS, ids=name_of)
def test_the_instances_are_those_of_keepalived(version: Version) -> None:
    found = count(version)
    assert found.differ == {}
    assert found.agree == found.compared > 440
    compared = [case for case in cases(version) if case.answered and "vrrp" in case.truth and excepted(case) is None]
    assert sum(len(case.truth["vrrp"] or []) for case in compared) > 740
    assert sum(case.truth["vrrp"] is None and case.read().fatal is not None for case in compared) > 10


def test_each_exception_is_one() -> None:
    """A file that agrees by now is no exception any more."""
    used = set[str]()
    for case in chain.from_iterable(map(cases, VERSIONS)):
        if case.file in used or "vrrp" not in case.truth or excepted(case) is None:
            continue
        if not case.answered or differences(case):
            used.add(case.file)
    assert EXCEPTED.keys() - EXCEPTIONS.keys() - used == set()
