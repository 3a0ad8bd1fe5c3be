"""Run the suite on a machine that is made slow: with the priority that `nice` gives, beside two loops that use all they get.

python -m tests.support.slowed [ARGUMENTS OF PYTEST]     what passes quickly must pass here too
"""

from __future__ import annotations

import os
import subprocess
import sys

LOOPS = 2
# Ends by itself when whoever started it is gone.
_BUSY = "import os\nparent = os.getppid()\nwhile os.getppid() == parent:\n    for _ in range(100_000):\n        pass\n"


def main(arguments: list[str]) -> int:
    """Return pytest's exit status."""
    # Each in a session of its own, as other work is: Linux shares processors between sessions first (sched(7), autogroup).
    loops = [subprocess.Popen([sys.executable, "-c", _BUSY], start_new_session=True) for _ in range(LOOPS)]
    try:
        return subprocess.run(
            [sys.executable, "-m", "pytest", *arguments], check=False, preexec_fn=lambda: os.nice(10)
        ).returncode
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
