"""Speak to the guest's control port: one request per connection (see guest/control.py)."""

from __future__ import annotations

import base64
import json
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lvstui.lab.errors import LabError

ANSWER_TIMEOUT_S = 300.0
Output = Callable[[str, bytes], None]


@dataclass(frozen=True)
class CommandResult:
    """A command that has ended in the lab; `status` is 128 + n when signal n ended it."""

    status: int
    stdout: str
    stderr: str


class ControlLink:
    """The way to the guest: the port and the secret. It holds no connection."""

    def __init__(self, port: int, secret: str) -> None:
        self._port = port
        self._secret = secret

    def ask(
        self,
        operation: str,
        *,
        timeout_s: float | None = ANSWER_TIMEOUT_S,
        output: Output | None = None,
        **arguments: object,
    ) -> Any:
        """Return the guest's answer. Raises LabError with its reason, ConnectionError when there is no guest."""
        request = json.dumps({"operation": operation, "secret": self._secret, **arguments}) + "\n"
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=timeout_s) as connection:
                connection.sendall(request.encode())
                with connection.makefile("r", encoding="utf-8") as stream:
                    return self._receive(operation, stream, output)
        except TimeoutError as error:
            raise LabError(f"the guest did not answer '{operation}' within {timeout_s} s.") from error

    def _receive(self, operation: str, stream: Any, output: Output | None) -> Any:
        for line in stream:
            message = json.loads(line)
            if "error" in message:
                raise LabError(f"the guest could not do '{operation}': {message['error']}")
            if "result" in message:
                return message["result"]
            for name, data in message.items():
                if output is not None:
                    output(name, base64.b64decode(data))
        raise ConnectionError(f"the guest closed the connection during '{operation}'")

    def execute(
        self, host: str, argv: list[str], stdin: bytes = b"", timeout_s: float = ANSWER_TIMEOUT_S
    ) -> CommandResult:
        """Run a command on a host of the lab and collect what it writes."""
        collected: dict[str, list[bytes]] = {"stdout": [], "stderr": []}
        encoded = base64.b64encode(stdin).decode()
        status = self.ask(
            "exec",
            host=host,
            argv=argv,
            stdin=encoded,
            timeout_s=timeout_s,
            output=lambda name, data: collected[name].append(data),
        )
        texts = {name: b"".join(parts).decode(errors="replace") for name, parts in collected.items()}
        return CommandResult(int(status), texts["stdout"], texts["stderr"])
