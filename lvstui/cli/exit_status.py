"""Name the exit statuses of `lvsctl` that no outcome gives (see `cluster.plan.outcome`), and give one where output is lost.

They are a contract: docs/lvsctl.md.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from typing import Any

import click

REFUSED = 1
USAGE = 2
UNREACHABLE = 3
_OF_OUTPUT = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EPIPE)


class ToldLostOutput(click.Command):
    """A command that writes all of its output before it ends, and says so where it cannot.

    Not for what a change tells, whose exit status is of the Directors and of nothing else (see `output.put`).
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run as click does; 1 where output was lost: in one line where the disk is full, in none where the reader has gone."""
        try:
            try:
                return super().main(*args, **kwargs)
            finally:
                sys.stdout.flush()  # or Python would try at its very end, and tell of it in words of its own
        except OSError as error:
            if error.filename is not None or error.errno not in _OF_OUTPUT:
                raise
            with contextlib.suppress(OSError):
                if error.errno != errno.EPIPE:
                    click.echo(f"Error: the output could not be written: {error.strerror}", err=True)
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(OSError), open(os.devnull, "wb") as nowhere:
                    os.dup2(nowhere.fileno(), stream.fileno())  # what is left is flushed at the end
            sys.exit(REFUSED)
