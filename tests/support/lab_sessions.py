"""Sessions with the lab's pair, and requests of lvsctl, for tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Literal, cast

from lvstui.cli import change_command, launch
from lvstui.cluster.view import ClusterView
from lvstui.keepalived.keys import RealServerKey
from lvstui.lab.lab import Lab
from lvstui.session.session import Session
from lvstui.session.subscription import until
from tests.support.waiting import LIMIT_S, limit

DIRECTORS = ("director1", "director2")
REAL = "192.168.211.13:8082"
_LOOK_AGAIN_S = 5.0


def session(lab: Lab, *names: str) -> Session:
    return launch.script_session(names or DIRECTORS, lab.ssh_config)


def request(action: Literal["drain", "restore"], *overrides: str) -> change_command.ChangeRequest:
    return change_command.ChangeRequest(action, REAL, (), None, "test", False, True, False, frozenset(overrides), None)


class _Staying:
    """A session that is open, for commands one after the other, of which each would open and close it: agents cost seconds."""

    def __init__(self, lab: Lab, opened: Session) -> None:
        self._lab = lab
        self._opened = opened

    def __getattr__(self, name: str) -> object:
        return getattr(self._opened, name)

    async def __aenter__(self) -> Session:
        """Come back when the Directors' files and kernels are known as they are now, as they are to a session that was opened."""
        async with limit():
            while not await until(self._opened, self._knows(), _LOOK_AGAIN_S):
                pass  # something was on its way when it was looked at
        return self._opened

    def _knows(self) -> Callable[[], bool]:
        """Look at the Directors; return what tells whether the session knows them to be so."""
        files = {name: self._lab.read_file(name) for name in DIRECTORS}
        tables = {name: _kernel(self._lab, name) for name in DIRECTORS}

        def known() -> bool:
            facts = {name: self._opened._state.facts(name) for name in DIRECTORS}
            return all(
                one.files is not None
                and one.files.files[0].data == files[name]
                and sorted((str(RealServerKey(*real)), weight) for (_, real), weight in (one.weights or {}).items())
                == tables[name]
                for name, one in facts.items()
            )

        return known

    async def __aexit__(self, *error: object) -> None:
        """Stay open."""


def _kernel(lab: Lab, name: str) -> list[tuple[str, int]]:
    """The real servers in the Director's kernel, as ipvsadm has them, with their weights."""
    rows = [line.split() for line in lab.exec(name, ["ipvsadm", "-Sn"]).stdout.splitlines()]
    return sorted((row[row.index("-r") + 1], int(row[row.index("-w") + 1])) for row in rows if row[0] == "-a")


def used_again(lab: Lab, opened: Session) -> Session:
    """An open session, for a command that would open one of its own."""
    return cast(Session, _Staying(lab, opened))


@asynccontextmanager
async def staying(lab: Lab) -> AsyncIterator[Session]:
    """Open a session for several commands."""
    async with session(lab) as opened:
        yield used_again(lab, opened)


async def seen(session: Session, what: Callable[[ClusterView], bool]) -> ClusterView:
    assert await until(session, lambda: what(session.view()), LIMIT_S), session.view()
    return session.view()
