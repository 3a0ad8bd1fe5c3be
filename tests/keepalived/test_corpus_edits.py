"""Every real server of the larger corpus can be drained, restored, given a weight and removed, or the change is refused.

Each file is read by one of the three versions, in turn: `make corpus` does it by all of them.
"""

from __future__ import annotations

import pytest

from tests.support.configurations import CORPUS2
from tests.support.corpora_edits import VERSIONS, files, tally

PARTS = 6  # tests, for as many processes


@pytest.mark.skipif(not CORPUS2.is_dir(), reason="../shared/corpus2 is not here")
@pytest.mark.parametrize("part", range(PARTS))
def test_every_edit_of_the_larger_corpus_is_read_as_meant_or_refused_with_its_line(part: int) -> None:
    done, refused = 0, 0
    for number, path in enumerate(files()):
        if number % PARTS == part:
            kinds, _ = tally([path], [VERSIONS[number // PARTS % len(VERSIONS)]])
            refused += kinds.pop("refused", 0)
            done += kinds.total()
    assert done > 100 and refused
