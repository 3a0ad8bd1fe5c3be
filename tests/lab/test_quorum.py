"""A live pair that loses its quorum, with a sorry server and hysteresis, and whose FILE_CHECK gives a weight."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lvstui.cluster.quorum_view import SorryServerView
from lvstui.cluster.view import ClusterView, RealServerState, VirtualServerView
from lvstui.lab.client_traffic import Traffic
from lvstui.lab.lab import Lab
from tests.support.faulted_session import DIRECTORS, Scene, scene
from tests.support.lab_faults import shell
from tests.support.patience import patient
from tests.support.tmux import Tmux
from tests.support.waiting import until

pytestmark = pytest.mark.lab

ADDRESS = "192.168.211.13"
FILE = "/run/lvstui-load"  # tracked by FILE_CHECK
SORRY = f"{ADDRESS}:8083"
UP, DOWN, NO_QUORUM, DRIFT = (
    RealServerState.UP,
    RealServerState.DOWN,
    RealServerState.NO_QUORUM,
    RealServerState.DRIFT,
)

_CHECKER = """TCP_CHECK {
            connect_timeout 1
            retry 0
            delay_before_retry 1
        }"""
# 8081 and 8082 are needed to gain the quorum, one of them to keep it; 9999 is never there.
_VIRTUAL_SERVERS = f"""
track_file load {{
    file {FILE}
}}

virtual_server 10.10.0.20 80 {{
    delay_loop 1
    lb_algo rr
    lb_kind NAT
    protocol TCP
    quorum 2
    hysteresis 1
    sorry_server {ADDRESS} 8083
    real_server {ADDRESS} 8081 {{
        weight 1
        {_CHECKER}
    }}
    real_server {ADDRESS} 8082 {{
        weight 2
        {_CHECKER}
    }}
}}

virtual_server 10.10.0.20 81 {{
    delay_loop 1
    lb_algo wrr
    lb_kind NAT
    protocol TCP
    real_server {ADDRESS} 8081 {{
        weight 0
        FILE_CHECK {{
            track_file load
            weight 1
        }}
    }}
    real_server {ADDRESS} 8082 {{
        weight 3
    }}
}}
"""


def install(lab: Lab) -> None:
    """The seed's instances, and virtual servers of our own, on both Directors."""
    for name in DIRECTORS:
        head, _, _ = lab.read_file(name).partition(b"virtual_server ")
        shell(lab, name, f"echo 5 > {FILE}")
        lab.write_file(name, head + _VIRTUAL_SERVERS.encode())
        shell(lab, name, "systemctl reload keepalived")


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path: there is a socket in it."""
    path = Path(tempfile.mkdtemp(prefix="lvt-"))
    yield path
    shutil.rmtree(path)


@pytest.fixture
def pool(lab: Lab) -> Iterator[Lab]:
    install(lab)
    yield lab
    lab.lift()
    for name in DIRECTORS:
        # A reload that drops a sorry server while it serves does not put the real servers back (2.2.7).
        until(lambda name=name: members(lab, name), {"8081", "8082"}.__eq__)  # type: ignore[misc]
        shell(lab, name, f"rm -f {FILE}")


def members(lab: Lab, name: str) -> set[str]:
    """The ports that a Director's kernel has for the virtual server on port 80."""
    table = shell(lab, name, "ipvsadm -Ln -t 10.10.0.20:80")
    return {line.split()[1].rpartition(":")[2] for line in table.splitlines() if "Masq" in line}


def server(view: ClusterView, port: int = 80) -> VirtualServerView:
    return next(one for one in view.virtual_servers if one.id == f"tcp/10.10.0.20:{port}")


def states(*wanted: RealServerState, met: bool | None) -> Callable[[ClusterView], bool]:
    def shown(view: ClusterView) -> bool:
        found = next((one for one in view.virtual_servers if one.id == "tcp/10.10.0.20:80"), None)
        if found is None or found.quorum is None:
            return False
        told = [side.met for side in found.quorum.directors.values()]
        return found.states == wanted and told == [met, met]

    return shown


def loaded(view: ClusterView) -> bool:
    """Both have read our files, and told so."""
    found = {one.id: str(one.quorum) for one in view.virtual_servers}
    mine = found.get("tcp/10.10.0.20:80") == "quorum 2 met, live weight 3, hysteresis 1"
    return mine and "tcp/10.10.0.20:81" in found and states(UP, UP, met=True)(view)


def answered(lab: Lab) -> set[str]:
    """Who answers three requests through the VIP."""
    return set(lab.traffic(Traffic(count=3, rate=5.0, patience_s=60.0)).pages)


