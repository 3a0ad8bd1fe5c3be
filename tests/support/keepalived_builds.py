"""Asks builds of keepalived what they read in a file, for versions of which no answers are kept: slow, outside the suite.

$LVSTUI_KEEPALIVED_BUILDS names the folder with the builds, each as VERSION/sbin/keepalived, made from sources that
`keepalived_instrument` has changed. They are asked as root, in namespaces of their own.

Not for: our reading of the files (see `corpora`).
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from lvstui.keepalived.parsing.dialect import Version, version_of

FOLDER = os.environ.get("LVSTUI_KEEPALIVED_BUILDS")
_OLDEST: Version = (2, 0, 20)
_PATIENCE_S = 60.0
_SIGNALLED = 128  # exit status of a shell, and more: its command was ended by a signal
_KILLED = _SIGNALLED + 9
_MACHINE = """hostname vm
mount --bind "$1/passwd" /etc/passwd
ip -force -batch "$1/links" >"$1/ip" 2>&1
KEEPALIVED_DUMP="$1" exec timeout -s KILL 10 "$2" -t -f "$3" >"$1/said" 2>&1"""
_CHECKERS = "------< Health checkers >------"
_USERS = "root keepalived keepalived_script nobody haproxy quentin user pi redis geoclue"
_INTERFACE = re.compile(
    rb"(?:\b(?:interface|dev|lvs_sync_daemon|lvs_sync_daemon_interface|oif|iif)\s+|=\s*)([\w.-]{1,15})"
)
_TRACKED = re.compile(rb"\btrack_interface\s*\{([^}]*)\}")
_LIKE_ONE = re.compile(rb"\b(?:eth|en[ospx]|bond|br|em|lan|vlan|wlan|team)[\w.-]{0,12}\b")


def builds() -> dict[Version, Path]:
    """Return the builds that are there, the oldest first; the dump of an older version than 2.0.20 has another form."""
    found = Path(FOLDER).glob("*/sbin/keepalived") if FOLDER else ()
    named = {
        version: path for path in found if (version := version_of(path.parts[-3])) is not None and version >= _OLDEST
    }
    return dict(sorted(named.items()))


def answers(build: Path, files: list[Path]) -> list[dict[str, Any]]:
    """Ask a build for each file."""
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(lambda path: answer(build, path), files))


def answer(build: Path, path: Path) -> dict[str, Any]:
    """Return what a build reads in a file, on a machine of its own with every interface that the file names."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.joinpath("passwd").write_text("".join(f"{user}:x:0:0::/:/bin/sh\n" for user in _USERS.split()))
        folder.joinpath("links").write_text("".join(_links(path)))
        command = ["unshare", "-n", "-m", "-p", "-u", "-f", "sh", "-c", _MACHINE, "sh", name, str(build), path.name]
        done = subprocess.run(command, cwd=path.parent, timeout=_PATIENCE_S, check=False)
        return told(folder, done.returncode)


def told(folder: Path, status: int) -> dict[str, Any]:
    """Return what a build has written into the folder, in the form of the answers that are kept."""
    if status == _KILLED or status > _SIGNALLED:
        return {"hangs": True} if status == _KILLED else {"crashed": True}
    check, vrrp = _lines(folder / "check"), _lines(folder / "vrrp")
    checkers = _checkers(check or [])
    return {
        "status": status,
        "virtual_servers": None if check is None else _virtual_servers(check),
        "checkers": [one[:2] for one in checkers],
        "values": checkers,
        "vrrp": None if vrrp is None else _instances(vrrp),
    }


def _lines(path: Path) -> list[str] | None:
    return path.read_text(errors="surrogateescape").splitlines() if path.exists() else None


def _links(path: Path) -> Iterator[str]:
    """Return the commands that make each interface that a file, or one beside it that it includes, names."""
    texts = [path.read_bytes()]
    for name in re.findall(rb"^\s*include\w?\s+\"?([^\s\"]+)", texts[0], re.MULTILINE):
        texts += [one.read_bytes() for one in path.parent.glob(name.decode().lstrip("/")) if one.is_file()]
    names = {name.decode() for text in texts for find in (_INTERFACE, _LIKE_ONE) for name in find.findall(text)}
    names |= {
        word.decode()
        for text in texts
        for block in _TRACKED.findall(text)
        for word in re.findall(rb"^\s*([\w.-]+)", block, re.M)
    }
    for number, name in enumerate(sorted(one for one in names if len(one) <= 15 and not one.startswith("vrrp"))):
        yield f"link add {name} type bridge\n"
        yield f"addr add 10.{240 + number // 250}.{number % 250}.1/32 dev {name}\n"
        yield f"addr add fe80::1:{number:x}/128 dev {name} nodad\n"
        yield f"link set {name} up\n"


def _value(line: str, name: str) -> str | None:
    head, equals, value = line.strip().partition(" = ")
    return value if equals and head == name else None


def _parts(lines: list[str], begins: str) -> Iterator[list[str]]:
    """Return the lines of each part that begins with a line like that one, to the end of its section."""
    found: list[str] | None = None
    for line in lines:
        if line.strip().startswith(begins) or line.startswith("------<"):
            if found is not None:
                yield found
            found = None if line.startswith("------<") else []
        elif found is not None:
            found.append(line)
    if found is not None:
        yield found


def _virtual_servers(lines: list[str]) -> list[dict[str, Any]]:
    return [_virtual_server(part) for part in _parts(lines, "------< Virtual server >")]


