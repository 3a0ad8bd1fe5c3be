"""Check how the code is laid out: names that occur twice, modules in the wrong place, files and functions that are too long,
tests that sleep or measure time.

`make check` runs it: `python -m tests.support.layout`. What it asks for is in CONTRIBUTING.md,
and why a name occurs only once in decision 0014.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from tests.support.paths import ROOT

FILE_LINES = 300
FUNCTION_LINES = 50
FOLDER_MODULES = 16
# A folder of the console has a module for its screen and one for its text; each package has its __init__.
SHARED_MODULE_NAMES = {"__init__", "__main__", "screen", "text"}
# What sleeps, gives a limit of its own, or reads a clock to measure: tests use tests/support/waiting.py, and benchmarks measure.
SLEEPS = {"sleep", "wait_for", "monotonic", "perf_counter", "process_time", "thread_time"}
# A docstring begins with a verb, or that of a class names a thing; with one of these it is half a question or a riddle.
NO_VERBS = {
    "What",
    "Whether",
    "Which",
    "Who",
    "Whose",
    "When",
    "Where",
    "Why",
    "How",
    "It",
    "Its",
    "They",
    "That",
    "Those",
}
# The same of a module or a function: with one of these it names a thing, as that of a class may.
NAMES_A_THING = {"The", "A", "An", "All", "None", "No", "Every", "Each", "Raises"}
CLASS_NAME = re.compile(r"[A-Z][a-z]+[A-Z][a-z]")
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)


def faults(root: Path) -> list[str]:
    """Return what is wrong with the layout below `root`, a line for each fault."""
    package = sorted((root / "lvstui").rglob("*.py"))
    tests = sorted(path for folder in ("tests", "screenshots", "docs") for path in (root / folder).rglob("*.py"))
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in package + tests}
    found: list[str] = []
    found += _loose(root)
    found += _names_twice(root, package)
    pictures = [path for path in tests if path.is_relative_to(root / "screenshots")]
    found += _classes_twice(root, {path: trees[path] for path in package + pictures})
    found += _too_long(root, trees)
    found += _full_folders(root, package)
    found += _without_a_docstring(root, {path: trees[path] for path in package})
    found += _docstrings_without_a_verb(root, {path: trees[path] for path in package})
    found += _tests_that_import_tests(root, {path: trees[path] for path in tests})
    found += _tests_that_sleep(root, {path: trees[path] for path in tests})
    return found


def _loose(root: Path) -> Iterator[str]:
    for path in sorted((root / "lvstui").glob("*.py")):
        if path.name != "__init__.py":
            yield f"lvstui/{path.name}: a loose module at the root; put it into the package that it belongs to"


def _names_twice(root: Path, paths: list[Path]) -> Iterator[str]:
    where: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        where[path.stem].append(path)
    for name, several in sorted(where.items()):
        if len(several) > 1 and name not in SHARED_MODULE_NAMES:
            yield f"{name}: a module's name that occurs {len(several)} times: {_list(root, several)}"


def _classes_twice(root: Path, trees: dict[Path, ast.Module]) -> Iterator[str]:
    where: dict[str, list[Path]] = defaultdict(list)
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                where[node.name].append(path)
    for name, several in sorted(where.items()):
        if len(several) > 1:
            yield f"{name}: a class's name that occurs {len(several)} times: {_list(root, several)}"


def _too_long(root: Path, trees: dict[Path, ast.Module]) -> Iterator[str]:
    for path, tree in trees.items():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES:
            yield f"{path.relative_to(root)}: {lines} lines; at most {FILE_LINES}"
        for node in ast.walk(tree):
            if isinstance(node, _FUNCTION):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > FUNCTION_LINES:
                    yield f"{path.relative_to(root)}:{node.lineno}: {node.name} has {length} lines; at most {FUNCTION_LINES}"


def _full_folders(root: Path, paths: list[Path]) -> Iterator[str]:
    count: dict[Path, int] = defaultdict(int)
    for path in paths:
        count[path.parent] += path.name != "__init__.py"
    for folder, modules in sorted(count.items()):
        if modules > FOLDER_MODULES:
            yield f"{folder.relative_to(root)}: {modules} modules; at most {FOLDER_MODULES}"


def _without_a_docstring(root: Path, trees: dict[Path, ast.Module]) -> Iterator[str]:
    for path, tree in trees.items():
        if not ast.get_docstring(tree):
            yield f"{path.relative_to(root)}: no docstring that says what happens there"


def _docstrings_without_a_verb(root: Path, trees: dict[Path, ast.Module]) -> Iterator[str]:
    for path, tree in trees.items():
        for node in ast.walk(tree):
            told = ast.get_docstring(node) if isinstance(node, (ast.Module, ast.ClassDef, *_FUNCTION)) else None
            first = (told or "").split(maxsplit=1)[0].rstrip(".,:;") if told else ""
            # The name of a class: a rename went through the prose too.
            thing = not isinstance(node, ast.ClassDef) and (first in NAMES_A_THING or CLASS_NAME.match(first))
            if first in NO_VERBS or thing:
                line = getattr(node, "lineno", 1)
                yield f"{path.relative_to(root)}:{line}: a docstring that begins with {first}; begin with a verb"


def _tests_that_import_tests(root: Path, trees: dict[Path, ast.Module]) -> Iterator[str]:
    for path, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                base = node.module or ""
                names = [*base.split("."), *(alias.name for alias in node.names if base.startswith("tests"))]
                if base.startswith("tests") and any(name.startswith("test_") or name == "conftest" for name in names):
                    yield f"{path.relative_to(root)}:{node.lineno}: imports from another test; helpers are in tests/support"
                if node.level:
                    yield f"{path.relative_to(root)}:{node.lineno}: a relative import; tests name what they import in full"


def _tests_that_sleep(root: Path, trees: dict[Path, ast.Module]) -> Iterator[str]:
    for path, tree in trees.items():
        if not path.name.startswith("test_") and path.name != "conftest.py":
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and (name := _sleeping(node)):
                yield f"{path.relative_to(root)}:{node.lineno}: {name}; wait for an event, with tests/support/waiting.py"


def _sleeping(node: ast.Call) -> str:
    """Return the name of what is called if it sleeps, has a limit of its own or reads a clock; "" otherwise."""
    name = ast.unparse(node.func)
    last = name.rpartition(".")[2]
    timed = last == "pause" and bool(node.args or node.keywords)  # without an argument, textual's waits for an event
    return name if last in SLEEPS or name == "asyncio.timeout" or timed else ""


def _list(root: Path, paths: list[Path]) -> str:
    return ", ".join(str(path.relative_to(root)) for path in paths)


if __name__ == "__main__":
    told = faults(ROOT)
    print(*told, sep="\n")
    sys.exit(1 if told else 0)
