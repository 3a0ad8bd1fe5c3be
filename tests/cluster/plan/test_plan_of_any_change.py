"""Of any change: it is undone to the byte, and its files say what was predicted."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.change.plan_record import record
from lvstui.cluster.identity.kernel_key import kernel_keys
from lvstui.cluster.identity.target import Target
from lvstui.cluster.plan.intent import Action, Intent, undo_of
from lvstui.cluster.plan.outcome import Outcome
from lvstui.cluster.plan.plan import make
from tests.support.guarding import both
from tests.support.pair import PATH, REAL, SERVICE, WHEN, facts, text


@given(data=st.data())
def test_any_change_is_undone_to_the_byte_and_predicts_what_its_files_say(data: st.DataObject) -> None:
    extra = data.draw(st.sampled_from(["", "weight 3", "alpha", "persistence_timeout 60"]))
    directors = [facts(name, role, text(role, 100, extra)) for name, role in (("d1", "MASTER"), ("d2", "BACKUP"))]
    ports = data.draw(st.lists(st.sampled_from((8081, 8082, 8083)), min_size=1, max_size=2, unique=True))
    targets = tuple(Target(SERVICE, f"192.168.211.13:{port}") for port in ports)
    actions: tuple[Action, ...] = ("drain", "weight", "remove", "add")
    action = data.draw(st.sampled_from(actions))
    if action == "add":
        targets = (Target(SERVICE, f"192.168.211.13:{data.draw(st.integers(9000, 9009))}"),)
    weight = data.draw(st.integers(2, 9)) if action in ("weight", "add") else None
    reason = data.draw(st.text(max_size=40))
    plan = make(Intent(action, targets, weight, "ana@ops1", WHEN, reason), directors)
    after = [facts(one.name, one.role or "", one.replacements[0].data.decode()) for one in plan.directors]
    for one, now in zip(plan.directors, after, strict=True):
        assert now.weights is not None
        assert all(now.weights.get(key) == weight for key, weight in one.expected)
    told = record(plan, Outcome("done", 0, "", {}), id="1", wall=1.0, overrides=frozenset())
    undo = make(undo_of(told, "ana@ops1", WHEN), after)
    if undo.follow_up is not None:
        middle = [facts(one.name, one.role or "", one.replacements[0].data.decode()) for one in undo.directors]
        undo = make(undo.follow_up.intent, middle)
    original = {one.name: one.files.files[0].data for one in directors if one.files is not None}
    assert {one.name: one.replacements[0].data for one in undo.directors} == original
    assert all(one.replacements[0].path == PATH for one in undo.directors)


def test_every_row_of_a_group_is_predicted() -> None:
    config = text().replace("virtual_server 10.10.0.20 80 {", "virtual_server group web {")
    group = "virtual_server_group web {\n    10.10.0.20 80\n    10.10.0.21 81\n    fwmark 3\n}\n"
    directors = both(group + config)
    plan = make(Intent("drain", (Target("group/web", REAL),), None, "ana@ops1", WHEN), directors)
    configuration = directors[0].configuration
    assert configuration is not None
    server = configuration.virtual_servers[0]
    real = next(one for one in server.real_servers if str(one.key) == REAL)
    assert [key for key, _ in plan.directors[0].expected] == list(kernel_keys(server, real))
    assert len(plan.directors[0].expected) == 3
