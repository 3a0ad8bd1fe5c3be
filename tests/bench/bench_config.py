"""What a huge keepalived.conf costs: 1,000 virtual x 30 real servers, 248,000 lines; beside `keepalived -t`, both on a
Director of the lab, where keepalived is.

Targets: read in 3 s, edited in 0.2 s more, less than 500 MB. Run by `make bench`, or alone: python -m tests.bench.bench_config
"""

from __future__ import annotations

import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import datetime
from pathlib import Path

from lvstui.keepalived import MemoryFiles, load, parse, render
from lvstui.keepalived.editing import edit
from tests.support.paths import ROOT

VIRTUAL, REAL = 1000, 30
NEWLINE = b"\n"
READ_S, EDIT_S, MEMORY_MB = 3.0, 0.2, 500


def configuration() -> bytes:
    real = (
        "    real_server 192.168.{low}.{real} {port} {{\n        weight {weight}\n        TCP_CHECK {{\n"
        "            connect_timeout 3\n            retry 3\n            delay_before_retry 3\n        }}\n    }}\n"
    )
    text = []
    for number in range(VIRTUAL):
        high, low = divmod(number, 256)
        text.append(f"virtual_server 10.{high}.{low}.1 80 {{\n    delay_loop 6\n    lb_algo wrr\n    lb_kind NAT\n")
        text.append("    protocol TCP\n\n")
        text += [real.format(low=low, real=n + 1, port=8000 + high, weight=n % 5 + 1) for n in range(REAL)]
        text.append("}\n\n")
    return "".join(text).encode()


def measure(data: bytes) -> dict[str, float]:
    """Seconds and megabytes for one file, in this process."""
    begin = time.perf_counter()
    whole = render(parse(data)) == data
    parsed = time.perf_counter()
    read = load("keepalived.conf", MemoryFiles({"keepalived.conf": data}, {}), "director1", (2, 2, 7))
    loaded = time.perf_counter()
    server = read.virtual_servers[VIRTUAL // 2]
    made = edit.drain(read, server.id, server.real_servers[0].key, by="bench", when=datetime(2026, 11, 22, 14, 1))
    edited = time.perf_counter()
    changed = edit.diff(made)
    shown = time.perf_counter()
    assert whole and changed.count("\n+ ") == 1
    return {
        "tree": parsed - begin,
        "read": loaded - parsed,
        "drained": edited - loaded,
        "diff": shown - edited,
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def keepalived_test(data: bytes) -> float:
    """Seconds that `keepalived -t` takes for the same; it is PID 1 of its namespace."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keepalived.conf"
        path.write_bytes(data)
        argv = ["unshare", "--kill-child", "-p", "-f", "keepalived", "-t", "-f", str(path)]
        begin = time.perf_counter()
        subprocess.run(argv, check=False, timeout=60, capture_output=True)
        return time.perf_counter() - begin


def on_a_director() -> dict[str, float]:
    """Both on a Director of the lab, in the same run."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for module in (ROOT / "lvstui/keepalived").rglob("*.py"):
            archive.write(module, module.relative_to(ROOT))
        for name in ("lvstui/__init__.py", "tests/__init__.py", "tests/bench/__init__.py"):
            archive.writestr(name, "")
        archive.writestr("tests/support/__init__.py", "")
        for name in ("tests/support/paths.py", "tests/bench/bench_config.py"):
            archive.write(ROOT / name, name)
    from tests.support.bench_lab import a_lab  # on the Director itself there is none

    with a_lab() as lab:
        lab.exec("director1", ["sh", "-c", "cat > /run/bench.zip"], buffer.getvalue())
        script = (
            "import sys; sys.path.insert(0, '/run/bench.zip'); from tests.bench import bench_config as b; b.compare()"
        )
        done = lab.exec("director1", ["python3", "-c", script], timeout_s=120)
    if done.status:
        raise SystemExit(done.stderr)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def compare() -> None:
    """Print what `measure` gives and what `keepalived -t` takes, as JSON."""
    data = configuration()
    print(json.dumps({**measure(data), "keepalived": keepalived_test(data)}))


def main() -> int:
    data = configuration()
    here = measure(data)
    print(f"{data.count(NEWLINE):,} lines, {len(data) / 1e6:.1f} MB")
    print(f"tree and back {here['tree']:.2f} s   read {here['read']:.2f} s (target {READ_S})")
    print(f"drained {here['drained']:.3f} s (target {EDIT_S})   diff {here['diff']:.3f} s")
    print(f"memory {here['memory_mb']:.0f} MB (target {MEMORY_MB})")
    there = on_a_director()
    ratio = there["read"] / there["keepalived"]
    print(
        f"on a Director of the lab: read {there['read']:.2f} s, keepalived -t {there['keepalived']:.2f} s (ratio {ratio:.1f})"
    )
    return int(here["read"] > READ_S or here["drained"] > EDIT_S or here["memory_mb"] > MEMORY_MB)


if __name__ == "__main__":
    sys.exit(main())
