from __future__ import annotations

import calendar
import json
import time

from lvstui.director.agent.log_triggers import EVERYTHING, concerns
from lvstui.director.linux.keepalived.log_formats import from_file, from_journal, of_daemon, with_plain_identifier
from lvstui.director.protocol.keepalived_messages import LogLine

NOW = float(calendar.timegm((2026, 11, 24, 2, 0, 0)))


def test_an_entry_of_the_journal() -> None:
    entry = {
        "MESSAGE": "(VI_1) Entering MASTER STATE",
        "SYSLOG_IDENTIFIER": "Keepalived_vrrp",
        "__REALTIME_TIMESTAMP": "1795487822650977",
        "__CURSOR": "s=1",
    }
    line, cursor = from_journal(json.dumps(entry).encode())
    assert line == LogLine(1795487822.650977, "Keepalived_vrrp", "(VI_1) Entering MASTER STATE")
    assert cursor == "s=1"


def test_a_message_of_the_journal_that_is_not_text() -> None:
    entry = {"MESSAGE": [65, 255], "__REALTIME_TIMESTAMP": "1000000"}
    line, _ = from_journal(json.dumps(entry).encode())
    assert line == LogLine(1.0, "", "A\ufffd")
    assert from_journal(b'{"MESSAGE": null, "__REALTIME_TIMESTAMP": "1"}') == (None, "")
    assert from_journal(b"-- No entries --") == (None, "")


def test_lines_of_files() -> None:
    own = from_file(b"Tue Nov 24 01:59:00 2026: (VI_1) Entering FAULT STATE\n", "Keepalived_vrrp", NOW)
    assert own is not None
    assert time.localtime(own.wall)[:6] == (2026, 11, 24, 1, 59, 0)
    assert own[1:] == ("Keepalived_vrrp", "(VI_1) Entering FAULT STATE")
    iso = from_file(b"2026-11-24T02:59:00.250000+01:00 d1 Keepalived[20]: Reloading ...\n", "", NOW)
    assert iso == LogLine(NOW - 59.75, "Keepalived", "Reloading ...")
    old = from_file(b"Dec 31 23:59:59 d1 Keepalived_healthcheckers[23]: Lost quorum\n", "", NOW)
    assert old is not None
    assert time.localtime(old.wall)[:3] == (2025, 12, 31)
    assert from_file(b"Nov 24 01:59:00 d1 sshd[1]: Accepted publickey\n", "", NOW) is None


def test_a_day_that_this_year_does_not_have_is_of_another_year() -> None:
    leap = from_file(b"Feb 29 12:00:00 d1 Keepalived[20]: Reloading ...\n", "", NOW)
    assert leap is not None and time.localtime(leap.wall)[:3] == (2024, 2, 29)
    none = from_file(b"Feb 31 12:00:00 d1 Keepalived[20]: Reloading ...\n", "", NOW)
    assert none is not None and none.wall == NOW


def line(text: str, identifier: str) -> LogLine:
    return LogLine(1.0, identifier, text)


def test_the_lines_of_our_own_signals_are_no_reason_to_signal_again() -> None:
    for text, identifier in (
        ("Printing VRRP as json for process(24) on signal", "Keepalived_vrrp"),
        ("Printing checker data for process(23) on signal", "Keepalived_healthcheckers"),
        ("Printing parent data for process(20) on signal", "Keepalived"),
    ):
        assert not concerns(line(text, identifier))


def test_the_lines_that_a_detailed_log_repeats_are_no_reason_either() -> None:
    for text in (
        "Sending gratuitous ARP on v1 for 10.9.0.101",
        "(VI_1) received lower priority (100) advert from 10.9.0.2",
    ):
        assert not concerns(line(text, "Keepalived_vrrp"))


def test_transitions_and_verdicts_are_reasons() -> None:
    assert concerns(line("(VI_1) Entering BACKUP STATE", "Keepalived_vrrp")) == {"vrrp"}
    assert concerns(line("(VI_1) Backup received priority 0 advertisement", "Keepalived_vrrp")) == {"vrrp"}
    for text in (
        "TCP_CHECK on service [127.0.0.11]:tcp:8080 failed after 1 retries.",
        "Removing service [127.0.0.11]:tcp:8080 from VS [127.0.0.100]:tcp:8080",
        "TCP connection to [127.0.0.11]:tcp:8080 success.",
        "Lost quorum 1-0=1 > 0 for VS [127.0.0.100]:tcp:8080",
    ):
        assert concerns(line(text, "Keepalived_healthcheckers")) == {"checkers"}
    assert concerns(line("Reload complete", "Keepalived")) == EVERYTHING


def test_of_several_daemons_in_one_log_each_has_its_own_lines() -> None:
    blue = LogLine(1.0, "Keepalived_vrrp_blue_web1", "(VI_1) Entering MASTER STATE")
    assert of_daemon(blue, "_blue_web1") == blue._replace(identifier="Keepalived_vrrp")
    assert of_daemon(blue, "") is None and of_daemon(blue, "_web1") is None and of_daemon(None, "") is None
    assert of_daemon(blue, None) == blue, "what it puts behind its name is not known"
    plain = LogLine(1.0, "Keepalived_healthcheckers", "Quorum")
    assert of_daemon(plain, "") == plain and of_daemon(plain, "_blue") is None
    assert with_plain_identifier(LogLine(1.0, "systemd", "Started"), "_blue") == LogLine(1.0, "systemd", "Started")
