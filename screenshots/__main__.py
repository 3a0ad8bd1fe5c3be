"""Pictures of the running console for the README: `make screenshots`. Of the simulated pair, and of the lab for what only a real
pair does.

Not for: tests, which look at what is on the screen and not at its picture.
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from textual.pilot import Pilot

from lvstui.cli import launch
from lvstui.cli.drill.desk import drill_desk
from lvstui.console.app import ConsoleApp
from lvstui.console.cluster_choice import Cluster
from lvstui.demo.pair import DemoPair
from lvstui.lab.client_traffic import Traffic
from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from lvstui.session.audit_log import Memory
from lvstui.session.session import Session
from screenshots.animation import combine

HERE = Path(__file__).resolve().parent
LIMIT = 120.0  # seconds for what is to be seen
TARGET = "192.168.211.13:8082"


@dataclass
class Shoot:
    """A running console of which a scene takes pictures."""

    app: ConsoleApp
    pilot: Pilot[None]
    frames: list[tuple[str, float]] = field(default_factory=list)
    """The pictures of an animation, each with the seconds for which it is shown."""

    def shown(self) -> str:
        lines = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in line) for line in lines)

    async def until(self, *texts: str) -> None:
        """Raises TimeoutError when it does not come to be shown."""
        deadline = time.monotonic() + LIMIT
        while not all(text in self.shown() for text in texts):
            if time.monotonic() > deadline:
                raise TimeoutError(f"the console never showed {texts}:\n{self.shown()}")
            await self.pilot.pause(0.2)

    async def pass_by(self, seconds: float) -> None:
        """Rates and sparklines need samples."""
        await self.pilot.pause(seconds)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
            await self.pilot.pause(0.1)

    async def drain(self) -> None:
        """The real server under the cursor, to the end of the change."""
        await self.press("d")
        await self.until("ctrl+s")
        await self.press("ctrl+s")
        await self.until("r restores the weight")

    def frame(self, seconds: float) -> None:
        """Take a picture of an animation."""
        self.frames.append((self.app.export_screenshot(title="lvstui"), seconds))

    def picture(self, name: str) -> None:
        """Write the animation that was taken; without one, what is on the screen."""
        path = HERE / f"{name}.svg"
        path.write_text(combine(self.frames) if self.frames else self.app.export_screenshot(title="lvstui"))
        print(path)


@asynccontextmanager
async def console(
    names: Sequence[str], ssh_config: Path, size: tuple[int, int], name: str, theme: str | None = None
) -> AsyncIterator[Shoot]:
    cluster = Cluster(
        name,
        lambda questions: launch.session(
            names, questions, ssh_config=ssh_config, name=name, interval=1.0, read_only=None, history=Memory()
        ),
        drills=lambda opened: drill_desk(cast(Session, opened), name, ssh_config, kept=False),
    )
    app = ConsoleApp(cluster, theme=theme)
    async with app.run_test(size=size) as pilot:
        stage = Shoot(app, pilot)
        await stage.until("MASTER", TARGET)
        await stage.press("down")
        yield stage


# --- scenes of the simulated pair: each has one of its own, at the beginning of its story ---


async def main_screen(stage: Shoot) -> None:
    await stage.drain()
    await stage.press("enter")
    await stage.until("DOWN")
    await stage.pass_by(20)


async def drain_dialog(stage: Shoot) -> None:
    await stage.pass_by(10)
    await stage.press("d")
    await stage.until(" ctrl+s ")


async def drain_in_progress(stage: Shoot) -> None:
    await stage.pass_by(8)
    await stage.drain()
    await stage.press("enter")
    await stage.until("left")
    await stage.pass_by(4)


async def real_server(stage: Shoot) -> None:
    await stage.pass_by(40)
    await stage.press("enter")
    await stage.pass_by(3)


async def topology(stage: Shoot) -> None:
    await stage.pass_by(10)
    await stage.press("t")
    await stage.pass_by(3)


async def quiet(stage: Shoot) -> None:
    await stage.pass_by(30)


NORMAL = (120, 40)
SCENES: tuple[tuple[str, tuple[int, int], str | None, Callable[[Shoot], Awaitable[None]]], ...] = (
    ("main", NORMAL, None, main_screen),
    ("drain", NORMAL, None, drain_dialog),
    ("drain-progress", NORMAL, None, drain_in_progress),
    ("real-server", NORMAL, None, real_server),
    ("topology", NORMAL, None, topology),
    ("light", NORMAL, "lvstui-light", main_screen),
    ("small", (80, 24), None, main_screen),
    ("wide", (200, 60), None, main_screen),
)


async def simulated(
    name: str, size: tuple[int, int], theme: str | None, scene: Callable[[Shoot], Awaitable[None]]
) -> None:
    with DemoPair() as pair:
        async with console(pair.names, pair.ssh_config, size, "demo (simulated)", theme) as stage:
            await scene(stage)
            stage.picture(name)


async def tour(lab: Lab) -> None:
    """A drain with its reason, to its end; then a failover. Clients ask all the time, and hold connections until the drain."""
    lab.start_traffic(Traffic(rate=30.0))
    held = lab.start_traffic(Traffic("hold", count=24, rate=1.0))
    async with console(("director1", "director2"), lab.ssh_config, (110, 34), "lab") as stage:
        await stage.pass_by(20)
        stage.frame(2.5)
        await stage.press("d")
        await stage.until("ctrl+s")
        await stage.press(*"kernel", "space", *"update")
        await stage.until("kernel update")
        stage.frame(3.5)
        await stage.press("ctrl+s")
        await stage.until("r restores the weight")
        stage.frame(2.5)
        await stage.press("enter")
        await stage.until("DRAINING", "left")
        await stage.pass_by(4)
        stage.frame(3)
        await asyncio.to_thread(held.report, stop=True)
        await stage.until("DRAINED")
        await stage.pass_by(2)
        stage.frame(3)
        await asyncio.to_thread(lab.fault, "keepalived-stopped", "director1")
        await stage.until("keepalived is not running on director1", "BACKUP → MASTER")
        await stage.pass_by(1)
        stage.frame(2.5)
        await stage.pass_by(6)
        stage.frame(3)
        await stage.press("t")
        await stage.pass_by(3)
        stage.frame(3.5)
        stage.picture("tour")


async def split_brain(lab: Lab) -> None:
    """A cut network, on the real pair: each Director stops hearing the other's adverts."""
    async with console(("director1", "director2"), lab.ssh_config, NORMAL, "lab") as stage:
        await stage.pass_by(10)
        await asyncio.to_thread(lab.fault, "cut-nat", "director2")
        await stage.until("are both MASTER")
        await stage.pass_by(8)
        stage.picture("split-brain")


