"""Each import contract of pyproject.toml holds, and breaks when an import that it forbids is put into the graph."""

from __future__ import annotations

import copy
import re
import sys
import tomllib
from functools import cache
from itertools import pairwise, product
from typing import Any

import grimp
import pytest
from importlinter.application import use_cases
from importlinter.configuration import configure
from importlinter.domain.contract import Contract, registry

from tests.support.allowed_imports import AllowedImports
from tests.support.paths import ROOT

PACKAGES = sorted(path.parent.name for path in (ROOT / "lvstui").glob("*/__init__.py"))
LIBRARIES = ["textual", "rich", "asyncssh", "click", "psutil", "pyroute2", "zstandard", "a_library_of_tomorrow"]
KNOWS = re.compile(r"(\w+) knows (.*) alone")

configure()


@cache
def written() -> dict[str, dict[str, Any]]:
    options = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {contract["name"]: contract for contract in options["tool"]["importlinter"]["contracts"]}


@cache
def contracts() -> dict[str, Contract]:
    options = use_cases.read_user_options(config_filename=str(ROOT / "pyproject.toml"))
    use_cases._register_contract_types(options)
    return {
        given["name"]: registry.get_contract_class(given["type"])(
            name=given["name"], session_options=options.session_options, contract_options=given
        )
        for given in options.contracts_options
    }


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("lvstui", include_external_packages=True)


def kept(name: str, imports: grimp.ImportGraph) -> bool:
    return contracts()[name].check(imports, verbose=False).kept


def forbidden_imports(contract: dict[str, Any]) -> list[tuple[str, str]]:
    """Return imports that the contract must catch: of layers each step up, and beside; else whatever is not named as allowed."""
    if contract["type"] == "allowed":
        return [(f"{source}.unheard_of", other) for source in contract["source_modules"] for other in others(contract)]
    (container,) = contract["containers"]
    layers = [[f"{container}.{name}" for name in layer.split(" | ")] for layer in contract["layers"]]
    upwards = [pair for above, below in pairwise(layers) for pair in product(below, above)]
    return upwards + [pair for layer in layers for pair in pairwise(layer)]


def others(contract: dict[str, Any]) -> list[str]:
    """Return a module of each other package of lvstui, libraries, and modules of the standard library, that it does not allow."""
    own, standard = contract["source_modules"], contract["allowed_standard_library"]
    packages = [f"lvstui.{name}" for name in PACKAGES if not any(one.startswith(f"lvstui.{name}") for one in own)]
    named = (
        [*contract["allowed_modules"], *sys.stdlib_module_names] if standard == ["*"] else contract["allowed_modules"]
    )
    candidates = [*packages, *LIBRARIES, *({"os", "socket", "asyncio", "subprocess"} - set(standard))]
    return [one for one in candidates if one not in named]


@pytest.mark.parametrize("name", sorted(written()))
def test_a_contract_holds_and_catches_what_it_forbids(name: str) -> None:
    assert kept(name, graph())
    pairs = forbidden_imports(written()[name])
    assert pairs
    for importer, imported in pairs:
        broken = copy.deepcopy(graph())
        for module in {importer, imported} - broken.modules:
            broken.add_module(module, is_squashed=module == imported)
        broken.add_import(importer=importer, imported=imported, line_number=1, line_contents=f"import {imported}")
        assert not kept(name, broken), f"{importer} may import {imported}"


@pytest.mark.parametrize("name", [name for name in written() if KNOWS.match(name)])
def test_what_is_said_to_know_some_packages_alone_is_allowed_those(name: str) -> None:
    [(package, known)] = KNOWS.findall(name)
    contract = written()[name]
    assert contract["source_modules"] == [f"lvstui.{package}"]
    allowed = {one.split(".")[1] for one in contract["allowed_modules"] if one.startswith("lvstui.")}
    assert allowed == set(re.findall(r"\w+", known)) - {"and"}


def test_each_package_names_what_it_may_import_and_the_root_imports_nothing() -> None:
    named = {module for one in written().values() if one["type"] == "allowed" for module in one["source_modules"]}
    assert {f"lvstui.{name}" for name in PACKAGES} <= named
    assert graph().find_modules_directly_imported_by("lvstui") == set()


def test_a_contract_of_a_package_that_is_not_there_is_an_error() -> None:
    given = {"source_modules": ["lvstui.unheard_of"], "allowed_standard_library": ["os"]}
    with pytest.raises(ValueError, match=r"there is no lvstui\.unheard_of"):
        AllowedImports("misspelt", {}, given).check(graph(), verbose=False)


def test_what_a_contract_leaves_out_is_not_a_way_around_it() -> None:
    name = next(name for name, one in written().items() if one.get("without_modules"))
    importer, [left_out] = written()[name]["source_modules"][0], written()[name]["without_modules"]
    broken = copy.deepcopy(graph())
    broken.add_module(f"{importer}.unheard_of")
    broken.add_import(importer=f"{importer}.unheard_of", imported=left_out, line_number=1, line_contents="import")
    assert not kept(name, broken)


@pytest.mark.parametrize("name", sorted(name for name, one in written().items() if one["type"] == "layers"))
def test_a_package_that_no_layer_names_breaks_the_contract(name: str) -> None:
    (container,) = written()[name]["containers"]
    with_more = copy.deepcopy(graph())
    with_more.add_module(f"{container}.unheard_of")
    assert not kept(name, with_more)
