"""The page of a drill's report stands alone, has the picture in it, and nothing in it is a Director's to decide."""

from __future__ import annotations

from datetime import UTC

from hypothesis import HealthCheck, Phase, given, settings

from lvstui.cluster.drill.result import DrillResult
from lvstui.cluster.drill.views.drill_picture import pictures
from lvstui.cluster.drill.views.drill_report import report
from lvstui.report.report_html import html
from lvstui.report.report_json import as_json
from tests.support.drill_pages import page, same_figures, tame, whole
from tests.support.drill_results import ANY

_PAGE = "html head meta title style body main h1 h2 p dl div dt dd figure figcaption section table thead tbody tr th td data"
_PICTURE = "svg title g rect line path circle text"
ELEMENTS = frozenset(f"{_PAGE} {_PICTURE}".split())
LOADING = frozenset(("src", "href", "xlink:href", "srcset", "action", "data", "background", "style", "poster"))


def written(result: DrillResult) -> str:
    return html(report(result, UTC), pictures(result))


def test_it_has_verdict_picture_and_the_figures_of_the_json() -> None:
    result = whole()
    read, told = page(written(result)), as_json(result)
    assert read.verdict == told["sentence"]
    assert sum(tag == "svg" for tag, _ in read.elements) == 2
    assert sum(given.get("class") == "bar master" for _, given in read.elements) == 6
    assert {650.0, 610.0, 3.0, 2.0} <= set(read.figures)
    same_figures(read, told)


def test_it_is_the_same_each_time() -> None:
    assert written(whole()) == written(whole())


def test_what_a_director_says_is_no_markup() -> None:
    text = written(whole())
    assert "<script" not in text and "<img" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "\x1b" not in text and "\u202e" not in text


@given(ANY)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
def test_it_loads_nothing_whatever_the_result_says(result: DrillResult) -> None:
    read = page(written(tame(result)))
    assert read.tags <= ELEMENTS
    assert not any(name in LOADING or name.startswith("on") for name in read.attributes)
