"""How long the kernel's table takes to read, beside ipvsadm in the same run: `python3 bench_ipvs.py` on a Director, as root.

Builds its own table in a network namespace of its own (`unshare -n`), so that a Director's own table is not touched:

    unshare -n python3 -m tests.bench.bench_ipvs

Runs on the Director's own python3; prints one JSON object, times in milliseconds, the best and the median of all runs.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import time
from collections.abc import Callable

from lvstui.director.linux.ipvs.ipvs_reader import IpvsReader

SERVICES, REAL_SERVERS_EACH, RUNS = 100, 100, 15


def build() -> None:
    """10,000 real servers behind 100 services."""
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    lines: list[str] = []
    for service in range(SERVICES):
        vip = f"10.10.{service}.20:80"
        lines.append(f"-A -t {vip} -s wlc")
        lines += [f"-a -t {vip} -r 172.16.{service}.{n + 1}:8080 -m -w {n}" for n in range(REAL_SERVERS_EACH)]
    subprocess.run(["ipvsadm", "-R"], input="\n".join(lines) + "\n", text=True, check=True)


def timed(call: Callable[[], object]) -> dict[str, float]:
    wall, cpu = [], []
    for _ in range(RUNS):
        before, began = _cpu(), time.perf_counter()
        call()
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((_cpu() - before) * 1000)
    return {
        "best_ms": round(min(wall), 1),
        "median_ms": round(statistics.median(wall), 1),
        "cpu_median_ms": round(statistics.median(cpu), 1),
    }


def _cpu() -> float:
    kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    return sum(used.ru_utime + used.ru_stime for used in map(resource.getrusage, kinds))


def ipvsadm() -> None:
    subprocess.run(["ipvsadm", "-Ln", "--stats", "--exact"], stdout=subprocess.DEVNULL, check=True)


def main() -> None:
    build()
    reader = IpvsReader()
    began = time.perf_counter()
    table = reader.read()
    first = (time.perf_counter() - began) * 1000
    count = sum(len(real_servers) for _, real_servers in table.services)
    if count != SERVICES * REAL_SERVERS_EACH or not table.counters:
        raise SystemExit(f"the table shows {count} real servers")
    ours, theirs = timed(reader.read), timed(ipvsadm)
    result = {
        "real_servers": count,
        "first_read_ms": round(first, 1),
        "ours": ours,
        "ipvsadm": theirs,
        "ratio_of_medians": round(ours["median_ms"] / theirs["median_ms"], 2),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
