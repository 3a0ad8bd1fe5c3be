"""The VRRP process's reading, VRRP instances and sync groups, and the parent's, global_defs.

Not for: what another Director says (see `cluster`).
"""

from __future__ import annotations

from lvstui.keepalived.model import GlobalDefs, SyncGroup, VrrpInstance
from lvstui.keepalived.numbers import address, seconds, switch, unsigned
from lvstui.keepalived.statements import Expansion, file_and_row

DEFAULT_PRIORITY = 100
OWNER_PRIORITY = 255
_SECRETS = (b"auth_pass",)


def _text(word: bytes) -> str:
    return word.decode(errors="backslashreplace")


class Globals:
    """A Visitor that collects global_defs."""

    def __init__(self, expansion: Expansion) -> None:
        self._settings: list[tuple[str, ...]] = []
        self._expansion = expansion

    def statement(self, block: str, index: int, words: list[bytes]) -> bool:
        if block == "global_defs":
            self._settings.append(tuple(map(_text, words)))
        return True

    def values(self, block: str, index: int, words: list[bytes], entries: list[int]) -> None:
        if block == "global_defs":
            values = [_text(word) for entry in entries for word in self._expansion.words[entry]]
            self._settings.append((_text(words[0]), *values))

    def closed(self, block: str, index: int) -> None:
        pass

    def global_defs(self) -> GlobalDefs:
        """All that was read."""
        last = {setting[0]: setting for setting in self._settings}

        def word(name: str) -> str | None:
            return last[name][1] if len(last.get(name, ())) > 1 else None

        def on(name: str) -> bool:
            return name in last and switch([part.encode() for part in last[name]]) is not False

        return GlobalDefs(
            word("router_id"),
            word("script_user"),
            on("enable_script_security"),
            on("reload_check_config"),
            on("vrrp_strict"),
            tuple(self._settings),
        )


class Instances:
    """A Visitor that collects VRRP instances and sync groups."""

    def __init__(self, expansion: Expansion, global_defs: GlobalDefs) -> None:
        self.instances: list[VrrpInstance] = []
        self.sync_groups: list[SyncGroup] = []
        self.complaints: list[tuple[int, str]] = []
        self._expansion = expansion
        self._version = next((s[1] for s in global_defs.settings if s[0] == "vrrp_version" and len(s) > 1), "2")
        self._interface = next((s[1] for s in global_defs.settings if s[0] == "default_interface" and len(s) > 1), None)
        self._begun = -1
        self._name = ""
        self._statements: list[tuple[int, list[bytes]]] = []
        self._values: dict[bytes, list[list[bytes]]] = {}

    def statement(self, block: str, index: int, words: list[bytes]) -> bool:
        if block == "" and words[0] in (b"vrrp_instance", b"vrrp_sync_group"):
            return self._begin(index, words)
        if block == "":
            self._statements, self._values = [], {}
        else:
            self._statements.append((index, words))
        return True

    def _begin(self, index: int, words: list[bytes]) -> bool:
        kind = words[0].decode()
        if len(words) != 2:
            self.complaints.append((index, f"{kind} must have one name: it is passed over"))
            return False
        name = _text(words[1])
        there: list[VrrpInstance] | list[SyncGroup] = self.instances if kind == "vrrp_instance" else self.sync_groups
        if any(one.name == name for one in there):
            self.complaints.append((index, f"{kind} {name!r} is there before: it is passed over"))
            return False
        self._begun, self._name, self._statements, self._values = index, name, [], {}
        return True

    def values(self, block: str, index: int, words: list[bytes], entries: list[int]) -> None:
        if block:
            self._values.setdefault(words[0], []).extend(self._expansion.words[entry] for entry in entries)

    def closed(self, block: str, index: int) -> None:
        if block == "vrrp_instance":
            self.instances.append(self._instance(min(index, len(self._expansion.words) - 1)))
        elif block == "vrrp_sync_group":
            names = tuple(_text(word) for entry in self._values.get(b"group", []) for word in entry)
            self.sync_groups.append(SyncGroup(self._name, names, *self._at(self._begun)))

    def _at(self, index: int) -> tuple[str, int]:
        file, row = file_and_row(self._expansion.places[index])
        tree = self._expansion.trees[file]
        return tree.path, tree.number(row)

    def _instance(self, end: int) -> VrrpInstance:
        path, line = self._at(self._begun)
        vips, six = self._addresses(b"virtual_ipaddress")
        priority = self._number(b"priority", 1, OWNER_PRIORITY)
        preempt_delay = self._last(b"preempt_delay")
        advert_int = seconds(self._last(b"advert_int") or b"1")
        interface, source = self._last(b"interface"), self._last(b"unicast_src_ip")
        version = self._number(b"version", 2, 3) or (3 if six or self._version == "3" else 2)
        return VrrpInstance(
            name=self._name,
            vrid=self._number(b"virtual_router_id", 1, 255),
            interface=_text(interface) if interface is not None else self._interface,
            state="BACKUP" if priority != OWNER_PRIORITY and not self._master() else "MASTER",
            priority=priority or DEFAULT_PRIORITY,
            advert_int=advert_int or 1.0,
            version=version,
            vips=vips,
            vips_excluded=self._addresses(b"virtual_ipaddress_excluded")[0],
            nopreempt=any(words[0] == b"nopreempt" for _, words in self._statements),
            preempt_delay=seconds(preempt_delay or b"0") or 0.0,
            unicast_src_ip=_text(source) if source is not None else None,
            unicast_peers=tuple(_text(entry[0]) for entry in self._values.get(b"unicast_peer", [])),
            settings=tuple(
                tuple(map(_text, words[:1] if words[0] in _SECRETS else words)) for _, words in self._statements
            ),
            path=path,
            line=line,
            end_line=self._at(end)[1],
            span=(self._begun, end),
        )

    def _last(self, name: bytes) -> bytes | None:
        return next((words[1] for _, words in reversed(self._statements) if words[0] == name and len(words) > 1), None)

    def _master(self) -> bool:
        states = [words[1] for _, words in self._statements if words[0] == b"state"]
        master = False
        for state in states:  # BACKUP does not take MASTER back; an unknown word does
            master = state == b"MASTER" or (master and state == b"BACKUP")
        return master

    def _number(self, name: bytes, low: int, high: int) -> int | None:
        value = None
        for index, words in self._statements:
            if words[0] == name and len(words) > 1:
                number, remark = unsigned(words[1], low, high, lenient=False)
                if remark:
                    self.complaints.append((index, f"{name.decode()} {remark}"))
                value = number or value
        return value

    def _addresses(self, name: bytes) -> tuple[tuple[str, ...], bool]:
        found = [address(entry[0].partition(b"/")[0]) for entry in self._values.get(name, [])]
        kept = tuple(one for one in found if one is not None)
        return kept, any(":" in one for one in kept)
