"""Of 10,000 real servers only those are read that a file has otherwise, and none of them on the loop: counted, not timed."""

from __future__ import annotations

import threading

import pytest

from lvstui.console.app import ConsoleApp
from lvstui.console.change.dialog_state import DialogState
from lvstui.console.change.screen import ChangeScreen
from lvstui.console.configuration.screen import ConfigurationScreen
from lvstui.console.table.server_table import ServerTable
from lvstui.director.protocol.frames import MARKER, encode
from lvstui.keepalived.reading.servers.checker_process import Servers
from lvstui.session.session import Session
from tests.bench.bench_cluster import NAMES, REALS, ROLES, SERVERS, configuration, files, messages
from tests.bench.bench_plan import Told, alive
from tests.support.console import text, until


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The real servers that are read, from now on; it is an error to read one on the loop."""
    found: list[bytes] = []
    begin = Servers._begin_real

    def counted(self: Servers, index: int, words: list[bytes]) -> bool:
        assert threading.current_thread() is not threading.main_thread()
        found.append(words[1])
        return begin(self, index, words)

    monkeypatch.setattr(Servers, "_begin_real", counted)
    return found


async def test_a_plan_reads_its_virtual_server_a_screen_nothing_and_a_new_file_what_is_new(
    read: list[bytes], held_live: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DialogState, "wants_renewal", lambda state, now: False)  # one plan, not another each second
    links = [Told(name) for name in NAMES]
    session = Session(links, name="many")
    app = ConsoleApp(lambda questions: session)
    async with app.run_test(size=(160, 50)) as pilot:
        for link, role in zip(links, ROLES, strict=True):
            for frame in (MARKER, *map(encode, messages(link.name, role))):
                link.tell(frame)

        def listed() -> bool:
            return app.main.query_one(ServerTable).listing.matching == SERVERS * REALS

        def told_all() -> bool:
            """Return True if each has told its load, which comes after all else that a plan is made from."""
            view = app.main.view
            return view is not None and all(one.host.load1 is not None for one in view.directors)

        def planned() -> bool:
            return isinstance(app.screen, ChangeScreen) and app.screen.state.plan is not None

        def shown() -> bool:
            return isinstance(app.screen, ConfigurationScreen) and "lb_algo" in text(app)

        async with alive(links):
            await until(pilot, lambda: bool(app.main.query(ServerTable)) and listed())
            await until(pilot, lambda: len(read) == len(NAMES) * SERVERS * REALS)
            read.clear()
            await until(pilot, told_all)
            await pilot.press("down")
            await until(pilot, lambda: app.main.no_writes() is None)
            await pilot.press("d")
            await until(pilot, planned)
            assert len(read) == len(NAMES) * REALS
            read.clear()
            await pilot.press("escape", "escape", "c")
            await until(pilot, shown)
            assert read == []
            changed = configuration("MASTER").replace(b"weight 1", b"weight 2", 1)
            links[0].tell(encode(files(50.0, changed, -10)))
            await until(pilot, lambda: bool(session.differences(session.view())))
            assert len(read) == REALS
