"""Compares the VRRP half of our reading of the large corpus with what keepalived's own parser made of it.

Each file that may differ is named, with the reason. keepalived was asked with those interfaces alone that a file names
outright; where one comes from a definition, it was not there, and keepalived ended ("Non-existent interface specified").

Not for: virtual servers (see `corpora`).
"""

from __future__ import annotations

from typing import Any

from lvstui.keepalived import ConfiguredVrrpInstance
from lvstui.keepalived.parsing.dialect import Version
from tests.support.corpora import EXCEPTIONS, Case, Count, cases, report

_NO_INTERFACE = (
    "an interface that it names through a definition was not on the machine that was asked: keepalived ended"
)
_WITHOUT_INTERFACE = (
    "1080a.conf 1102.attempt.conf 1102.conf 1142jb.conf 1170.conf 1170b.conf 1175.conf 1267.conf 1420.conf 1420a.conf "
    "1465_test.conf 1515.conf 1532a.conf 1569-check.conf 1621.conf 1720.conf 1720a.conf 1720b.conf 1756-conf.conf "
    "1804/1804a.conf 1813.conf 1887.conf 1900.conf 1900a.conf 1902.conf 1932.conf 1941-after.conf 1969np.conf 1978.conf "
    "1998a.conf 2003.conf 2032.conf 26.conf 510-instances.conf 679/track_file/conf_vrrp_full.2000 "
    "679/track_file/conf_vrrp_full.500 679/track_file/conf_vrrp_full.500i 773c.conf 839.conf 850.conf 955p1.conf bfd.conf "
    "bfd_both.conf dup_route.conf half.conf ipvlan_wire.conf keepalived.conf ll_addr.conf metaswitch.conf nftables.conf "
    "no_dflt_if.conf notify_deleted.conf one.conf one1.conf one1m.conf one4.conf one6.conf one_delay.conf one_hash.conf "
    "one_samson.conf one_vl.conf one_xmit_base.conf onea.conf ones.conf params_multi.conf random.conf reload.conf seq.conf "
    "smtp_exit_mem_leak.conf snmp.conf start_shut_script.conf sync_group.conf track_all.conf track_proc.conf "
    "track_proc_t.conf two.conf unicast_vmac.conf up_down_delay.conf use_vmac.conf xb.conf "
)
_NO_DUMP = "keepalived crashed while it wrote the dump that the truth was taken from"
_WITHOUT_DUMP = (
    "1323.conf 955p.conf dump_data.conf fuse.conf lvs_syncd_real.conf one3.conf one_rs.conf onea1.conf onea2.conf oneb.conf "
    "rest.conf "
)
EXCEPTED: dict[str, str] = {
    **EXCEPTIONS,
    **dict.fromkeys(_WITHOUT_INTERFACE.split(), _NO_INTERFACE),
    **dict.fromkeys(_WITHOUT_DUMP.split(), _NO_DUMP),
    "1033.conf": "the file that it includes is not in the corpus",
}


# Of the versions that are asked
_NAMED_BY_A_TEMPLATE = (
    "acassen__keepalived__www_docs_documentation_keepalived-conf.md.md26 lesaux__docker-keepalived__keepalived_keepalived.conf "
    "wikimedia__operations-puppet__modules_profile_templates_toolforge_redis_keepalived.conf.erb.template"
)
ASKED: dict[str, str] = {
    **dict.fromkeys(_NAMED_BY_A_TEMPLATE.split(), _NO_INTERFACE),
    "keepalived.crash.conf": "a garp_group names an interface twice: 2.0 ends where it is to say so",
}


def excepted(case: Case) -> str | None:
    """Return why our reading of the instances may be another one."""
    return EXCEPTED.get(case.file) or (case.exception or ASKED.get(case.file) if case.asked else None)


def differences(case: Case) -> list[str]:
    """Return what keepalived and we do not agree on. Where keepalived ended, we must say so or see no instance."""
    configuration = case.read()
    ours = [] if configuration.fatal is not None else [_told(instance) for instance in configuration.vrrp]
    theirs = [_comparable(one, two) for one, two in zip(case.truth["vrrp"] or [], ours, strict=False)]
    if len(case.truth["vrrp"] or []) != len(ours):
        return [f"keepalived has {len(case.truth['vrrp'] or [])} instances, we have {len(ours)}"]
    return [
        f"{one['name']}: keepalived {_only(one, other)}, we {_only(other, one)}"
        for one, other in zip(theirs, ours, strict=True)
        if one != other
    ]


def count(version: Version) -> Count:
    """Compare every file of a version that has an answer."""
    found = Count()
    for case in cases(version):
        if not case.answered or "vrrp" not in case.truth:
            found.silent += 1
        elif excepted(case) is not None:
            found.excepted.append(case.file)
        else:
            found.compared += 1
            if wrong := differences(case):
                found.differ[case.file] = wrong
            found.agree += not wrong
    return found


def _told(instance: ConfiguredVrrpInstance) -> dict[str, Any]:
    return {
        "name": instance.name,
        "vrid": str(instance.vrid),
        "priority": str(instance.priority),
        "state": instance.state,
        "version": str(instance.version),
        "interface": None if instance.vmac else instance.interface or "not configured",
        "preempt": "disabled" if instance.nopreempt else "enabled",
        "advert_int": instance.advert_int,
        "vips": list(instance.vips),
        "vips_excluded": list(instance.vips_excluded),
        "unicast_peers": list(instance.unicast_peers),
    }


def _comparable(truth: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    """Return the truth without the interface of an instance with a VMAC: `keepalived -t` makes none."""
    return truth | {"interface": None} if ours["interface"] is None else truth


def _only(one: dict[str, Any], other: dict[str, Any]) -> dict[str, object]:
    return {key: value for key, value in one.items() if other.get(key) != value}


if __name__ == "__main__":
    raise SystemExit(report("VRRP", count) > 0)
