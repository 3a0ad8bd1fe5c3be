"""Both corpora are read as each version of keepalived reads them; what may differ is named in `corpora.EXCEPTIONS`."""

from __future__ import annotations

import pytest

from lvstui.keepalived.parsing.dialect import Version
from tests.support.corpora import EXCEPTIONS, IN_A_NAMESPACE, VERSIONS, cases, count, differences, name_of
from tests.support.paths import SHARED

pytestmark = pytest.mark.skipif(not (SHARED / "corpus2").is_dir(), reason="../shared/corpus2 is not here")


@pytest.mark.parametrize("version", VERSIONS, ids=name_of)
def test_the_reading_is_that_of_keepalived(version: Version) -> None:
    found = count(version)
    assert found.differ == {}
    assert found.agree == found.compared > 540


def test_each_exception_is_one() -> None:
    """A file that agrees by now is no exception any more."""
    used = set()
    for version in VERSIONS:
        for case in cases(version):
            if case.exception is not None and (not case.answered or differences(case)):
                used |= {case.file, f"{case.file} {name_of(version)}"}
    assert EXCEPTIONS.keys() - used - set(IN_A_NAMESPACE) == set()
