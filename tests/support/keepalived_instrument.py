"""Instruments the sources of keepalived, 2.0.20 or newer: `python -m tests.support.keepalived_instrument SOURCES`.

With KEEPALIVED_DUMP in its environment such a `keepalived -t` writes its dumps into that folder, after validation, and takes
numbers as the daemon takes them. Without, it is as it was.

Not for: asking a build (see `keepalived_builds`).
"""

from __future__ import annotations

import sys
from pathlib import Path

_BEFORE = "\t/* If we are just testing the configuration, then we terminate now */\n"
# A child writes, for 2.1 crashes or never ends where it writes what it knows of a `track_file`
_DUMP = """	{
		const char *folder = getenv("KEEPALIVED_DUMP");
		char name[4096];
		pid_t child;
		FILE *to;

		if (folder && __test_bit(CONFIG_TEST_BIT, &debug)) {
			if (!(child = fork())) {
				struct rlimit most = { 50000000, 50000000 };

				alarm(5);
				setrlimit(RLIMIT_FSIZE, &most);
				snprintf(name, sizeof(name), "%%s/%s", folder);
				if ((to = fopen(name, "w"))) {
					setlinebuf(to);
					%s
				}
				_exit(0);
			}
			waitpid(child, NULL, 0);
		}
	}
"""
_HEADERS = "".join(f"#include <{name}.h>\n" for name in ("stdio", "stdlib", "unistd", "sys/resource", "sys/wait"))
_STRICT = "&& !__test_bit(CONFIG_TEST_BIT, &debug)"
_LENIENT = '&& (!__test_bit(CONFIG_TEST_BIT, &debug) || getenv("KEEPALIVED_DUMP"))'


def instrument(sources: Path) -> None:
    """Make `keepalived -t` write its dumps, where the environment says so."""
    _change(sources / "lib/parser.c", _STRICT, _LENIENT)
    _change(sources / "keepalived/vrrp/vrrp_daemon.c", _BEFORE, _DUMP % ("vrrp", "dump_data_vrrp(to);") + _BEFORE)
    whole = "\ndump_data_check(FILE" in (sources / "keepalived/check/check_data.c").read_text()
    dump = "dump_data_check(to);" if whole else "dump_check_data(to, check_data);"
    _change(sources / "keepalived/check/check_daemon.c", _BEFORE, _DUMP % ("check", dump) + _BEFORE)


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    if old not in text:
        raise SystemExit(f"{path} is not as it is known")
    path.write_text(_HEADERS + text.replace(old, new))


if __name__ == "__main__":
    instrument(Path(sys.argv[1]))
