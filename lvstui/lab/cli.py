"""`lvsctl lab …`: the command line of the lab. Draws and parses; the work is in lab.py."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

import click

from lvstui.lab.errors import LabError
from lvstui.lab.faults import DIRECTOR_FAULTS, WEB_FAULTS
from lvstui.lab.guest import topology
from lvstui.lab.lab import Lab
from lvstui.lab.options import RETURN_PATHS, LabOptions, default_directory, pair
from lvstui.lab.traffic import Traffic

P = ParamSpec("P")
R = TypeVar("R")


@click.group()
@click.option("--name", default="default", show_default=True, help="Which lab: several can run at once.")
@click.option("--directory", type=click.Path(path_type=Path), help="The lab's folder itself, instead of a name.")
@click.pass_context
def lab(context: click.Context, name: str, directory: Path | None) -> None:
    """A real LVS-NAT pair in one User Mode Linux guest, to try things on."""
    context.obj = directory or default_directory(name)


def _told(function: Callable[P, R]) -> Callable[P, R]:
    """LabError is an answer, not a crash."""

    @wraps(function)
    def told(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return function(*arguments, **options)
        except BrokenPipeError:
            raise  # nobody reads what is printed any more: click's to end
        except ConnectionError as error:
            raise click.ClickException(f"The lab does not answer ({error}). Take it down: lvsctl lab down") from error
        except LabError as error:
            raise click.ClickException(str(error)) from error

    return told


@lab.command()
@click.option("--return-path", type=click.Choice(RETURN_PATHS), default="single-nic", show_default=True,
              help="How the real server's answers come back.")  # fmt: skip
@click.option("--release", default="bookworm", show_default=True,
              help="bookworm, trixie or bullseye; two with a comma for a mixed pair.")  # fmt: skip
@click.option("--init", default="systemd", show_default=True, help="systemd or none; two with a comma for one of each.")
@click.option("--services", type=click.IntRange(0, 5000), default=0, help="So many more virtual servers, for scale.")
@click.option("--real-servers", type=click.IntRange(1, 1000), default=10, show_default=True,
              help="Real servers in each of those.")  # fmt: skip
@click.pass_obj
@_told
def up(directory: Path, return_path: str, release: str, init: str, services: int, real_servers: int) -> None:
    """Bring the lab up and print how to connect."""
    options = LabOptions(pair(release), pair(init), return_path, services, real_servers)
    begun = time.monotonic()
    running = Lab.up(options, directory)
    click.echo(f"The lab is ready after {time.monotonic() - begun:.1f} s.")
    click.echo(f"  lvstui -F {running.ssh_config} director1 director2")
    click.echo(f"  ssh -F {running.ssh_config} director1     (root; director1-ops: sudo, director1-watch: none)")
    click.echo(f"  curl's own place is the client:  lvsctl lab traffic requests      VIP: {topology.SERVICE_VIP}:80")


@lab.command()
@click.pass_obj
@_told
def down(directory: Path) -> None:
    """End it: no process and no file is left."""
    Lab.attach(directory).down()


@lab.command()
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
@_told
def status(directory: Path, as_json: bool) -> None:
    """What the guest itself sees of the Directors and the web servers."""
    running = Lab.attach(directory)
    seen = running.status()
    if as_json:
        click.echo(json.dumps({"directory": str(directory), "ports": running.state.ports, **seen}, indent=2))
        return
    for name, one in seen["directors"].items():
        daemon = f"keepalived {one['keepalived_pid']}" if one["keepalived_pid"] else "keepalived does not run"
        servers = ", ".join(f"{key} weight {weight}" for key, weight in one["real_servers"].items()) or "none"
        click.echo(f"{name}: {daemon}; VIPs: {', '.join(one['vips']) or 'none'}; real servers: {servers}")
    click.echo("web servers: " + ", ".join(f"{port} {'runs' if on else 'stopped'}" for port, on in seen["web"].items()))
    click.echo(f"return path: {seen['return_path']}; faults: {', '.join(seen['faults']) or 'none'}")


@lab.command("ssh-config")
@click.pass_obj
@_told
def ssh_config(directory: Path) -> None:
    """Print the path of an ssh_config with director1 and director2."""
    click.echo(Lab.attach(directory).ssh_config)


@lab.command("exec", context_settings={"ignore_unknown_options": True})
@click.argument("host", type=click.Choice(topology.HOSTS))
@click.argument("command", nargs=-1, required=True)
@click.pass_obj
@_told
def execute(directory: Path, host: str, command: tuple[str, ...]) -> None:
    """Run a command on a host of the lab; its exit status is this one's."""
    data = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
    running = Lab.attach(directory)
    sys.exit(
        running.stream(host, list(command), data, lambda name, chunk: click.echo(chunk, nl=False, err=name == "stderr"))
    )


