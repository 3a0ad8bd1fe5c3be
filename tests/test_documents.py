"""What the documents name is there: modules, functions, decisions, files."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from tests.support.paths import ROOT

PACKAGE = ROOT / "lvstui"
# `folder/module.name` or `folder.module.name`, in the documents and in the docstrings.
NAME = re.compile(r"`([A-Za-z_]+(?:[./][A-Za-z_]+)+)(?:\(\))?`")
FILE = re.compile(r"`((?:docs|lvstui|screenshots|styles|tests)/[A-Za-z0-9_./-]+)`")
NO_CODE = {"vrrp.VRID", "keepalived.conf", "settings.toml"}  # these begin like a package of ours
DECISION = re.compile(r"decision (\d{4})|docs/decisions/(\d{4})")
DOCUMENT = re.compile(r"[A-Za-z_/-]+\.md\b")
RULE = re.compile(r"\([Rr]ules? \d|\"[Rr]ules? \d")
ROW = re.compile(r"^\| `make ([a-z-]+)` \|.*\| ([^|]+) \|$", re.MULTILINE)
PICTURE = re.compile(r"!\[[^\]]*\]\(([^)]+\.svg)\)")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("**/*.md")])


@cache
def folders() -> dict[str, list[Path]]:
    """Return the folders of the code by their last names."""
    found = defaultdict(list)
    for path in PACKAGE.rglob("__init__.py"):
        found[path.parent.name].append(path.parent)
    return found


@cache
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


def is_there(name: str) -> bool:
    """Tell whether the code has what is named so. A name with a slash begins below `lvstui`, another in any folder."""
    first, *rest = re.split("[./]", name.removeprefix("lvstui/").removeprefix("lvstui."))
    if first not in folders() or name in NO_CODE or name.endswith(".py"):
        return True  # of something else
    return any(leads_to(start, rest) for start in ([PACKAGE / first] if "/" in name else folders()[first]))


def leads_to(start: Path, rest: list[str]) -> bool:
    """Tell whether from that folder on the names are folders, then a module, then a name in it, then a method of it."""
    names = list(rest)
    while names and (start / names[0]).is_dir():
        start /= names.pop(0)
    module = start / "__init__.py"
    if names and (start / f"{names[0]}.py").is_file():
        module = start / f"{names.pop(0)}.py"
    return module.is_file() and (not names or (names[0], ".".join(names[1:])) in names_in(module))


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_names_is_there(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [name for name in NAME.findall(text) if not is_there(name)] == []
    assert [name for name in FILE.findall(text) if not (ROOT / name).exists()] == []


def test_what_a_docstring_names_is_there() -> None:
    named = {(path, name) for path in PACKAGE.rglob("*.py") for name in NAME.findall(path.read_text(encoding="utf-8"))}
    assert named
    assert {(str(path), name) for path, name in named if not is_there(name)} == set()


@pytest.mark.parametrize(
    ("name", "there"),
    [
        ("cluster/plan", True),
        ("cluster/plan/plan.make", True),
        ("cluster/state.ClusterState.memory", True),
        ("cluster.state.ClusterState.memory", True),
        ("base.dialog", True),
        ("group/web", True),  # no folder of ours
        ("probe/probe_wish.FASTEST", True),
        ("cluster/plan/plan/py", False),
        ("cluster/plan/plan.unmake", False),
        ("cluster.memory", False),
        ("cluster.state.ClusterState.forget", False),
        ("plan/plan.make", False),  # a name with a slash is written in full
        ("screens.opening", False),
        ("probe/wish", False),
    ],
)
def test_a_name_is_looked_for(name: str, there: bool) -> None:
    assert is_there(name) == there


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


def test_each_target_is_in_the_table_with_the_time_that_it_says_at_its_start() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    rows = dict(ROW.findall((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")))
    [phony] = re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)
    assert set(phony.split()) - {"demo", "lab", "clean", "pytest"} == rows.keys()
    told = {target: " ".join(re.findall(rf"^{target}:.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)) for target in rows}
    times = {target: time.replace("as `", "as \\`make ").removesuffix("`") for target, time in rows.items()}
    assert {target: time for target, time in times.items() if time not in told[target]} == {}


def test_each_picture_is_shown_and_each_that_is_shown_is_there() -> None:
    shown = {
        (path.parent / name).resolve()
        for path in DOCUMENTS
        for name in PICTURE.findall(path.read_text(encoding="utf-8"))
    }
    assert shown == set((ROOT / "screenshots").resolve().glob("*.svg"))


def test_each_test_is_run_by_one_of_the_targets_for_a_part() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    run = [
        part for line in re.findall(r"^\t\$\(BIN\)/pytest (tests/.*)$", makefile, re.MULTILINE) for part in line.split()
    ]
    tests = {path.relative_to(ROOT) for path in (ROOT / "tests").rglob("test_*.py")}
    parts = {str(path.parent / "test_*.py" if len(path.parts) == 2 else Path(*path.parts[:2])) for path in tests}
    assert sorted(run) == sorted(parts)


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
