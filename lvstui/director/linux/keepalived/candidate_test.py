"""Run `keepalived -t` on staged files in the place of the live ones, and on those in force. Not for judging its answers.

In a mount and PID namespace of its own: the candidates are bound over the live files where nobody else sees it, relative
includes stay right, and keepalived as PID 1 survives the signal with which version 2.2.7 ends itself (`script_user`).
"""

from __future__ import annotations

import asyncio
from typing import List, Optional, Sequence, Tuple

from ...protocol.change_messages import Replacement, Tested
from ...system import Refused
from ..files.candidate import swap_paths
from ..process import namespace, program, run
from .daemon import Daemon

LIMIT = 60.0  # seconds
# Names arrive as arguments and are never part of the script.
_BIND_AND_TEST = 'while [ "$1" != -- ]; do mount --bind "$1" "$2" || exit 125; shift 2; done; shift; exec "$@"'
_CANNOT_ISOLATE = 125
Answer = Tuple[int, Tuple[str, ...]]


async def test(daemon: Daemon, transaction: str, replacements: Tuple[Replacement, ...]) -> Tested:
    """Return the answers for the staged files and for those in force. Raises Refused when no answer can be had."""
    places = [swap_paths(replacement.path) for replacement in replacements]
    pairs = [word for where in places for word in (where.candidate, where.live)]
    keepalived = daemon.on_disk or program("keepalived") or daemon.program
    check = [keepalived, "-t", "-f", daemon.config, *_config_id(daemon)]
    in_force = await _isolated(daemon, [], check)
    if in_force is not None:
        staged = await _isolated(daemon, pairs, check)
        if staged is not None:
            return Tested(transaction, staged[0], staged[1], in_force[0], in_force[1], True, "")
    return await _without_isolation(daemon, transaction, check, replacements)


async def _isolated(daemon: Daemon, pairs: List[str], check: Sequence[str]) -> Optional[Answer]:
    argv = ["unshare", "--kill-child", "-m", "-p", "-f", "sh", "-c", _BIND_AND_TEST, "sh", *pairs, "--", *check]
    if namespace(str(daemon.process.pid), "net") != namespace("self", "net"):
        argv = ["nsenter", "-t", str(daemon.process.pid), "-n", *argv]
    status, messages = await _answer(argv)
    failed = status in (_CANNOT_ISOLATE, 1, 127) and any("unshare:" in line or "mount:" in line for line in messages)
    return None if failed else (status, messages)


async def _without_isolation(
    daemon: Daemon, transaction: str, check: Sequence[str], replacements: Tuple[Replacement, ...]
) -> Tested:
    """Test where no namespace can be made. Worth less: an include's candidate is not seen, and names differ."""
    main = swap_paths(daemon.config)
    in_force = await _answer(check)
    staged = in_force
    if any(swap_paths(replacement.path).live == main.live for replacement in replacements):
        staged = await _answer([main.candidate if word == daemon.config else word for word in check])
    messages = tuple(line.replace(main.candidate, daemon.config) for line in staged[1])
    note = "no namespace of its own could be made for the test (unshare is not permitted): its answer is worth less"
    return Tested(transaction, staged[0], messages, in_force[0], in_force[1], False, note)


async def _answer(argv: Sequence[str]) -> Answer:
    try:
        status, out, err = await run(argv, LIMIT)
    except asyncio.TimeoutError:
        raise Refused(f"keepalived -t gave no answer within {LIMIT:.0f} s") from None
    except OSError as error:
        raise Refused(f"{argv[0]} cannot be run: {error.strerror}") from None
    lines = (out + err).decode("utf-8", "replace").splitlines()
    return (status if status >= 0 else 128 - status), tuple(line for line in lines if line.strip())


def _config_id(daemon: Daemon) -> List[str]:
    given = daemon.option("config-id")
    return [] if given is None else ["-i", given]
