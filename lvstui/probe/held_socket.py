"""Hold one TCP connection open, and tell what becomes of it. Nothing is sent on it but TCP's own keepalive, once a second.

The other end's kernel acknowledges each keepalive, whatever the service speaks, so the time since the last acknowledgement
(tcp(7), TCP_INFO) tells whether anybody still answers on this connection.
"""

from __future__ import annotations

import socket
import struct
import sys
from typing import Optional

SURVIVED, RESET, SILENT, CLOSED, NOT_OPENED = "survived", "reset", "silent", "closed", "not opened"
_QUIET = 3.0  # seconds without an acknowledgement, of which one is due each second
_LAST_ACK_RECV = 8 + 12 * 4  # bytes into struct tcp_info; in milliseconds
_INFO = 104  # bytes of it that each kernel has
_CHUNK = 65536


class HeldSocket:
    """The connection. `fate` is None while it holds."""

    def __init__(self) -> None:
        self.fate: Optional[str] = NOT_OPENED
        self.at: Optional[float] = None  # when it was seen to end, or since when it is silent
        self.longest_silence = 0.0
        self._socket: Optional[socket.socket] = None

    def hold(self, connected: socket.socket) -> None:
        """Take over a connection that was made."""
        for option, value in (("TCP_KEEPIDLE", 1), ("TCP_KEEPINTVL", 1), ("TCP_KEEPCNT", 127)):
            if hasattr(socket, option):
                connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._socket, self.fate = connected, None

    def look(self, now: float) -> bool:
        """Look what has become of it. Return True if that is something new."""
        if self._socket is None or self.fate is not None:
            return False
        try:
            ended = CLOSED if self._socket.recv(_CHUNK) == b"" else None
        except (BlockingIOError, InterruptedError):
            ended = None
        except TimeoutError:
            ended = SILENT
        except OSError as error:
            ended = RESET if isinstance(error, ConnectionError) else SILENT
        if ended is not None:
            self.fate, self.at = ended, now
            return True
        self.longest_silence = max(self.longest_silence, self._silence())
        return False

    def end(self, now: float) -> None:
        """Close it: the probe is over."""
        self.look(now)
        if self._socket is None:
            return
        if self.fate is None:
            silence = self._silence()
            self.fate, self.at = (SILENT, now - silence) if silence >= _QUIET else (SURVIVED, None)
        self._socket.close()
        self._socket = None

    def _silence(self) -> float:
        """Return the seconds since the last acknowledgement; 0.0 where the system does not tell."""
        if self._socket is None or not sys.platform.startswith("linux"):
            return 0.0
        info = self._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO)
        return float(struct.unpack_from("=I", info, _LAST_ACK_RECV)[0]) / 1000
