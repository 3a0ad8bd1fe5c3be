"""The keepalived.conf language: read exactly as keepalived reads it, edited without a trace. Text in, text out.

    syntax    bytes -> lines, losslessly          expand   lines -> statements ($, @id, ~SEQ, include)
    nesting   statements -> blocks                model    what they say, typed, with effective values
    edit      drain, restore, set a weight, add, remove: bytes -> bytes, touching only the lines concerned

docs/keepalived-language.md tells what the language really is. Nothing here reads a file or talks to a Director.
"""

from lvstui.keepalived import edit
from lvstui.keepalived.edit import Edit, EditRefused, FileChange
from lvstui.keepalived.keys import RealServerKey, ServiceKey
from lvstui.keepalived.load import Files, load
from lvstui.keepalived.model import (
    Checker,
    Configuration,
    Drained,
    GlobalDefs,
    RealServer,
    SorryServer,
    Source,
    SyncGroup,
    VirtualServer,
    VrrpInstance,
    kernel_keys,
)
from lvstui.keepalived.statements import Reader
from lvstui.keepalived.syntax import Diagnostic, Line, Tree, parse, render

__all__ = [
    "Checker",
    "Configuration",
    "Diagnostic",
    "Drained",
    "Edit",
    "EditRefused",
    "FileChange",
    "Files",
    "GlobalDefs",
    "Line",
    "Reader",
    "RealServer",
    "RealServerKey",
    "ServiceKey",
    "SorryServer",
    "Source",
    "SyncGroup",
    "Tree",
    "VirtualServer",
    "VrrpInstance",
    "edit",
    "kernel_keys",
    "load",
    "parse",
    "render",
]
