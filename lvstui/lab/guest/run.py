"""Run a command inside one of the lab's hosts and send its output as it comes."""

from __future__ import annotations

import base64
import selectors
import subprocess
import threading
from collections.abc import Callable
from typing import IO, Any, cast

from .director_host import ENVIRONMENT

_CHUNK = 65536


def command(enter: list[str], request: dict[str, Any], answer: Callable[[dict[str, Any]], None]) -> int:
    """Run `request["argv"]` behind `enter`; return its status, 128 + n when signal n ended it. Ends it with the asker."""
    process = subprocess.Popen(
        [*enter, *request["argv"]],
        env={**ENVIRONMENT, "HOME": "/root", "TERM": "dumb"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd="/",
        bufsize=0,
    )
    feeder = threading.Thread(target=_feed, args=(process, base64.b64decode(request.get("stdin", ""))), daemon=True)
    feeder.start()
    try:
        _relay(process, answer)
    except BaseException:
        process.kill()
        raise
    finally:
        status = process.wait()
        feeder.join()
    return status if status >= 0 else 128 - status


def _feed(process: subprocess.Popen[bytes], data: bytes) -> None:
    stdin = cast("IO[bytes]", process.stdin)
    try:
        view = memoryview(data)
        while view:
            view = view[stdin.write(view) :]
        stdin.close()
    except BrokenPipeError:
        pass  # the command did not want its input


def _relay(process: subprocess.Popen[bytes], answer: Callable[[dict[str, Any]], None]) -> None:
    with selectors.DefaultSelector() as selector:
        selector.register(cast("IO[bytes]", process.stdout), selectors.EVENT_READ, "stdout")
        selector.register(cast("IO[bytes]", process.stderr), selectors.EVENT_READ, "stderr")
        while selector.get_map():
            for key, _ in selector.select():
                stream = cast("IO[bytes]", key.fileobj)
                data = stream.read(_CHUNK)
                if not data:
                    selector.unregister(stream)
                    stream.close()
                    continue
                answer({key.data: base64.b64encode(data).decode()})
