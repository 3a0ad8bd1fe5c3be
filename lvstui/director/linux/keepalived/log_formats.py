"""Read lines of journald's JSON, of syslog and of keepalived's own log file as LogLines. Text in, facts out."""

from __future__ import annotations

import json
import re
import time
from typing import Optional, Tuple

from ...protocol.keepalived_messages import LogLine

IDENTIFIERS = ("Keepalived", "Keepalived_vrrp", "Keepalived_healthcheckers", "Keepalived_bfd")
_OWN = re.compile(r"(?P<time>\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}): (?P<text>.*)$")
_ISO = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)) \S+ (?P<identifier>Keepalived\w*)(?:\[\d+\])?: (?P<text>.*)$"
)
_SYSLOG = re.compile(
    r"(?P<time>\w{3} [ \d]\d \d\d:\d\d:\d\d) \S+ (?P<identifier>Keepalived\w*)(?:\[\d+\])?: (?P<text>.*)$"
)
_ISO_TIME = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(\.\d+)?(?:Z|([+-])(\d\d):(\d\d))$")


def from_journal(line: bytes) -> Tuple[Optional[LogLine], str]:
    """Return the line, or None when it holds none, and journald's cursor."""
    try:
        entry = json.loads(line)
        message = entry.get("MESSAGE")
        if isinstance(message, list):  # bytes that are not UTF-8
            message = bytes(message).decode("utf-8", "replace")
        wall = int(entry.get("_SOURCE_REALTIME_TIMESTAMP") or entry["__REALTIME_TIMESTAMP"]) / 1e6
        cursor = str(entry.get("__CURSOR", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        return None, ""
    if not isinstance(message, str):
        return None, cursor
    return LogLine(wall, str(entry.get("SYSLOG_IDENTIFIER", "")), message), cursor


def from_file(line: bytes, identifier: str, now: float) -> Optional[LogLine]:
    """Read a line; None if it is not keepalived's. `identifier`: of lines that name none; `now`: for times without a year."""
    text = line.decode("utf-8", "replace").rstrip("\n")
    own = _OWN.match(text)
    if own:
        wall = time.mktime(time.strptime(own.group("time"), "%a %b %d %H:%M:%S %Y"))
        return LogLine(wall, identifier, own.group("text"))
    iso = _ISO.match(text)
    if iso:
        return LogLine(_iso_time(iso.group("time"), now), iso.group("identifier"), iso.group("text"))
    syslog = _SYSLOG.match(text)
    if syslog:
        return LogLine(_without_year(syslog.group("time"), now), syslog.group("identifier"), syslog.group("text"))
    return None


def of_daemon(line: Optional[LogLine], suffix: Optional[str]) -> Optional[LogLine]:
    """Return the line as of the keepalived with that suffix in its log, or None: it is another's. `suffix` None: any."""
    if line is None or suffix is None:
        return line
    base = line.identifier[: len(line.identifier) - len(suffix)]
    return line._replace(identifier=base) if base in IDENTIFIERS and line.identifier == base + suffix else None


def with_plain_identifier(line: LogLine, suffix: str) -> LogLine:
    """Return the line with keepalived's plain identifier; one of the unit's that is not keepalived's stays as it is."""
    return of_daemon(line, suffix) or line


def _iso_time(text: str, now: float) -> float:
    found = _ISO_TIME.match(text)
    if not found:
        return now
    import calendar  # brings datetime and locale with it, and only lines of files need it

    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    wall = calendar.timegm((year, month, day, hour, minute, second)) + float(found.group(7) or 0)
    if found.group(8):
        offset = int(found.group(9)) * 3600 + int(found.group(10)) * 60
        wall += offset if found.group(8) == "-" else -offset
    return wall


def _without_year(text: str, now: float) -> float:
    year = time.localtime(now).tm_year
    for one in range(year, year - 9, -1):  # 29 February is of a leap year, which may be eight years ago
        try:
            wall = time.mktime(time.strptime(f"{one} {text}", "%Y %b %d %H:%M:%S"))
        except ValueError:
            continue
        if wall <= now + 86400:
            return wall
    return now
