"""Run `lvsctl lab …`, the command line of the lab: parse and print. The work is in lab.py."""

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

from lvstui.lab.client_traffic import Traffic
from lvstui.lab.errors import LabError
from lvstui.lab.fault_names import DIRECTOR_FAULTS, WEB_FAULTS
from lvstui.lab.guest import addresses
from lvstui.lab.lab import Lab
from lvstui.lab.limited_numbers import LabNumberRange, LabWholeRange
from lvstui.lab.options import RETURN_PATHS, LabOptions, builds_of, default_directory, pair

P = ParamSpec("P")
R = TypeVar("R")


def _examples(*lines: str) -> str:
    """Return an epilog that shows commands as they are typed."""
    return "\b\nExamples:\n" + "\n".join(f"  lvsctl lab {line}" for line in lines)


@click.group(
    epilog=_examples("up", "fault keepalived-stopped director1", "--name mixed up --release bookworm,trixie", "down")
)
@click.option("--name", default="default", show_default=True, help="The lab's name; several labs can run at once.")
@click.option("--directory", type=click.Path(path_type=Path), help="The lab's folder, instead of a name.")
@click.pass_context
def lab(context: click.Context, name: str, directory: Path | None) -> None:
    """Run a real LVS-NAT pair in a User Mode Linux guest."""
    context.obj = directory or default_directory(name)


def _report_errors(function: Callable[P, R]) -> Callable[P, R]:
    """Print a LabError as an error message, and exit with status 1."""

    @wraps(function)
    def reported(*arguments: P.args, **options: P.kwargs) -> R:
        try:
            return function(*arguments, **options)
        except BrokenPipeError:
            raise  # nobody reads what is printed any more: click's to end
        except ConnectionError as error:
            raise click.ClickException(
                f"The lab does not answer ({error}). Take it down with: lvsctl lab down"
            ) from error
        except LabError as error:
            raise click.ClickException(str(error)) from error

    return reported


@lab.command(epilog=_examples("up", "up --return-path single-nic --release bookworm,trixie"))
@click.option("--return-path", type=click.Choice(RETURN_PATHS), default="single-nic", show_default=True,
              help="How replies of the real servers return.")  # fmt: skip
@click.option("--release", default="bookworm", show_default=True,
              help="bookworm, trixie or bullseye; for a mixed pair, two with a comma between.")  # fmt: skip
@click.option(
    "--init", default="systemd", show_default=True, help="systemd or none; for one of each, two with a comma between."
)
@click.option("--services", type=LabWholeRange(0, 5000), default=0, help="The number of additional virtual servers.")
@click.option("--real-servers", type=LabWholeRange(1, 1000), default=10, show_default=True,
              help="Real servers of each of them; at most 30,000 in all.")  # fmt: skip
@click.option("--later", default="", metavar="RELEASE",
              help="Another release to keep at hand, for `lab upgrade`.")  # fmt: skip
@click.option("--keepalived", default="", metavar="PATH[,PATH]",
              help="The folder of another build of keepalived (sbin/keepalived); \",PATH\" is for director2 only.")  # fmt: skip
@click.pass_obj
@_report_errors
def up(
    directory: Path,
    return_path: str,
    release: str,
    init: str,
    services: int,
    real_servers: int,
    later: str,
    keepalived: str,
) -> None:
    """Start the lab and print how to connect."""
    builds = builds_of(keepalived)
    options = LabOptions(pair(release), pair(init), return_path, services, real_servers, keepalived=builds, later=later)
    click.echo(f"Starting the lab; it is given up when it is not ready within {options.ready_limit_s:.0f} s.", err=True)
    begun = time.monotonic()
    running = Lab.up(options, directory)
    click.echo(f"The lab is ready after {time.monotonic() - begun:.1f} s.")
    click.echo(f"  lvstui -F {running.ssh_config} director1 director2")
    click.echo(f"  ssh -F {running.ssh_config} director1     (root; director1-ops: sudo, director1-watch: none)")
    click.echo(f"  Send requests from the client:  lvsctl lab traffic requests      VIP: {addresses.SERVICE_VIP}:80")


@lab.command(epilog=_examples("down"))
@click.pass_obj
@_report_errors
def down(directory: Path) -> None:
    """Stop the lab; no process and no file is left."""
    Lab.attach(directory).down()


@lab.command(epilog=_examples("status", "status --json"))
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
@click.pass_obj
@_report_errors
def status(directory: Path, as_json: bool) -> None:
    """Show the Directors and web servers as the guest sees them."""
    running = Lab.attach(directory)
    seen = running.status()
    if as_json:
        click.echo(json.dumps({"directory": str(directory), "ports": running.state.ports, **seen}, indent=2))
        return
    for name, one in seen["directors"].items():
        daemon = f"keepalived {one['keepalived_pid']}" if one["keepalived_pid"] else "keepalived is not running"
        servers = ", ".join(f"{key} weight {weight}" for key, weight in one["real_servers"].items()) or "none"
        click.echo(f"{name}: {daemon}; VIPs: {', '.join(one['vips']) or 'none'}; real servers: {servers}")
    click.echo(
        "web servers: " + ", ".join(f"{port} {'running' if on else 'stopped'}" for port, on in seen["web"].items())
    )
    click.echo(f"return path: {seen['return_path']}; faults: {', '.join(seen['faults']) or 'none'}")


