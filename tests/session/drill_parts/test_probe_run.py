"""A probe of this machine, as a process of its own, against a server on 127.0.0.1 that goes away and comes back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import cast

import pytest

from lvstui.cluster.drill.result import HeldFate, ProbeResult
from lvstui.probe.probe_wish import LONGEST, ProbeWish
from lvstui.session.drill_parts import probe_run
from lvstui.session.drill_parts.probe_run import ProbeRun
from lvstui.transport.link import Connector, LinkError
from lvstui.transport.local_process import LocalConnector, LocalLink
from lvstui.transport.programs import PROBE
from tests.support.client_service import AnsweringService, WallOf, a_service, now
from tests.support.told_probe import ToldProbe
from tests.support.waiting import limit, until_true


def probe(service: AnsweringService, path: str = "", seconds: float = LONGEST, rate: float = 10.0) -> ProbeRun:
    wish = ProbeWish("127.0.0.1", service.port, path, rate, seconds)
    return ProbeRun(LocalConnector(PROBE), wish, "tcp/127.0.0.1", wall=WallOf())


@pytest.mark.parametrize("path", ["", "/health"])
async def test_an_outage_is_told_as_the_client_saw_it(path: str) -> None:
    async with a_service() as service:
        run = probe(service, path)
        working = asyncio.ensure_future(run.run())
        await run.answered.wait()
        await service.refuse_until(lambda: run.news is not None and run.news.lost >= 10)
        lost, answered = (run.news.lost, run.news.answered) if run.news else (0, 0)
        await run.seen(lambda news: news.answered > answered + 10)
        run.stop()
        result = await working
    assert (result.error, result.until) == ("", None)
    assert lost >= 10
    assert result.answered + sum(one.lost for one in result.outages) == result.requests
    assert result.outages[0].start < now()
    assert any(one.end is not None and one.end > one.start for one in result.outages)
    assert result.longest_gap is not None and result.longest_gap > 0.0
    assert result.clock_uncertainty is not None and result.clock_uncertainty > 0.0
    assert any("connection refused" in one for one in result.reasons)
    assert result.held is not None and result.held.fate is HeldFate.SURVIVED


async def test_it_ends_by_itself_after_its_time() -> None:
    async with a_service() as service:
        result = await probe(service, seconds=0.3, rate=50.0).run()
    assert result.until is not None, "nobody ended it"
    assert result.requests <= 15 == 0.3 * 50, "fewer where it was late"


async def test_it_tells_a_held_connection_that_is_reset_and_one_that_is_closed() -> None:
    for close, fate in ((AnsweringService.reset_held, HeldFate.RESET), (AnsweringService.close_held, HeldFate.CLOSED)):
        async with a_service() as service:
            run = probe(service)
            working = asyncio.ensure_future(run.run())
            await run.answered.wait()

            def ended(close: Callable[[AnsweringService], None] = close, run: ProbeRun = run) -> bool:
                close(service)  # again: its connection may not have been taken yet
                return run.news is not None and run.news.held is not None

            await until_true(ended)
            run.stop()
            assert (held := (await working).held) is not None
            assert held.fate is fate
            assert held.at is not None


async def test_it_ends_with_its_console() -> None:
    async with a_service() as service:
        link = await LocalConnector(PROBE).connect()
        wish = ProbeWish("127.0.0.1", service.port, "", 50.0, 60.0)
        link.send(b'{"wish": %s}\n' % _json(wish))
        assert b"hello" in await link.receive()
        link.abort()
        while await link.receive():
            pass
        assert await ended(link) == 0


async def test_a_wish_out_of_bounds_is_refused_by_the_probe_itself() -> None:
    async with a_service() as service:
        result = await probe(service, rate=1000.0).run()
    assert "it refused: 1000 requests a second" in result.error
    assert result.requests == 0


async def test_one_that_is_never_answered_says_why() -> None:
    async with a_service() as service:
        port = service.port
    run = ProbeRun(LocalConnector(PROBE), ProbeWish("127.0.0.1", port, "", 10.0, LONGEST), "t", wall=lambda at: at)
    working = asyncio.ensure_future(run.run())
    await run.seen(lambda news: news.lost > 0)
    run.stop()
    result = await working
    assert result.error == f"none of {result.requests} requests was answered: connection refused"
    assert result.held is not None and result.held.fate is HeldFate.NOT_OPENED


async def test_a_host_that_cannot_be_reached_is_in_the_result() -> None:
    class Nowhere:
        name = "client1"

        async def connect(self) -> LocalLink:
            raise LinkError("there is no python3 on it", "install it there: apt install python3")

    result: ProbeResult = await ProbeRun(
        Nowhere(), ProbeWish("10.0.0.1", 80, "", 50.0, 1.0), "t", wall=lambda at: at
    ).run()
    assert result.error == "there is no python3 on it; install it there: apt install python3"
    assert result.host == "client1"


class Breaking:
    """A link that tells some lines, and then is lost; its connector too."""

    name = "client1"

    def __init__(self, *told: object) -> None:
        self._told = [json.dumps(one).encode() + b"\n" for one in told]

    async def connect(self) -> Breaking:
        return self

    async def receive(self) -> bytes:
        if not self._told:
            raise LinkError("the link was lost")
        return self._told.pop(0)

    def send(self, data: bytes) -> None: ...

    def abort(self) -> None: ...


TALLY = {
    "at": 110.0, "sent": 500, "answered": 50, "lost": 450, "last_answer": 101.0, "longest_gap": 1.0, "skipped": 0,
    "outages": [{"start": 101.0, "end": None, "lost": 420, "before_s": 0.02, "after_s": 0.02}], "more_outages": 30,
    "reasons": {}, "held": {"fate": None, "at": None, "silent": 0.0},
}  # fmt: skip


async def test_what_a_probe_has_seen_before_its_link_is_lost_is_in_the_result() -> None:
    connector = cast(Connector, Breaking({"tally": TALLY}))
    result = await ProbeRun(connector, ProbeWish("10.0.0.1", 80, "", 50.0, 60.0), "t", wall=lambda at: at).run()
    assert (result.error, result.until) == ("the link was lost", 110.0)
    assert [result.length(one, ended=1000.0) for one in result.outages] == [9.0]
    assert (result.lost, result.more_outages) == (450, 30)


async def test_one_that_does_not_report_when_it_is_told_to_stop_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(probe_run, "_OVER", 0.0)
    silent = ToldProbe(lambda: 100.0)
    silent.reports = False
    wish = ProbeWish("10.0.0.1", 80, "", 50.0, 600.0)
    run = ProbeRun(cast(Connector, silent), wish, "t", wall=lambda at: at)
    working = asyncio.ensure_future(run.run())
    await run.answered.wait()
    run.stop()
    async with limit():
        result = await working
    assert (result.error, result.until, result.requests) == ("it did not report in time", 100.0, 500)


def _json(wish: ProbeWish) -> bytes:
    return json.dumps(wish._asdict()).encode()


async def ended(link: LocalLink) -> int:
    return await link._process.wait()