def status(lab: Lab) -> dict[str, Any]:
    """What `lvsctl status --json` says of the virtual server on port 80."""
    command = [*patient("lvsctl"), "-F", str(lab.ssh_config)]
    directors = [word for name in DIRECTORS for word in ("-d", name)]
    said = subprocess.run([*command, *directors, "--json", "status"], capture_output=True, text=True, check=False)
    assert said.returncode == 0, f"{said.returncode}: {said.stderr} {said.stdout[:3000]}"
    printed = json.loads(said.stdout)
    found: dict[str, Any] = next(one for one in printed["virtual_servers"] if one["id"] == "tcp/10.10.0.20:80")
    return {**found, "kinds": [one["kind"] for one in printed["problems"]]}


def console(lab: Lab, folder: Path) -> Tmux:
    command = [*patient("lvstui"), "-F", str(lab.ssh_config), *DIRECTORS]
    places = {name: str(folder) for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    return Tmux(command, folder, size=(160, 45), environment=places)


async def test_a_quorum_that_is_lost_and_gained_with_hysteresis(pool: Lab, folder: Path) -> None:
    lab = pool
    seen: set[tuple[RealServerState, ...]] = set()
    async with scene(lab) as watching:
        view = await watching.see(loaded)
        assert (_sorry(view).id, _sorry(view).serving) == (SORRY, False)
        await _a_file_gives_a_weight(lab, watching)
        end = watching.subscribe(lambda: seen.add(server(watching.view()).states))
        for port in (8081, 8082):
            lab.fault("web-refusing", port, 600.0)
        await watching.see(states(DOWN, DOWN, met=False))
        view = await watching.see(lambda view: [one[:2] for one in _sorry(view).directors.values()] == [(True, 1)] * 2)
        (problem,) = [one for one in view.problems if one.kind == "quorum"]
        assert "has lost its quorum on director1 and director2: live weight 0, 2 needed" in problem.text
        assert f"the sorry server {SORRY} serves its clients" in problem.text
        assert await asyncio.to_thread(answered, lab) == {"8083"}

        lab.lift("web-refusing", 8082)
        view = await watching.see(states(DOWN, NO_QUORUM, met=False))
        quorum = server(view).quorum
        assert quorum is not None and quorum.live_weight == 2, "enough to keep it, and not to gain it"
        assert await asyncio.to_thread(answered, lab) == {"8083"}
        printed = await asyncio.to_thread(status, lab)
        assert printed["quorum"] == {"needed": 2, "hysteresis": 1, "live_weight": 2, "met": False}
        assert printed["sorry_server"] == {"id": SORRY, "serving": True} and "quorum" in printed["kinds"]
        assert [real["state"] for real in printed["real_servers"]] == ["DOWN", "NO QUORUM"]
        assert "drift" not in printed["kinds"]
        await asyncio.to_thread(_look, lab, folder)

        lab.lift("web-refusing", 8081)
        await watching.see(states(UP, UP, met=True))
        view = await watching.see(lambda view: _sorry(view).serving is False)
        assert "quorum" not in {one.kind for one in view.problems}
        end()
    assert answered(lab) == {"8081", "8082"}
    told = [event.text.split(":")[0] for event in view.events if event.subject == "tcp/10.10.0.20:80"]
    assert sorted(told) == ["quorum gained", "quorum gained", "quorum lost", "quorum lost"]
    assert not any(DRIFT in one for one in seen), seen


def _look(lab: Lab, folder: Path) -> None:
    """What an operator sees meanwhile."""
    with console(lab, folder) as terminal:
        terminal.until(lambda screen: "NO QUORUM" in screen and f"sorry {SORRY}" in screen)
        print(terminal.until(lambda screen: "SERVING" in screen and "has lost its quorum on" in screen))
        terminal.press("q")
        until(terminal.ended)


async def _a_file_gives_a_weight(lab: Lab, watching: Scene) -> None:
    """The other virtual server: weight 0 in the file, 5 by FILE_CHECK; then nothing, then 7."""
    for added, state in ((5, UP), (0, RealServerState.DRAINED), (7, UP)):
        if added != 5:
            for name in DIRECTORS:
                shell(lab, name, f"echo {added} > {FILE}")

        def told(view: ClusterView, added: int = added, state: RealServerState = state) -> bool:
            real = server(view, 81).real_servers[0]
            weights = {
                (one.configured_weight, one.effective_weight, one.kernel_weight) for one in real.directors.values()
            }
            return real.state is state and weights == {(0, added, added)}

        view = await watching.see(told)
        reason = server(view, 81).real_servers[0].reason
        if added:
            assert reason is not None and reason.startswith(f"FILE_CHECK gives it weight {added}, the file 0, on "), (
                reason
            )
        else:
            assert reason == "weight 0 by configuration"
        quorum = server(view, 81).quorum
        assert quorum is not None and quorum.live_weight == 3 + added


def _sorry(view: ClusterView) -> SorryServerView:
    sorry = server(view).sorry_server
    assert sorry is not None
    return sorry
