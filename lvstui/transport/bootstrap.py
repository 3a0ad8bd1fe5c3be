"""Start the agent on a Director, or a probe on any host, with nothing but a shell and python3 there, and write nothing.

One command line, for any login shell: it finds root's rights (root itself, sudo without a password, or none: the observer's
view), and runs stage 0, which says `lvstui:ready PRIVILEGE`, takes a length (4 bytes, big-endian) and the bundle from
standard input into a memory file, and runs the agent out of it. What a login shell prints before is noise.
"""

from __future__ import annotations

import base64
import re
import struct

from lvstui.transport.link import LinkError

OLDEST_PYTHON = "3.9"
READY = re.compile(rb"lvstui:(ready|python) ([\w.]+)\n")
_STAGE_0 = """
import os,sys
def say(t):os.write(1,("lvstui:"+t+"\\n").encode())
def read(n):
    parts=[]
    while n:
        part=os.read(0,min(n,1<<20))
        if not part:os._exit(0)
        parts.append(part);n-=len(part)
    return b"".join(parts)
if sys.version_info<(3,9):
    say("python "+sys.version.split()[0]);os._exit(0)
say("ready "+sys.argv[1])
fd=os.memfd_create("lvstui")
with open(fd,"wb",closefd=False) as f:f.write(read(int.from_bytes(read(4),"big")))
path="/proc/self/fd/"+str(fd)
sys.path.insert(0,path)
from %s import main
main(path)
"""


def stage_0(entry: str) -> str:
    """Return the code, for `python3 -c`, that takes a bundle and calls `main` of its module `entry`."""
    return f'import binascii;exec(binascii.a2b_base64("{_encoded(entry)}"))'


def _encoded(entry: str) -> str:
    return base64.b64encode((_STAGE_0 % entry).encode()).decode("ascii")


def command(
    *, sudo: bool = True, config: str | None = None, keepalived: str | None = None, entry: str = "lvstui.director.boot"
) -> str:
    """Return the remote command. Inside single quotes it has no character that any login shell would touch.

    `entry` is the module of the bundle whose `main` is called.
    `config`: keepalived's file while it does not run; `keepalived`: which of several. They go as base64, as the code does: no
    shell can misread it.
    """
    words = "\0".join((config or "", keepalived or ""))
    arguments = "" if words == "\0" else " " + base64.b64encode(words.encode()).decode("ascii")
    try_sudo = 'elif sudo -n true >/dev/null 2>&1; then p=sudo; s="sudo -n"; ' if sudo else ""
    code = _encoded(entry)
    script = (
        "p=observer; s=; "
        'if [ -O /proc/sys ] || [ "$(id -u)" = 0 ]; then p=root; '
        f"{try_sudo}fi; "
        "command -v python3 >/dev/null 2>&1 || { echo lvstui:python none; exit 127; }; "
        f'exec $s python3 -IBSc "import binascii;exec(binascii.a2b_base64(\\"{code}\\"))" $p{arguments}'
    )
    return f"sh -c '{script}'"


def framed(bundle: bytes) -> bytes:
    """Return the bundle as stage 0 takes it."""
    return struct.pack(">I", len(bundle)) + bundle


def read_announcement(data: bytes) -> tuple[str, bytes] | None:
    """Return (privilege, what came after) once stage 0 has spoken; None before. Raises LinkError: no python3, or one too old."""
    match = READY.search(data)
    if match is None:
        return None
    kind, value = match[1], match[2].decode("ascii")
    if kind == b"ready":
        return value, data[match.end() :]
    if value == "none":
        raise LinkError("there is no python3 on it", "install it there: apt install python3", permanent=True)
    raise LinkError(
        f"its python3 is {value}; {OLDEST_PYTHON} or newer is needed", "install a newer python3 there", permanent=True
    )