@lab.command("return-path")
@click.argument("name", type=click.Choice(RETURN_PATHS))
@click.pass_obj
@_told
def return_path(directory: Path, name: str) -> None:
    """Change the way of the real server's answers while everything runs."""
    Lab.attach(directory).set_return_path(name)


def _fault_help() -> str:
    lines = [f"  {kind:19} {text}" for kind, text in {**DIRECTOR_FAULTS, **WEB_FAULTS}.items()]
    return "\n".join(
        ["Make something fail, until it is lifted.", "", "\b", "KIND is one of these (TARGET: director1, director2; a web",
         "server: 8081, 8082, 8083), or 'lift' to put everything right, or what", "is named after it:", *lines]
    )  # fmt: skip


@lab.command(help=_fault_help())
@click.argument("kind")
@click.argument("target", required=False)
@click.argument("lifted_target", required=False, metavar="")
@click.option(
    "--seconds", type=click.FloatRange(0.001, 60), default=5.0, show_default=True, help="The delay of web-slow."
)
@click.pass_obj
@_told
def fault(directory: Path, kind: str, target: str | None, lifted_target: str | None, seconds: float) -> None:
    running = Lab.attach(directory)
    if kind == "lift":
        for text in running.lift(target, lifted_target):
            click.echo(f"lifted: {text}")
        return
    if target is None or lifted_target is not None:
        raise LabError("Give one target: director1 or director2, or a web server's port.")
    running.fault(kind, target, seconds)


@lab.command()
@click.argument("kind", type=click.Choice(["requests", "hold"]))
@click.option("--count", type=click.IntRange(1), help="Requests (100), or connections held (1).")
@click.option(
    "--rate",
    type=click.FloatRange(0.01, 1000),
    default=10.0,
    show_default=True,
    help="Requests a second; of each connection held.",
)
@click.option("--seconds", type=click.FloatRange(0.1, 86400), default=60.0, show_default=True, help="At most so long.")
@click.option(
    "--source",
    type=click.Choice(topology.CLIENT_ADDRESSES),
    default=topology.CLIENT_ADDRESSES[0],
    show_default=True,
    help="The client's address.",
)
@click.option("--json", "as_json", is_flag=True)
@click.pass_obj
@_told
def traffic(
    directory: Path,
    kind: Literal["requests", "hold"],
    count: int | None,
    rate: float,
    seconds: float,
    source: str,
    as_json: bool,
) -> None:
    """Traffic from the client through the VIP, and what the client saw of it."""
    wish = Traffic(kind, count or (100 if kind == "requests" else 1), rate, seconds, source=source)
    running = Lab.attach(directory).start_traffic(wish)
    try:
        report = running.wait()
    except KeyboardInterrupt:
        report = running.report(stop=True)
    if as_json:
        click.echo(json.dumps(asdict(report)))
        return
    pages = ", ".join(f"{page}: {count}" for page, count in sorted(report.pages.items())) or "none"
    click.echo(
        f"{report.answered} of {report.sent} answered ({pages}); longest time without an answer {report.longest_gap_s} s"
    )
    for name, number in report.errors.items():
        click.echo(f"  {number} failed: {name}")
    for held in report.connections:
        click.echo(f"  held to {held['page']}: {held['exchanges']} exchanges, {held['error'] or 'whole'}")


@lab.command()
@click.pass_obj
@_told
def reset(directory: Path) -> None:
    """Everything as at first: faults lifted, both configurations and kernels as they were."""
    Lab.attach(directory).reset()
