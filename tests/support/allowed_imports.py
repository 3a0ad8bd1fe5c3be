"""A kind of import contract: packages import themselves and what is named for them, and nothing else.

A new module, a new package of lvstui and a new library are covered without anybody having to name them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from grimp import ImportGraph
from importlinter.application import output
from importlinter.domain import fields
from importlinter.domain.contract import Contract, ContractCheck

ROOT = "lvstui"  # alone in allowed_modules: its version, nothing below it
EVERYTHING = "*"  # in allowed_standard_library: all of it


class AllowedImports(Contract):
    """Keep `source_modules` (packages, or modules) to `allowed_modules` and to those of the standard library that are named.

    `without_modules`: those in them that the contract does not hold for.
    """

    type_name: ClassVar[str] = "allowed"

    source_modules = fields.ListField(subfield=fields.StringField())
    without_modules = fields.ListField(subfield=fields.StringField(), required=False)
    allowed_modules = fields.ListField(subfield=fields.StringField(), required=False)
    allowed_standard_library = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at each import that is written in the packages; what those import in turn is theirs.

        Raises ValueError where one of them is not there: a name that is misspelt would forbid nothing.
        """
        named: set[str] = {*self.source_modules, *(self.without_modules or ())}  # type: ignore[misc]
        if missing := named - graph.modules:
            raise ValueError(f"there is no {', '.join(sorted(missing))}")
        wrong = sorted(self._others(graph))
        return ContractCheck(kept=not wrong, metadata={"imports": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each import that is not allowed."""
        for importer, imported in check.metadata["imports"]:
            output.print_error(f"{importer} may not import {imported}.")

    def _others(self, graph: ImportGraph) -> Iterator[tuple[str, str]]:
        own: list[str] = list(self.source_modules)  # type: ignore[call-overload]
        without: Any = self.without_modules or ()
        for module in graph.modules:
            if _within(module, own) and not _within(module, without):
                for imported in graph.find_modules_directly_imported_by(module):
                    inside = _within(imported, own) and not _within(imported, without)
                    if not inside and not self._is_allowed(imported):
                        yield module, imported

    def _is_allowed(self, imported: str) -> bool:
        top = imported.partition(".")[0]
        if top in sys.stdlib_module_names:
            names: Any = self.allowed_standard_library
            return EVERYTHING in names or top == "__future__" or _within(imported, names)
        allowed: Any = self.allowed_modules or ()
        return imported in allowed or _within(imported, [one for one in allowed if one != ROOT])


def _within(module: str, packages: Sequence[str]) -> bool:
    return any(module == package or module.startswith(package + ".") for package in packages)
