"""What a huge keepalived.conf costs: 1,000 virtual x 30 real servers, 248,000 lines; beside `keepalived -t`
where that is installed.

Targets: read in 3 s, edited in 0.2 s more, less than 500 MB. Run by `make bench`, or alone: python -m tests.bench.bench_config
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

from lvstui.keepalived import Files, edit, load, parse, render

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


def keepalived_test(data: bytes) -> str:
    """How long `keepalived -t` takes for the same, in namespaces of its own."""
    if shutil.which("keepalived") is None:
        return "keepalived is not installed here"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "keepalived.conf"
        path.write_bytes(data)
        begin = time.perf_counter()
        subprocess.run(
            ["unshare", "--kill-child", "-m", "-p", "-f", "-n", "keepalived", "-t", "-f", path], check=False, timeout=60
        )
        return f"keepalived -t {time.perf_counter() - begin:.2f} s"


def main() -> int:
    data = configuration()
    begin = time.perf_counter()
    whole = render(parse(data)) == data
    parsed = time.perf_counter()
    read = load("keepalived.conf", Files({"keepalived.conf": data}, {}), "director1", (2, 2, 7))
    loaded = time.perf_counter()
    server = read.virtual_servers[VIRTUAL // 2]
    made = edit.drain(read, server.id, server.real_servers[0].key, by="bench", when=datetime(2026, 11, 22, 14, 1))
    edited = time.perf_counter()
    changed = edit.diff(made)
    shown = time.perf_counter()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{data.count(NEWLINE):,} lines, {len(data) / 1e6:.1f} MB; {keepalived_test(data)}")
    print(f"tree and back {parsed - begin:.2f} s   read {loaded - parsed:.2f} s (target {READ_S})")
    print(f"drained {edited - loaded:.3f} s (target {EDIT_S})   diff {shown - edited:.3f} s")
    print(f"memory {memory:.0f} MB (target {MEMORY_MB})")
    assert whole and changed.count("\n+ ") == 1
    return int(loaded - parsed > READ_S or edited - loaded > EDIT_S or memory > MEMORY_MB)


if __name__ == "__main__":
    sys.exit(main())
