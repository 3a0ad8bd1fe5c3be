"""The layout check finds each kind of fault in a tree that was made with it; of the repo's own tree `make check` asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.layout import FILE_LINES, FOLDER_MODULES, FUNCTION_LINES, faults

SAYS = '"""Do something."""\n'
GOOD = {
    "lvstui/__init__.py": SAYS,
    "lvstui/cluster/__init__.py": SAYS,
    "lvstui/cluster/state.py": SAYS + "class State:\n    pass\n",
    "lvstui/console/__init__.py": SAYS,
    "lvstui/console/text.py": SAYS + "class Line:\n    pass\n",
    "tests/__init__.py": "",
    "tests/support/waiting.py": "import time\n\ndef until() -> None:\n    time.sleep(0.05)\n",
    "tests/cluster/test_state.py": "from tests.support.waiting import until\n\ndef test_it() -> None:\n    until()\n",
}


def lines(count: int) -> str:
    return "".join(f"x{number} = {number}\n" for number in range(count))


def function(count: int) -> str:
    """Return a function that has so many lines."""
    return "def long() -> None:\n" + "    pass\n" * (count - 1)


def a_test(line: str) -> str:
    return f"async def test_it(pilot, asyncio, time) -> None:\n    {line}\n"


def found(root: Path, more: dict[str, str]) -> list[str]:
    for name, text in {**GOOD, **more}.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return faults(root)


def test_a_good_tree_has_no_fault(tmp_path: Path) -> None:
    """At each limit, and with what may occur twice or wait."""
    within = {
        "lvstui/cluster/text.py": SAYS,
        "lvstui/cluster/long.py": SAYS + lines(FILE_LINES - 1),
        "lvstui/cluster/called.py": SAYS + function(FUNCTION_LINES),
        "lvstui/cluster/named.py": SAYS + 'class A:\n    """The state of a Director."""\n',
        **{f"lvstui/many/m{number}.py": SAYS for number in range(FOLDER_MODULES)},
        "lvstui/many/__init__.py": SAYS,
        "tests/console/test_keys.py": a_test("await pilot.pause()"),
        "tests/bench/bench_start.py": "import time\n\nBEGAN = time.monotonic()\n",
    }
    assert found(tmp_path, within) == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"lvstui/loose.py": SAYS}, "lvstui/loose.py: a loose module at the root"),
        ({"lvstui/console/state.py": SAYS}, "state: a module's name that occurs 2 times: lvstui/cluster/state.py, lvstui/con"),
        ({"lvstui/console/other.py": SAYS + "class State:\n    pass\n"}, "State: a class's name that occurs 2 times"),
        ({"lvstui/cluster/long.py": SAYS + lines(FILE_LINES)}, f"lvstui/cluster/long.py: {FILE_LINES + 1} lines; at most"),
        ({"tests/cluster/test_long.py": lines(FILE_LINES + 1)}, "tests/cluster/test_long.py: 301 lines; at most 300"),
        ({"lvstui/cluster/called.py": SAYS + function(FUNCTION_LINES + 1)}, "lvstui/cluster/called.py:2: long has 51 lines"),
        ({f"lvstui/many/m{n}.py": SAYS for n in range(FOLDER_MODULES + 1)}, "lvstui/many: 17 modules; at most 16"),
        ({"lvstui/cluster/silent.py": "x = 1\n"}, "lvstui/cluster/silent.py: no docstring"),
        ({"lvstui/cluster/asks.py": '"""What is asked."""\n'}, "lvstui/cluster/asks.py:1: a docstring that begins with What"),
        ({"lvstui/cluster/asks.py": SAYS + 'class A:\n    """It is that."""\n'}, "lvstui/cluster/asks.py:2: a docstring that"),
        ({"screenshots/other.py": SAYS + "class State:\n    pass\n"}, "State: a class's name that occurs 2 times"),
        ({"lvstui/cluster/asks.py": SAYS + 'class A:\n    """How it is."""\n'}, "lvstui/cluster/asks.py:2: a docstring that"),
        ({"lvstui/cluster/asks.py": SAYS + 'def f() -> None:\n    """Why."""\n'}, "lvstui/cluster/asks.py:2: a docstring that"),
        ({"lvstui/cluster/asks.py": SAYS + 'def f() -> None:\n    """PanelPlace it."""\n'}, "lvstui/cluster/asks.py:2: a doc"),
        ({"lvstui/cluster/asks.py": SAYS + 'def f() -> None:\n    """All of it."""\n'}, "lvstui/cluster/asks.py:2: a doc"),
        ({"lvstui/cluster/asks.py": '"""The state."""\n'}, "lvstui/cluster/asks.py:1: a docstring that begins with The"),
        ({"tests/cluster/test_b.py": "from tests.cluster.test_state import test_it\n"}, "tests/cluster/test_b.py:1: imports"),
        ({"tests/cluster/test_b.py": "from tests.cluster import test_state\n"}, "tests/cluster/test_b.py:1: imports"),
        ({"tests/cluster/test_b.py": "from ..support.waiting import until\n"}, "tests/cluster/test_b.py:1: a relative import"),
        ({"tests/cluster/test_b.py": a_test("time.sleep(1)")}, "tests/cluster/test_b.py:2: time.sleep; wait for an event"),
        ({"tests/cluster/conftest.py": a_test("await asyncio.sleep(0)")}, "tests/cluster/conftest.py:2: asyncio.sleep; wait"),
        ({"tests/cluster/test_b.py": a_test("sleep(1)")}, "tests/cluster/test_b.py:2: sleep; wait for an event"),
        ({"tests/cluster/test_b.py": a_test("await pilot.pause(1.0)")}, "tests/cluster/test_b.py:2: pilot.pause; wait"),
        ({"tests/cluster/test_b.py": a_test("await pilot.pause(delay=1)")}, "tests/cluster/test_b.py:2: pilot.pause; wait"),
        ({"tests/cluster/test_b.py": a_test("await asyncio.wait_for(x, 5)")}, "tests/cluster/test_b.py:2: asyncio.wait_for;"),
        ({"tests/cluster/test_b.py": a_test("asyncio.timeout(5)")}, "tests/cluster/test_b.py:2: asyncio.timeout; wait"),
        ({"tests/cluster/test_b.py": a_test("x = time.monotonic()")}, "tests/cluster/test_b.py:2: time.monotonic; wait"),
        ({"tests/cluster/test_b.py": a_test("x = time.perf_counter()")}, "tests/cluster/test_b.py:2: time.perf_counter; wait"),
    ],
)  # fmt: skip
def test_each_kind_of_fault_is_found_and_nothing_else(tmp_path: Path, more: dict[str, str], told: str) -> None:
    [one] = found(tmp_path, more)
    assert one.startswith(told)
