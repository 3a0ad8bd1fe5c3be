"""Run the benchmarks, each in a process of its own; some bring up a lab.

Two are run by hand: `bench_ipvs` on a Director, and `bench_handover`, which takes a quarter of an hour.
"""

from __future__ import annotations

import subprocess
import sys

BENCHES = (
    "bench_start",
    "bench_rest",
    "bench_cluster",
    "bench_config",
    "bench_console",
    "bench_shown",
    "bench_down",
    "bench_plan",
    "bench_pace",
    "bench_record",
    "bench_replay_week",
    "bench_failover",
    "bench_change",
    "bench_large_change",
)


def main() -> int:
    """0 when every benchmark met what it promises."""
    missed = [name for name in BENCHES if subprocess.run([sys.executable, "-m", f"tests.bench.{name}"]).returncode]
    for name in missed:
        print(f"{name} missed what it promises", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