def _virtual_server(lines: list[str]) -> dict[str, Any]:
    own: list[str] = []
    for line in lines:
        if "------<" in line:
            break
        own.append(line)
    named = dict(line.strip().partition(" = ")[::2] for line in own)
    words = [line.strip() for line in own]
    quorum = re.search(r"quorum = (\d+), hysteresis = (\d+)", "\n".join(own))
    assert quorum is not None
    return {
        "name": own[0].strip().removeprefix("VS "),
        "protocol": named["protocol"],
        "scheduler": named["lvs_sched"],
        "method": _method(own),
        "quorum": int(quorum[1]),
        "hysteresis": int(quorum[2]),
        "delay_loop": float(named["delay_loop"]),
        "persistence_timeout": named.get("persistence timeout"),
        "ops": named["One packet scheduling"].startswith("enabled"),
        "alpha": "alpha is ON" in words,
        "omega": "omega is ON" in words,
        "inhibit_on_failure": _own_inhibit(words),
        "sorry_server": _sorry(named.get("sorry server") or named.get("sorry server (duplicates rs)")),
        "real_servers": [_real_server(part) for part in _parts(lines, "------< Real server >")],
    }


def _method(lines: list[str]) -> str | None:
    """Return the method that a dump tells; where it is GUE or GRE keepalived leaves out that it is the default one."""
    found = (re.match("   (?:default )?forwarding method = ([A-Z]+)", line) for line in lines)
    return next((one[1] for one in found if one), None)


def _own_inhibit(words: list[str]) -> bool:
    return next(word for word in words if word.startswith("Inhibit on failure")).endswith("ON")


def _sorry(told: str | None) -> str | None:
    if told is None:
        return None
    address, _, port = told.strip("[").partition("]")
    port = port.rpartition(":")[2]
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _real_server(lines: list[str]) -> dict[str, Any]:
    first = re.search(r"RIP = (\S+), RPORT = (\d+), WEIGHT = (-?\d+)", lines[0])
    assert first is not None, lines[0]
    words = [line.strip() for line in lines]
    low, high = next(word for word in words if word.startswith("connection limit range")).split(" = ")[1].split(" -> ")
    return {
        "ip": first[1],
        "port": int(first[2]),
        "weight": int(first[3]),
        "method": _method(lines),
        "inhibit_on_failure": _own_inhibit(words),
        "alpha": "Alpha is ON" in words,
        "lthreshold": int(low),
        "uthreshold": int(high),
    }


def _checkers(lines: list[str]) -> list[list[Any]]:
    """Return address, kind, retry, delay_before_retry, delay_loop, warmup, connect_timeout and alpha of each checker."""
    found: list[list[str]] = []
    for line in lines[lines.index(_CHECKERS) + 1 :] if _CHECKERS in lines else ():
        if line.startswith("------<"):
            break
        if " -> " in line and line.startswith(" ") and not line.startswith("  "):
            found.append([])
        found[-1].append(line)
    return [_checker(part) for part in found]


def _checker(lines: list[str]) -> list[Any]:
    told: dict[str, str] = {}
    for line in lines[1:]:
        name, _, value = line.strip().partition(" = ")
        told.setdefault(name, value)
    kind = told["Keepalive method"].partition(",")[0]
    retry = int(told.get("Retry count") or told.get("Retries") or 0)
    times = (told.get("Retry delay") or told.get("Delay before retry") if retry else None, told.get("Delay loop"))
    alpha = "Alpha is ON" in told if "Alpha is ON" in told or "Alpha is OFF" in told else told.get("Alpha") == "yes"
    timeout = told.get("Timeout")
    address = re.split(r" -> \[?", lines[0])[1].partition("]")[0]
    return [address, kind, retry, *map(_seconds, (*times, told.get("Warmup"), timeout)), alpha]


def _seconds(told: str | None) -> float | None:
    """Return a time, which is told in seconds or, with its unit, in microseconds; None where it is not told."""
    if told is None:
        return None
    return int(told.removesuffix(" us")) / 1_000_000 if told.endswith(" us") else float(told)


def _instances(lines: list[str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    part = ""
    for line in lines:
        if (name := _value(line, "VRRP Instance")) is not None and line.startswith(" VRRP"):
            found.append({"name": name, "vips": [], "vips_excluded": [], "unicast_peers": []})
        elif line.startswith("------<") and found:
            break
        elif found and line.startswith("     "):
            if part and (words := line.split()):
                found[-1][part].append(words[0].partition("/")[0])
        elif found:
            part = _list_of(line)
            _take(found[-1], line)
    return found


def _list_of(line: str) -> str:
    heads = {"Virtual IP Excluded": "vips_excluded", "Virtual IP": "vips", "Unicast Peer": "unicast_peers"}
    return next((heads[name] for name in heads if re.fullmatch(rf"   {name} (:|= \d+)", line)), "")


_TOLD = {
    "Virtual Router ID": "vrid", "Priority": "priority", "Wantstate": "state", "VRRP Version": "version",
    "Interface": "interface", "Preempt": "preempt",
}  # fmt: skip


def _take(instance: dict[str, Any], line: str) -> None:
    name, _, value = line.strip().partition(" = ")
    if name in _TOLD:
        instance.setdefault(_TOLD[name], value)
    elif name == "Advert interval":
        number, unit = value.split()[:2]
        instance["advert_int"] = float(number) / (1000 if unit.startswith("milli") else 1)