async def drill(lab: Lab) -> None:
    """A stop of keepalived on the real pair's MASTER, as a client met it."""
    async with console(("director1", "director2"), lab.ssh_config, NORMAL, "lab") as stage:
        await stage.press("D")
        await stage.until("w Watch")
        await stage.press("r")
        await stage.until("type handover")
        await stage.press("right", "tab", "tab", *addresses.CLIENT)
        await stage.press("tab", "tab", "tab", "tab", *"nightly", "space", *"drill", "tab")
        await stage.until("type stop")
        await stage.press(*"stop", "ctrl+s")
        await stage.until("Expected and measured")
        stage.picture("drill")


def main(wanted: Sequence[str]) -> None:
    """The scenes of these names, or all."""
    os.environ["LOGNAME"], platform.node = "ana", lambda: "ops1"  # who made the changes, whoever makes the pictures
    for name, size, theme, scene in SCENES:
        if not wanted or name in wanted:
            asyncio.run(simulated(name, size, theme, scene))
    real = [
        (name, scene)
        for name, scene in (("tour", tour), ("drill", drill), ("split-brain", split_brain))
        if not wanted or name in wanted
    ]
    if real:
        with tempfile.TemporaryDirectory(prefix="lvl-") as folder, Lab.up(None, Path(folder) / "lab") as lab:
            for _, scene in real:
                asyncio.run(scene(lab))
                lab.reset()


if __name__ == "__main__":
    main(sys.argv[1:])
