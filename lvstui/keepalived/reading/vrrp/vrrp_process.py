"""Read VRRP instances and sync groups as the VRRP process does, and global_defs as the parent does.

Not for: what another Director says (see `cluster`).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from lvstui.keepalived.drain_comment import HANDED_OVER, mark_of
from lvstui.keepalived.parsing.dialect import ASSUMED, Version
from lvstui.keepalived.parsing.numbers import MICROSECONDS, address, signed, switch, unsigned
from lvstui.keepalived.parsing.statements import Expansion
from lvstui.keepalived.parsing.syntax import readable
from lvstui.keepalived.parsing.vrrp_addresses import VirtualAddress
from lvstui.keepalived.reading.defaults import LARGEST_TRACK_WEIGHT, LEAST_PRIORITY, MOST_DOWN_TIMER_ADVERTS
from lvstui.keepalived.reading.model import ConfiguredVrrpInstance, GlobalDefs, HandedOver, SyncGroup
from lvstui.keepalived.reading.vrrp import vrrp_lines, vrrp_statements
from lvstui.keepalived.reading.vrrp.vrrp_block import VrrpBlock
from lvstui.keepalived.reading.vrrp.vrrp_effective import EffectiveInstance, VrrpDefaults, complete
from lvstui.keepalived.reading.vrrp.vrrp_instances import SyncBlock, conflicts, join, name_vmacs
from lvstui.keepalived.reading.vrrp.vrrp_tracking import not_tracked
from lvstui.keepalived.reading.vrrp_interfaces import InterfaceNames

_STRICT_VALUE = (2, 3, 0)  # since then vrrp_strict can be `off`
_SECRETS = (b"auth_pass", b"key")  # `key` is that of auth_hmac


class Globals:
    """A Visitor that collects global_defs."""

    def __init__(self, expansion: Expansion, version: Version | None) -> None:
        self._version = version or ASSUMED
        self._settings: list[tuple[str, ...]] = []
        self.at: dict[str, int] = {}  # the first statement of each keyword
        self._expansion = expansion

    def statement(self, block: str, index: int, words: list[bytes]) -> bool:
        if block == "global_defs":
            self._settings.append(tuple(map(readable, words)))
            self.at.setdefault(readable(words[0]), index)
        return True

    def values(self, block: str, index: int, words: list[bytes], entries: list[int]) -> None:
        if block == "global_defs":
            values = [readable(word) for entry in entries for word in self._expansion.words[entry]]
            self._settings.append((readable(words[0]), *values))

    def closed(self, block: str, index: int) -> None:
        pass

    def global_defs(self) -> GlobalDefs:
        """Return all that was read."""
        last = {setting[0]: setting for setting in self._settings}

        def word(name: str) -> str | None:
            return last[name][1] if len(last.get(name, ())) > 1 else None

        strict = False
        for setting in self._settings:
            if setting[0] == "vrrp_strict":  # before 2.3.0 keepalived looks at no value of it
                value = switch([part.encode() for part in setting]) if self._version >= _STRICT_VALUE else True
                strict = strict if value is None else value

        return GlobalDefs(
            word("router_id"),
            word("script_user"),
            "enable_script_security" in last,
            "reload_check_config" in last,
            strict,
            tuple(self._settings),
        )


@dataclass(frozen=True, slots=True)
class _Extent:
    """A vrrp_instance: its statements as they are shown, and where it ends."""

    settings: tuple[tuple[str, ...], ...]
    end: int


class Instances:
    """A Visitor that collects VRRP instances and sync groups, and puts them into effect."""

    def __init__(self, expansion: Expansion, global_defs: GlobalDefs, version: Version | None) -> None:
        self.instances: list[ConfiguredVrrpInstance] = []
        self.sync_groups: list[SyncGroup] = []
        self.complaints: list[tuple[int, str]] = []
        self.fatals: list[tuple[int, str]] = []  # statements at which the VRRP process ends, and why
        self.interfaces = InterfaceNames()
        self._expansion = expansion
        self._keepalived = version or ASSUMED
        self._defaults = _defaults(global_defs)
        self._blocks: dict[str, VrrpBlock] = {}
        self._extents: dict[str, _Extent] = {}
        self._groups: dict[str, SyncBlock] = {}
        self._block: VrrpBlock | None = None
        self._group: SyncBlock | None = None
        self._settings: list[tuple[str, ...]] = []
        self._script = ""
        self._scripts: dict[str, tuple[int, int]] = {}  # statement and weight of each vrrp_script
        self._vmacs: set[str] = set()  # their names, of the instances that were read
        self._named: set[str] = set()  # interfaces, which no VMAC is then called

    def statement(self, block: str, index: int, words: list[bytes]) -> bool:
        if block == "":
            self._block = self._group = None
            self._script = readable(words[1]) if words[0] == b"vrrp_script" else ""
            self._scripts.setdefault(self._script, (index, 0))
            return words[0] not in (b"vrrp_instance", b"vrrp_sync_group") or self._begin(index, words)
        if block == "vrrp_script" and words[0] == b"weight" and self._script:
            self._scripts[self._script] = (
                self._scripts[self._script][0],
                signed(words[1], -LARGEST_TRACK_WEIGHT, LARGEST_TRACK_WEIGHT)[0] or 0,
            )
        elif self._group is not None and words[0] in (b"sync_group_tracking_weight", b"global_tracking"):
            self._group.weighs = True
        self.interfaces.statement(block, index, words, self._owner)
        if self._block is not None:
            vrrp_statements.take(self._block, index, words)
            self._settings.append(tuple(map(readable, words[:1] if words[0] in _SECRETS else words)))
        return True

    def _begin(self, index: int, words: list[bytes]) -> bool:
        kind = words[0].decode()
        if len(words) != 2:
            self.complaints.append((index, f"{kind} must have one name: it is passed over"))
            return False
        name = readable(words[1])
        if name in (self._blocks if kind == "vrrp_instance" else self._groups):
            self.complaints.append((index, f"{kind} {name!r} is there before: it is passed over"))
            return False
        if kind == "vrrp_sync_group":
            self._group = self._groups[name] = SyncBlock(name, index)
            return True
        defaults = self._defaults
        block = VrrpBlock(
            name, index, self._keepalived, defaults.down_timer_adverts, defaults.dynamic_interfaces, self._vmacs
        )  # fmt: skip
        self._block = self._blocks[name] = block
        self._settings = []
        return True

    def values(self, block: str, index: int, words: list[bytes], entries: list[int]) -> None:
        if not block:
            self._block = self._group = None
        lines = [(entry, self._expansion.words[entry]) for entry in entries]
        self._named.update(
            readable(after) for _, line in lines for word, after in pairwise(line) if word in (b"dev", b"oif", b"iif")
        )
        self.interfaces.values(block, words[0], lines, self._owner)
        if self._block is not None:
            vrrp_lines.take(self._block, index, words[0], lines)
        elif self._group is not None and words[0] == b"group":
            if self._group.names:
                self.complaints.append((index, "the sync group has its members already: these are passed over"))
            else:
                self._group.names += [(entry, readable(word)) for entry, line in lines for word in line]

    @property
    def _owner(self) -> str:
        """Return what is being read, in words."""
        if self._group is not None:
            return f"the sync group {self._group.name}"
        return "" if self._block is None else self._block.name

    def closed(self, block: str, index: int) -> None:
        if block == "vrrp_instance" and self._block is not None:
            end = min(index, len(self._expansion.words) - 1)
            self._extents[self._block.name] = _Extent(tuple(self._settings), end)
            if self._block.vmac:
                self._vmacs.add(self._block.vmac)
            self._block = None

    def finish(self) -> None:
        """Put into effect what was read, when all of it was."""
        completed = [complete(block, self._defaults) for block in self._blocks.values()]
        groups = list(self._groups.values())
        self.complaints += join(groups, completed, self._keepalived)
        name_vmacs(completed, self._defaults, self._named)
        weighs = {id(member): group.weighs for group in groups for member in group.members}
        for one in completed:
            self.complaints += one.block.complaints
            self.complaints += not_tracked(one, weighs.get(id(one)), self._scripts)
            self.fatals += one.block.fatals
        self.fatals += conflicts(completed, self._defaults)
        if not self._defaults.dynamic_interfaces:
            self.fatals += self.interfaces.impossible()
        groups_of = {id(member): group.name for group in groups for member in group.members}
        self.instances = [self._instance(one, groups_of.get(id(one))) for one in completed]
        self.sync_groups = [
            SyncGroup(
                group.name, tuple(one.block.name for one in group.members), *self._expansion.path_and_line(group.index)
            )
            for group in groups
            if group.members
        ]

    def _instance(self, completed: EffectiveInstance, sync_group: str | None) -> ConfiguredVrrpInstance:
        block = completed.block
        extent = self._extents[block.name]
        path, line = self._expansion.path_and_line(block.index)
        return ConfiguredVrrpInstance(
            name=block.name,
            vrid=block.vrid,
            interface=block.interface,
            state=completed.state,
            priority=completed.priority,
            advert_int=block.advert_int / MICROSECONDS,
            down_timer_adverts=block.down_timer_adverts,
            version=completed.version,
            family=completed.family,
            vips=tuple(one.address for one in block.vips),
            vips_excluded=tuple(one.address for one in block.excluded),
            vip_devices=tuple(_devices([*block.vips, *block.excluded])),
            nopreempt=block.nopreempt,
            preempt_delay=block.preempt_delay / MICROSECONDS,
            unicast_src_ip=block.source,
            unicast_peers=tuple(block.peers),
            vmac=block.vmac,
            auth=completed.auth,
            sync_group=sync_group,
            settings=extent.settings,
            path=path,
            line=line,
            end_line=self._expansion.path_and_line(extent.end)[1],
            span=(block.index, extent.end),
            handed_over=self._handed_over(block),
            priority_at=block.at.get("priority"),
        )

    def _handed_over(self, block: VrrpBlock) -> HandedOver | None:
        """Return what the priority's line remembers, unless the priority was raised again since."""
        at = block.at.get("priority")
        found = None if at is None else mark_of(self._expansion.comment(at), block.name, HANDED_OVER)
        if found is None or block.priority is None:
            return None
        mark = found.mark
        if block.priority >= mark.number and mark.number > LEAST_PRIORITY:
            return None
        return HandedOver(mark.number, mark.when, mark.by, mark.reason)


