from __future__ import annotations

from pathlib import Path

import pytest

from lvstui.cluster.log_lines import Entered, Fact, Failure, Verdict, dumped_virtual_server, fact

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
WEB, ONE = "tcp/10.10.0.20:80", "192.168.211.13:8081"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("(VI_1) Entering MASTER STATE", Entered("VI_1", "MASTER", None)),
        ("(VI_1) Entering BACKUP STATE (init)", Entered("VI_1", "BACKUP", None)),
        ("(VI_1) Entering FAULT STATE", Entered("VI_1", "FAULT", None)),
        ("(VI_1): entering FAULT state (interface ens33 down)", Entered("VI_1", "FAULT", "interface ens33 down")),
        ("(VI_1) received lower priority (100) advert from 10.9.0.2 - discarding", None),
        ("Removing service [192.168.211.13]:tcp:8081 from VS [10.10.0.20]:tcp:80", Verdict(WEB, ONE, False)),
        ("Removing service [192.168.211.13]:tcp:8081 to VS [10.10.0.20]:tcp:80", Verdict(WEB, ONE, False)),  # 2.1.5
        ("Adding service [192.168.211.13]:tcp:8081 to VS [10.10.0.20]:tcp:80", Verdict(WEB, ONE, True)),
        ("Disabling service [192.168.211.13]:tcp:8081 of VS [web]:0", Verdict("group/web", ONE, False)),
        ("Enabling service [192.168.211.13]:tcp:8081 of VS FWM 7", Verdict("fwmark/7", ONE, True)),
        (
            "Removing service [2001:db8::13]:udp:53 from VS [2001:db8::20]:udp:53",
            Verdict("udp/[2001:db8::20]:53", "[2001:db8::13]:53", False),
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
        ("Lost quorum 1-0=1 > 0 for VS [10.10.0.20]:tcp:80", None),
        ("Changing weight from 1 to 0 for active service [192.168.211.13]:tcp:8081 of VS [10.10.0.20]:tcp:80", None),
        ("Activating healthchecker for service [192.168.211.13]:tcp:8081 for VS [10.10.0.20]:tcp:80", None),
        ("(VI_1) entering FAULT state (\x1b[31mred)", Entered("VI_1", "FAULT", "red")),
    ],
)  # fmt: skip
def test_what_a_line_says(line: str, said: Fact | None) -> None:
    assert fact(line) == said


@pytest.mark.skipif(not SAMPLES.exists(), reason="the samples of a real daemon are not here")
def test_a_real_daemons_log() -> None:
    lines = [line[26:] for line in (SAMPLES / "checkers-D.log").read_text().splitlines()]
    said = [told for told in map(fact, lines) if told is not None]
    server = "tcp/127.0.0.100:8080"
    assert said == [
        Failure("127.0.0.13:8080", "TCP_CHECK failed"),
        Verdict(server, "127.0.0.13:8080", False),
        Failure("127.0.0.11:8080", "TCP_CHECK failed after 1 retries"),
        Verdict(server, "127.0.0.11:8080", False),
        Failure("127.0.0.12:8080", "HTTP_CHECK failed after 1 retries"),
        Verdict(server, "127.0.0.12:8080", False),
    ]
    vrrp = [fact(line[26:]) for line in (SAMPLES / "vrrp-b-D.log").read_text().splitlines()]
    states = [told.state for told in vrrp if isinstance(told, Entered) and told.instance == "VI_2"]
    assert states == ["BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER"]


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("10.10.0.20 tcp 80", WEB),
        ("2001:db8:0::20 udp 53", "udp/[2001:db8::20]:53"),
        ("fwmark 7", "fwmark/7"),
        ("group web", "group/web"),
        ("something else altogether here", "something else altogether here"),
    ],
)
def test_the_dumps_names_of_virtual_servers(name: str, id: str) -> None:
    assert dumped_virtual_server(name) == id
