"""docs/guards.md tells of every guard by its name: what a refusal prints can be looked up there."""

from __future__ import annotations

import re

from lvstui.cluster.plan.guards import GuardKind
from lvstui.cluster.plan.guards.guard import OVERRIDABLE
from tests.support.paths import ROOT


def source_text() -> str:
    """Return the text of the guards, without the list of their kinds."""
    folder = ROOT / "lvstui" / "cluster" / "plan" / "guards"
    return "".join(source.read_text() for source in sorted(folder.glob("*.py")) if source.name != "guard.py")


def test_every_guard_is_in_the_document() -> None:
    document = (ROOT / "docs" / "guards.md").read_text()
    assert {kind for kind in GuardKind if f"`{kind}`" not in document} == set()


def test_every_guard_speaks() -> None:
    text = source_text() + (ROOT / "lvstui" / "cluster" / "plan" / "plan.py").read_text()
    assert {kind for kind in GuardKind if f"GuardKind.{kind.name}," not in text} == set()


def test_what_can_be_overridden_is_what_asks() -> None:
    asking = set(re.findall(r'GuardKind\.([A-Z_]+),\s*"ask"', source_text()))
    assert asking == {kind.name for kind in OVERRIDABLE}
