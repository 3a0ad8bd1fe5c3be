"""Real servers that come or go: connections that end, rows that are there already, checks that have not run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Intent
from lvstui.cluster.plan.plan import make
from tests.support.guarding import both, level, told, tracking
from tests.support.pair import REAL, SERVICE, WHEN, facts, pair, text


@pytest.mark.parametrize(("sysctl", "word"), [(None, "end when"), ("0", "dropped silently"), ("1", "next packet")])
def test_connections_of_what_is_removed_are_counted(sysctl: str | None, word: str) -> None:
    sysctls = {} if sysctl is None else {"net.ipv4.vs.expire_nodest_conn": sysctl}
    intent = Intent("remove", (Target(SERVICE, REAL),), None, "ana@ops1", WHEN)
    [guard, _] = told(make(intent, pair(sysctls=sysctls)), "connections")
    assert guard.level == "ask"
    assert "7 connections" in guard.text
    assert word in guard.text


def test_what_is_in_the_kernel_already_is_asked_about() -> None:
    new = Target(SERVICE, "192.168.211.13:8083")
    without = both(text(ports=(8081, 8082)))
    full = facts("director1", "MASTER").weights
    plan = make(Intent("add", (new,), None, "ana@ops1", WHEN), [replace(one, weights=full) for one in without])
    assert level(plan, "unmanaged") == "ask"


def test_a_new_server_with_a_file_check_may_get_clients_at_once() -> None:
    new = Intent("add", (Target(SERVICE, "192.168.211.13:8084"),), None, "ana@ops1", WHEN, like=REAL)
    assert level(make(new, tracking({})), "file-weight") == "ask"
    other = Intent("add", (Target(SERVICE, "192.168.211.13:8084"),), None, "ana@ops1", WHEN, like="192.168.211.13:8081")
    assert level(make(other, tracking({})), "file-weight") is None
