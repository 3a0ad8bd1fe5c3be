"""What pictures are taken of: the demo's pair at a moment that shows something, and the console that shows it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from textual.pilot import Pilot

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.view import ClusterView
from lvstui.console.app import ConsoleApp
from lvstui.console.cluster_choice import Cluster
from lvstui.console.live_preferences import LivePreferences
from lvstui.console.widgets.director_card import DirectorCard
from lvstui.director.protocol.host_messages import Address, Network
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.director.protocol.vrrp_messages import Adverts, Vrrp
from lvstui.settings.values import Preferences
from tests.support.console import settled, text, until
from tests.support.fake_drills import FakeDrills
from tests.support.fake_session import FakeSession
from tests.support.story import Story

DRAINED = Target("tcp/10.10.0.20:80", "192.168.211.13:8082")
DARK, LIGHT, ANSI, CONTRAST = (f"lvstui-{name}" for name in ("dark", "light", "ansi", "contrast"))

Scene = Callable[[Story], None]


def calm(story: Story) -> None:
    story.until(18)


def trouble(story: Story) -> None:
    """A real server drains, and another is DOWN."""
    story.until(12)
    when = datetime.fromtimestamp(story.time(), UTC).replace(tzinfo=None)
    story.change(Intent("drain", (DRAINED,), None, "ana@ops1", when, "kernel update"))
    story.until(34)


def split_brain(story: Story) -> None:
    story.until(10)
    vips = [
        Address(one.interface or "", vip, 32)
        for one in story.world.directors["director1"].configuration.vrrp
        for vip in one.vips
    ]

    began = story.time()
    silent: list[Adverts] = []  # from when it hears nobody any more

    def cut(name: str, message: FromAgent) -> FromAgent:
        """director2 hears nothing of director1."""
        if name == "director2" and isinstance(message, Vrrp):
            masters = [
                one._replace(state="MASTER", last_transition=began, become_master=1) for one in message.instances
            ]
            return replace(message, instances=tuple(masters))
        if name == "director2" and isinstance(message, Adverts):
            silent.append(message)
            return replace(message, heard=silent[0].heard)
        if name == "director2" and isinstance(message, Network):
            return replace(message, addresses=(*message.addresses, *vips))
        return message

    story.heard = cut
    story.until(19)


def one_lost(story: Story) -> None:
    story.until(10)
    story.lost.add("director2")
    story.state.failed("director2", "connection refused", "", permanent=False, retry_in=12, now=story.now)
    story.until(18)


class Staged:
    """A console that has lived through a scene, and is shown it when it runs."""

    def __init__(
        self, monkeypatch: pytest.MonkeyPatch, scene: Scene, theme: str = DARK, drills: FakeDrills | None = None
    ) -> None:
        self._views: list[ClusterView] = []
        self.story = Story(monkeypatch, self._views.append)
        scene(self.story)
        self.session = FakeSession(self.story)
        made = None if drills is None else lambda session: drills
        cluster = Cluster("", lambda questions: self.session, drills=made)
        self.app = ConsoleApp(cluster, choices=LivePreferences(line=Preferences(theme=theme)))

    async def play(self, pilot: Pilot[None], keys: Sequence[str] = (), shows: str = "") -> None:
        """Its past, so that it has one to draw; then some keys, until it shows what they lead to."""
        main = self.app.main
        await until(pilot, lambda: bool(main.query(DirectorCard)) and main.table.current() is not None)
        for view in self._views:
            self.session.shown = view  # so that the console's own clock, on a slow machine, shows no other in between
            await main.show(view)
        self.session.shown = None
        await main.show(self.session.view())
        for key in keys:
            await pilot.press(key)
            await pilot.pause()
        await until(pilot, lambda: shows in text(self.app))


@asynccontextmanager
async def staged(
    stage: Staged, keys: Sequence[str] = (), size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[ConsoleApp, Pilot[None]]]:
    async with stage.app.run_test(size=size, notifications=True) as pilot:
        await stage.play(pilot, keys)
        yield stage.app, pilot


async def shown_at(monkeypatch: pytest.MonkeyPatch, scene: Scene, *sizes: tuple[int, int]) -> str:
    """Return what the console shows of a scene in a terminal of the last of these sizes, which had the others before."""
    first, *others = sizes
    async with staged(Staged(monkeypatch, scene), size=first) as (app, pilot):
        for size in others:
            await settled(pilot)
            await pilot.resize_terminal(*size)
        await settled(pilot)
        return text(app)
