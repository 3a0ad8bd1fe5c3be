"""Read where keepalived puts things, by the words of its own copy of its configuration. Bytes in, facts out.

Few keywords of global_defs say under which name it runs and where its dumps go. They stand at the beginning of a line of the
copy; one that a definition makes, or that shares its line with others, is not seen. Everything else of the configuration is
the console's to read.
"""

from __future__ import annotations

import os
import re
from typing import NamedTuple, Optional

from ...protocol.keepalived_messages import LoadedConfiguration

_WORDS = re.compile(
    rb'^(instance|net_namespace|net_namespace_ipvs|state_dump_file|json_dump_file)[ \t]+(?:"([^"\n]*)"|([^\s"{}]+))[ \t]*$',
    re.MULTILINE,
)
_MAIN = re.compile(rb"# (/[^\n]*)\n")


class Placement(NamedTuple):
    main: str = ""  # the main file, where its path is a whole one; "" not known
    instance: str = ""
    namespace: str = ""  # net_namespace
    ipvs_namespace: Optional[str] = None  # net_namespace_ipvs, "" being that of process 1; None: keepalived's own
    state_dump: str = ""  # state_dump_file
    json_dump: str = ""  # json_dump_file, which 2.3 and 2.4 know, but write elsewhere all the same


def placement(copy: Optional[LoadedConfiguration]) -> Placement:
    if copy is None or copy.error is not None:
        return Placement()
    said = {}
    for name, quoted, bare in _WORDS.findall(copy.data):
        if name.endswith(b"_file") or name not in said:  # of the others the first one counts
            said[name] = os.fsdecode(quoted or bare)
    main = _MAIN.match(copy.data)
    return Placement(
        main="" if main is None else os.fsdecode(main.group(1)),
        instance=said.get(b"instance", ""),
        namespace=said.get(b"net_namespace", ""),
        ipvs_namespace=said.get(b"net_namespace_ipvs"),
        state_dump=said.get(b"state_dump_file", ""),
        json_dump=said.get(b"json_dump_file", ""),
    )
