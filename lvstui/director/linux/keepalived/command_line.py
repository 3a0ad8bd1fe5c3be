"""Read keepalived's command line as getopt_long(3) does. Words in, options out."""

from __future__ import annotations

from typing import Dict, Iterator, List

_WITH_VALUE = {
    "f": "use-file",
    "p": "pid",
    "r": "vrrp_pid",
    "c": "checkers_pid",
    "b": "bfd_pid",
    "i": "config-id",
    "s": "namespace",
    "S": "log-facility",
    "u": "umask",
    "A": "snmp-agent-socket",
}
_MAY_HAVE_VALUE = {"g": "log-file", "t": "config-test", "M": "core-dump-pattern"}
_LONG = {"G": "no-syslog", "l": "log-console", "n": "dont-fork", "v": "version", "h": "help"}
_LONG_WITH_VALUE = (*_WITH_VALUE.values(), "signum", "config-fd")
_ONCE = ("config-test", "version", "help", "signum")


def options_of(argv: List[str]) -> Dict[str, str]:
    """Return keepalived's own options by their long names, those that are known."""
    options: Dict[str, str] = {}
    words = iter(argv[1:])
    for word in words:
        if word == "--":
            break
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            options[name] = value if equals or name not in _LONG_WITH_VALUE else next(words, "")
        elif word.startswith("-"):
            _short(word[1:], words, options)
    return options


def _short(letters: str, words: Iterator[str], options: Dict[str, str]) -> None:
    for index, letter in enumerate(letters):
        rest = letters[index + 1 :]
        if letter in _WITH_VALUE:
            options[_WITH_VALUE[letter]] = rest or next(words, "")
            return
        if letter in _MAY_HAVE_VALUE:
            options[_MAY_HAVE_VALUE[letter]] = rest
            return
        options[_LONG.get(letter, letter)] = ""


def runs_once(options: Dict[str, str]) -> bool:
    """Return True for a keepalived that tests a file, sends a signal or prints something, and is no daemon."""
    return any(name in options for name in _ONCE)
