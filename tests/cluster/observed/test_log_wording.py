"""What lines of the log say, in the wording of each version that differs."""

from __future__ import annotations

import pytest

from lvstui.cluster.observed.log_wording import (
    EffectiveWeightChange,
    Entered,
    Fact,
    Failure,
    QuorumChange,
    VerdictChange,
    fact,
)
from tests.support.paths import SAMPLES
from tests.support.quorum_pair import GAINED, LOST

WEB, ONE = "tcp/10.10.0.20:80", "192.168.211.13:8081"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("(VI_1) Entering MASTER STATE", Entered("VI_1", "MASTER", None)),
        ("(VI_1) Entering BACKUP STATE (init)", Entered("VI_1", "BACKUP", None)),
        ("(VI_1) Entering FAULT STATE", Entered("VI_1", "FAULT", None)),
        ("(VI_1): entering FAULT state (interface ens33 down)", Entered("VI_1", "FAULT", "interface ens33 down")),
        ("(VI_1) received lower priority (100) advert from 10.9.0.2 - discarding", None),
        ("Removing service [192.168.211.13]:tcp:8081 from VS [10.10.0.20]:tcp:80", VerdictChange((WEB,), ONE, False)),
        ("Removing service [192.168.211.13]:tcp:8081 to VS [10.10.0.20]:tcp:80", VerdictChange((WEB,), ONE, False)),  # 2.1.5
        ("Adding service [192.168.211.13]:tcp:8081 to VS [10.10.0.20]:tcp:80", VerdictChange((WEB,), ONE, True)),
        ("Disabling service [192.168.211.13]:tcp:8081 of VS [web]:0",
         VerdictChange(("group/web/tcp", "group/web/inet", "group/web"), ONE, False)),
        ("Removing service [127.0.0.1]:udp:84 from VS [DNS]:1",
         VerdictChange(("group/DNS/udp", "group/DNS/inet", "group/DNS"), "127.0.0.1:84", False)),
        ("Removing service [::1]:none:86 from VS [marks]:1",
         VerdictChange(("group/marks/inet6", "group/marks"), "[::1]:86", False)),
        ("Removing service [127.0.0.1]:sctp:87 from VS [mixed]:0",
         VerdictChange(("group/mixed/sctp", "group/mixed/inet", "group/mixed"), "127.0.0.1:87", False)),
        ("Enabling service [192.168.211.13]:none:8081 of VS FWM 7", VerdictChange(("fwmark/7",), ONE, True)),
        ("Removing service [::1]:none:81 from VS FWM 7", VerdictChange(("fwmark/7/inet6",), "[::1]:81", False)),
        (
            "Removing service [2001:db8::13]:udp:53 from VS [2001:db8::20]:udp:53",
            VerdictChange(("udp/[2001:db8::20]:53",), "[2001:db8::13]:53", False),
        ),
        (
            "TCP_CHECK on service [192.168.211.13]:tcp:8081 failed after 3 retries.",
            Failure(ONE, "TCP_CHECK failed after 3 retries"),
        ),
        ("HTTP_CHECK on service [192.168.211.13]:tcp:8081 failed.", Failure(ONE, "HTTP_CHECK failed")),
        ("TCP connection to [192.168.211.13]:tcp:8081 timeout.", Failure(ONE, "TCP connection timeout")),
        (
            "Misc check for [[192.168.211.13]:tcp:8081 VS [10.10.0.20]:tcp:80] by [/bin/probe] failed (exited with status 1).",
            Failure(ONE, "/bin/probe failed (exited with status 1)"),
        ),
        ("TCP connection to [192.168.211.13]:tcp:8081 success.", None),
        ("Activating healthchecker for service [192.168.211.13]:tcp:8081 for VS [10.10.0.20]:tcp:80", None),
        ("(VI_1) entering FAULT state (\x1b[31mred)", Entered("VI_1", "FAULT", "red")),
    ],
)  # fmt: skip
def test_what_a_line_says(line: str, said: Fact | None) -> None:
    assert fact(line) == said


@pytest.mark.skipif(not SAMPLES.exists(), reason="../shared/samples is not here")
def test_a_real_daemons_log() -> None:
    lines = [line[26:] for line in (SAMPLES / "checkers-D.log").read_text().splitlines()]
    said = [told for told in map(fact, lines) if told is not None]
    server = "tcp/127.0.0.100:8080"
    assert said == [
        QuorumChange((server,), True, 1, 0, 25),
        Failure("127.0.0.13:8080", "TCP_CHECK failed"),
        VerdictChange((server,), "127.0.0.13:8080", False),
        Failure("127.0.0.11:8080", "TCP_CHECK failed after 1 retries"),
        VerdictChange((server,), "127.0.0.11:8080", False),
        Failure("127.0.0.12:8080", "HTTP_CHECK failed after 1 retries"),
        VerdictChange((server,), "127.0.0.12:8080", False),
        QuorumChange((server,), False, 1, 0, 0),
    ]
    vrrp = [fact(line[26:]) for line in (SAMPLES / "vrrp-b-D.log").read_text().splitlines()]
    states = [told.state for told in vrrp if isinstance(told, Entered) and told.instance == "VI_2"]
    assert states == ["BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (LOST, QuorumChange((WEB,), False, 2, 1, 0)),
        (GAINED, QuorumChange((WEB,), True, 2, 1, 3)),
        (
            "Starting with quorum down 1-0=1 > 0 for VS FWM 7",
            QuorumChange(("fwmark/7", "fwmark/7/inet6"), False, 1, 0, 0),
        ),
        (
            "Changing weight from 5 to 0 for active service [192.168.211.13]:tcp:8081 of VS [10.10.0.20]:tcp:80",
            EffectiveWeightChange((WEB,), ONE, 0),
        ),
        (
            "Changing weight from 0 to 9 for inactive service [2001:db8::1]:tcp:80 of VS [2001:db8::20]:tcp:80",
            EffectiveWeightChange(("tcp/[2001:db8::20]:80",), "[2001:db8::1]:80", 9),
        ),
    ],
)
def test_what_a_line_says_of_weights_and_the_quorum(line: str, said: Fact | None) -> None:
    assert fact(line) == said