def _devices(addresses: list[VirtualAddress]) -> list[tuple[str, str]]:
    return [(one.address, one.device) for one in addresses if one.device is not None]


def _defaults(global_defs: GlobalDefs) -> VrrpDefaults:
    """Return what global_defs says for all instances."""
    last = {setting[0]: [word.encode() for word in setting] for setting in global_defs.settings}

    def number(name: str, low: int, high: int, default: int) -> int:
        words = last.get(name, [])
        value = unsigned(words[1], low, high)[0] if len(words) > 1 else None
        return default if value is None else value

    def group(name: str, default: str) -> str:
        words = last.get(name, [])
        return (address(words[1]) if len(words) > 1 else None) or default

    plain = VrrpDefaults()
    prefix = last.get("vmac_prefix", [b""])[-1]
    return VrrpDefaults(
        number("vrrp_version", 2, 3, plain.version),
        global_defs.vrrp_strict,
        number("vrrp_down_timer_adverts", 1, MOST_DOWN_TIMER_ADVERTS, plain.down_timer_adverts),
        "dynamic_interfaces" in last,
        b"allow_if_changes" in last.get("dynamic_interfaces", []),
        readable(prefix) or plain.vmac_prefix,
        (group("vrrp_mcast_group4", plain.groups[0]), group("vrrp_mcast_group6", plain.groups[1])),
    )