@lab.command("ssh-config", epilog='\b\nExamples:\n  lvstui -F "$(lvsctl lab ssh-config)" director1 director2')
@click.pass_obj
@_report_errors
def ssh_config(directory: Path) -> None:
    """Print the path of the lab's ssh_config. It has director1, director2 and client."""
    click.echo(Lab.attach(directory).ssh_config)


@lab.command(
    "exec",
    context_settings={"ignore_unknown_options": True},
    epilog=_examples("exec director1 ipvsadm -L -n", "exec director2 journalctl -u keepalived"),
)
@click.argument("host", type=click.Choice(addresses.HOSTS))
@click.argument("command", nargs=-1, required=True)
@click.pass_obj
@_report_errors
def execute(directory: Path, host: str, command: tuple[str, ...]) -> None:
    """Run a command on a host of the lab. The exit status is that of the command."""
    data = b"" if sys.stdin.isatty() else sys.stdin.buffer.read()
    running = Lab.attach(directory)
    sys.exit(
        running.stream(host, list(command), data, lambda name, chunk: click.echo(chunk, nl=False, err=name == "stderr"))
    )


@lab.command("return-path", epilog=_examples("return-path single-nic"))
@click.argument("name", type=click.Choice(RETURN_PATHS))
@click.pass_obj
@_report_errors
def return_path(directory: Path, name: str) -> None:
    """Change the return path of replies while the lab runs."""
    Lab.attach(directory).set_return_path(name)


def _fault_help() -> str:
    lines = [f"  {kind:19} {text}" for kind, text in {**DIRECTOR_FAULTS, **WEB_FAULTS}.items()]
    return "\n".join(
        ["Cause a fault that lasts until it is lifted.", "", "\b", "KIND is one of these (TARGET: director1, director2; a web",
         "server: 8081, 8082, 8083). 'lift' lifts every fault, or those that", "are named after it:", *lines]
    )  # fmt: skip


@lab.command(
    help=_fault_help(),
    epilog=_examples("fault keepalived-stopped director1", "fault web-slow 8082 --seconds 2", "fault lift"),
)
@click.argument("kind")
@click.argument("target", required=False)
@click.argument("lifted_target", required=False, metavar="")
@click.option(
    "--seconds",
    type=LabNumberRange(0.001, 60),
    default=5.0,
    show_default=True,
    help="The delay of web-slow, in seconds.",
)
@click.pass_obj
@_report_errors
def fault(directory: Path, kind: str, target: str | None, lifted_target: str | None, seconds: float) -> None:
    if kind != "lift" and kind not in {**DIRECTOR_FAULTS, **WEB_FAULTS}:
        raise click.UsageError(f"{kind!r} is not a fault. Give lift, {', '.join([*DIRECTOR_FAULTS, *WEB_FAULTS])}.")
    running = Lab.attach(directory)
    if kind == "lift":
        for text in running.lift(target, lifted_target):
            click.echo(f"lifted: {text}")
        return
    if target is None or lifted_target is not None:
        raise LabError("Give one target: director1, director2, or the port of a web server.")
    running.fault(kind, target, seconds)


@lab.command(epilog=_examples("traffic requests --count 1000 --rate 50", "traffic hold --count 5 --seconds 300"))
@click.argument("kind", type=click.Choice(["requests", "hold"]))
@click.option(
    "--count", type=LabWholeRange(1), help="The number of requests (default 100) or of held connections (default 1)."
)
@click.option(
    "--rate",
    type=LabNumberRange(0.01, 1000),
    default=10.0,
    show_default=True,
    help="Requests per second; for hold, on each connection.",
)
@click.option(
    "--seconds",
    type=LabNumberRange(0.1, 86400),
    default=60.0,
    show_default=True,
    help="The longest duration, in seconds.",
)
@click.option(
    "--source",
    type=click.Choice(addresses.CLIENT_ADDRESSES),
    default=addresses.CLIENT_ADDRESSES[0],
    show_default=True,
    help="The client's address.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
@click.pass_obj
@_report_errors
def traffic(
    directory: Path,
    kind: Literal["requests", "hold"],
    count: int | None,
    rate: float,
    seconds: float,
    source: str,
    as_json: bool,
) -> None:
    """Send traffic from the client to the VIP. Prints what the client saw."""
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
    late = f", {report.late} of them after 0.5 s or more" if report.late else ""
    click.echo(
        f"{report.answered} of {report.sent} answered ({pages}){late}; longest gap between answers {report.longest_gap_s} s"
    )
    for name, number in report.errors.items():
        click.echo(f"  {number} failed: {name}")
    for held in report.connections:
        click.echo(f"  held to {held['page']}: {held['exchanges']} exchanges, {held['error'] or 'unbroken'}")


@lab.command(epilog=_examples("up --later trixie", "upgrade director2"))
@click.argument("director", type=click.Choice(addresses.DIRECTORS))
@click.pass_obj
@_report_errors
def upgrade(directory: Path, director: str) -> None:
    """Reboot a Director with the later release. Its files are kept; stop keepalived there first."""
    Lab.attach(directory).upgrade(director)


@lab.command(epilog=_examples("reset"))
@click.pass_obj
@_report_errors
def reset(directory: Path) -> None:
    """Reset the lab. Lifts every fault and restores both configurations and kernels."""
    Lab.attach(directory).reset()
