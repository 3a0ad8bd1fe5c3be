"""Which instances of two Directors are one virtual router: whatever they are called, and in whatever order they stand."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lvstui.cluster.observed.vrrp.virtual_routers import Identity, apart, matched
from lvstui.keepalived import VrrpKey

FAMILIES = {"inet": "10.0.{}.1", "inet6": "2001:db8:{}::1"}


def one(number: int, family: str, *, place: str = "eth", vrid: int = 51, name: str = "VI", vip: str = "") -> Identity:
    address = vip or FAMILIES[family].format(number)
    return Identity(VrrpKey(f"{place}{number}", vrid, family), f"{name}_{number}_{family}", (address,))


PAIRS = st.lists(
    st.tuples(st.integers(0, 6), st.sampled_from(sorted(FAMILIES)), st.sampled_from([51, 52])),
    unique_by=lambda x: x[:2],
)


@given(PAIRS, st.randoms(), st.booleans(), st.booleans())
def test_names_and_interfaces_may_all_be_others(
    found: list[tuple[int, str, int]], order: object, same_places: bool, same_names: bool
) -> None:
    here = [one(number, family, vrid=vrid) for number, family, vrid in found]
    there = [
        one(number, family, vrid=vrid, place="eth" if same_places else "ens", name="VI" if same_names else "X")
        for number, family, vrid in found
    ]
    order.shuffle(there)  # type: ignore[attr-defined]
    routers = matched([here, there], lambda identity: identity)
    assert [router[0] for router in routers] == here
    assert all(a is not None and b is not None and a.vips == b.vips and a.key.vrid == b.key.vrid for a, b in routers)


@given(PAIRS, PAIRS)
def test_each_instance_is_in_exactly_one_router_and_families_are_never_mixed(
    left: list[tuple[int, str, int]], right: list[tuple[int, str, int]]
) -> None:
    here, there = ([one(number, family, vrid=vrid) for number, family, vrid in side] for side in (left, right))
    routers = matched([here, there], lambda identity: identity)
    assert sorted(a for a, _ in routers if a is not None) == sorted(here)
    assert sorted(b for _, b in routers if b is not None) == sorted(there)
    assert all(a.key.family == b.key.family for a, b in routers if a is not None and b is not None)


def test_a_link_local_vip_says_nothing_and_its_link_all() -> None:
    here = [one(number, "inet6", place="vlan", vip="fe80::1") for number in range(3)]
    assert matched([here, here[::-1]], lambda identity: identity) == [[each, each] for each in here]
    other = one(7, "inet6", place="vlan", vip="fe80::1", name="X")
    assert matched([here, [other]], lambda identity: identity) == [*([each, None] for each in here), [None, other]]


def test_the_only_one_of_a_vrid_and_family_is_the_same_whatever_else_differs() -> None:
    a, b = one(1, "inet"), one(2, "inet", place="ens", name="X")
    assert matched([[a], [b]], lambda identity: identity) == [[a, b]]


def test_a_vrid_or_a_vip_that_differs_by_mistake() -> None:
    a, by_name = one(1, "inet"), one(1, "inet", vrid=52, vip="10.9.9.9")
    assert matched([[a], [by_name]], lambda identity: identity) == [[a, by_name]]
    by_vip = one(1, "inet", vrid=52, name="X")
    assert matched([[a], [by_vip]], lambda identity: identity) == [[a, by_vip]]


def test_one_director_s_instances_are_apart() -> None:
    key, other = VrrpKey("eth0", 51, "inet"), VrrpKey("eth0", 51, "inet6")
    assert apart([(key, "A"), (other, "B")]) == (key, other)
    assert apart([(key, "A"), (key, "B")]) == (VrrpKey("eth0", 51, "inet", "A"), VrrpKey("eth0", 51, "inet", "B"))
