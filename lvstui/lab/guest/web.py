"""Serve the seed's three web servers on the real server: one nginx each, with a page of its own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from . import addresses
from .networks import in_network

_CONFIG = """daemon off; master_process off; pid /run/web/{port}.pid; error_log /run/web/{port}.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_timeout 1d; keepalive_requests 1000000; client_header_timeout 1d;
  client_body_temp_path /run/web/{port}-body; proxy_temp_path /run/web/{port}-proxy;
  fastcgi_temp_path /run/web/{port}-fastcgi; uwsgi_temp_path /run/web/{port}-uwsgi;
  scgi_temp_path /run/web/{port}-scgi; default_type text/html;
  server {{ listen {port}; location / {{ return 200 "<title>Welcome to nginx {port}</title>\\n"; }} }}
}}
"""

_servers: dict[int, subprocess.Popen[bytes]] = {}


def start(port: int) -> None:
    """Start the nginx of that port, unless it runs."""
    if port in _servers and _servers[port].poll() is None:
        return
    folder = Path("/run/web")
    folder.mkdir(exist_ok=True)
    config = folder / f"{port}.conf"
    config.write_text(_CONFIG.format(port=port))
    argv = ["nginx", "-c", str(config)]
    _servers[port] = in_network(addresses.REAL_SERVER, lambda: subprocess.Popen(argv, stdin=subprocess.DEVNULL))
    in_network(addresses.REAL_SERVER, lambda: _wait_for(port))


def _wait_for(port: int) -> None:
    """Wait until it takes connections; raises RuntimeError when it does not within a minute."""
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection((addresses.REAL_SERVER_ADDRESS, port), timeout=1).close()
            return
        except OSError as error:
            if time.monotonic() > deadline:
                raise RuntimeError(f"nginx on port {port} does not answer: {error}") from None
            time.sleep(0.02)


def stop(port: int) -> None:
    """End it at once, as `docker kill` would: its connections are closed, new ones are refused by the kernel."""
    server = _servers.pop(port, None)
    if server is not None:
        os.kill(server.pid, signal.SIGKILL)
        server.wait()


def running(port: int) -> bool:
    """Return True if that port's nginx is there."""
    return port in _servers and _servers[port].poll() is None
