"""Read keepalived.conf exactly as keepalived does, and edit it without a trace. Text in, text out.

    parsing    bytes -> lines, losslessly (`syntax`) -> statements (`expand`: $, @id, ~SEQ, include) -> blocks (`nesting`)
    reading    statements -> what is configured and takes effect, typed (`model`): as the parent reads it, as the VRRP
               process does (`vrrp`), as the checker process does (`servers`); all of it together in `load`
    editing    drain, restore, set a weight, add, remove (`edit`), take a change back (`undo`): bytes -> bytes, touching
               only the lines concerned, and proved by reading the result (`proof`)
    keys       the names of services, real servers and VRRP instances
    drain_comment              what a drained weight's line says of the weight before
    secrets, secret_patterns   what nobody should see of a file

docs/keepalived-language.md tells what the language really is. Nothing here reads a file or talks to a Director.
"""

from lvstui.keepalived.editing import edit
from lvstui.keepalived.editing.edit import Edit, EditRefused, FileChange
from lvstui.keepalived.keys import RealServerKey, ServiceKey, VrrpKey
from lvstui.keepalived.parsing.statements import FileReader
from lvstui.keepalived.parsing.syntax import Diagnostic, Line, Tree, parse, render
from lvstui.keepalived.reading.checker import Checker
from lvstui.keepalived.reading.load import MemoryFiles, load
from lvstui.keepalived.reading.model import (
    Configuration,
    ConfiguredRealServer,
    ConfiguredVrrpInstance,
    Drained,
    GlobalDefs,
    SorryServer,
    SourceFile,
    SyncGroup,
    VirtualServer,
    kernel_keys,
)
from lvstui.keepalived.reading.vrrp_interfaces import NamedInterface

__all__ = [
    "Checker",
    "Configuration",
    "ConfiguredRealServer",
    "ConfiguredVrrpInstance",
    "Diagnostic",
    "Drained",
    "Edit",
    "EditRefused",
    "FileChange",
    "FileReader",
    "GlobalDefs",
    "Line",
    "MemoryFiles",
    "NamedInterface",
    "RealServerKey",
    "ServiceKey",
    "SorryServer",
    "SourceFile",
    "SyncGroup",
    "Tree",
    "VirtualServer",
    "VrrpKey",
    "edit",
    "kernel_keys",
    "load",
    "parse",
    "render",
]
