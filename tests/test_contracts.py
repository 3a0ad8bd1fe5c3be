"""Each import contract of pyproject.toml holds, and breaks when an import that it forbids is put into the graph."""

from __future__ import annotations

import copy
import re
import tomllib
from functools import cache
from itertools import pairwise, product
from typing import Any

import grimp
import pytest
from importlinter.application import use_cases
from importlinter.configuration import configure
from importlinter.domain.contract import Contract, registry

from tests.support.paths import ROOT

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
    """Return imports that the contract must catch: every pair of a forbidden contract; of layers each step up, and beside."""
    if contract["type"] == "forbidden":
        return list(product(contract["source_modules"], contract["forbidden_modules"]))
    (container,) = contract["containers"]
    layers = [[f"{container}.{name}" for name in layer.split(" | ")] for layer in contract["layers"]]
    upwards = [pair for above, below in pairwise(layers) for pair in product(below, above)]
    return upwards + [pair for layer in layers for pair in pairwise(layer)]


@pytest.mark.parametrize("name", sorted(written()))
def test_a_contract_holds_and_catches_what_it_forbids(name: str) -> None:
    assert kept(name, graph())
    pairs = forbidden_imports(written()[name])
    assert pairs
    for importer, imported in pairs:
        broken = copy.deepcopy(graph())
        if imported not in broken.modules:
            broken.add_module(imported, is_squashed=True)
        broken.add_import(importer=importer, imported=imported, line_number=1, line_contents=f"import {imported}")
        assert not kept(name, broken), f"{importer} may import {imported}"


@pytest.mark.parametrize("name", [name for name in written() if KNOWS.match(name)])
def test_what_is_said_to_know_some_packages_alone_may_import_none_of_the_others(name: str) -> None:
    [(package, known)] = KNOWS.findall(name)
    layers = next(one["layers"] for one in written().values() if one.get("containers") == ["lvstui"])
    [at] = [number for number, layer in enumerate(layers) if package in layer.split(" | ")]
    below = {one for layer in layers[at + 1 :] for one in layer.split(" | ")} - set(re.findall(r"\w+", known))
    assert {f"lvstui.{one}" for one in below} <= set(written()[name]["forbidden_modules"])


@pytest.mark.parametrize("name", sorted(name for name, one in written().items() if one["type"] == "layers"))
def test_a_package_that_no_layer_names_breaks_the_contract(name: str) -> None:
    (container,) = written()[name]["containers"]
    with_more = copy.deepcopy(graph())
    with_more.add_module(f"{container}.unheard_of")
    assert not kept(name, with_more)
