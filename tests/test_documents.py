"""What the documents name is there: modules, functions, decisions, files."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support.paths import ROOT

NAME = re.compile(
    r"`((?:cli|cluster|console|demo|director|keepalived|lab|record|report|session|settings|transport)/[a-z_/]+)(?:\.([A-Za-z_.]+))?`"
)
DECISION = re.compile(r"decision (\d{4})|docs/decisions/(\d{4})")
DOCUMENT = re.compile(r"[A-Za-z_/-]+\.md\b")
RULE = re.compile(r"\([Rr]ules? \d|\"[Rr]ules? \d")


def names_in(path: Path) -> list[tuple[str, str]]:
    """Return the names in a module: of its classes, functions and constants, and of its classes' methods."""
    found = []
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            found.append((node.name, ""))
        if isinstance(node, ast.ClassDef):
            found += [
                (node.name, one.name) for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)
            ]
        if isinstance(node, ast.Assign | ast.AnnAssign):
            found += [
                (one.id, "") for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)
            ]
    return found


@pytest.mark.parametrize("document", ["architecture.md", "glossary.md"])
def test_each_module_and_function_that_a_document_names_is_there(document: str) -> None:
    named = NAME.findall((ROOT / "docs" / document).read_text(encoding="utf-8"))
    assert named or document == "glossary.md"
    missing = []
    for module, name in named:
        path = ROOT / "lvstui" / module
        file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
        head, _, method = name.partition(".")
        if not file.exists() or (name and (head, method) not in names_in(file)):
            missing.append(f"{module}.{name}")
    assert missing == []


def test_each_decision_is_cited_by_the_code_and_each_that_is_cited_is_there() -> None:
    there = {path.name[:4] for path in (ROOT / "docs" / "decisions").glob("*.md")}
    cited = {
        (path, one or other)
        for folder, kind in (("lvstui", "*.py"), ("docs", "*.md"), ("tests", "*.py"))
        for path in (ROOT / folder).rglob(kind)
        for one, other in DECISION.findall(path.read_text(encoding="utf-8"))
    }
    assert cited
    assert {(path, number) for path, number in cited if number not in there} == set()
    by_code = {number for path, number in cited if path.suffix == ".py"}
    assert there - by_code == set(), "each decision is cited by the module that depends on it"


def test_each_document_that_the_code_names_is_there() -> None:
    named = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "lvstui").rglob("*.py")
        for name in DOCUMENT.findall(path.read_text(encoding="utf-8"))
    }
    assert named
    assert {(path, name) for path, name in named if not (ROOT / name).is_file()} == set()


def test_no_rule_is_cited_by_a_number_that_no_document_has() -> None:
    texts = [path for folder in ("lvstui", "tests") for path in (ROOT / folder).rglob("*.py")]
    assert [path for path in texts if RULE.search(path.read_text(encoding="utf-8"))] == []
