"""Put invented names into the entries and events of a recording, by what each field of a message is.

Not for: files of keepalived (see `anonymous_file`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from lvstui.cluster.identity.target import Target
from lvstui.cluster.view import EventView
from lvstui.director.protocol.host_messages import Sysctl
from lvstui.director.protocol.keepalived_messages import Log
from lvstui.record.anonymous.anonymous_file import anonymous_diff, anonymous_file
from lvstui.record.anonymous.inventions import Inventions
from lvstui.record.recorded_entries import Entry

_SENTENCES = frozenset(
    ["error", "reason", "why", "what", "detail", "note", "messages", "messages_in_force", "text", "kernel", "python"]
)
_FREE = frozenset(["title"])
_AS_IT_IS = frozenset(
    ["family", "protocol", "method", "scheduler", "engine", "state", "role", "manager", "step", "kind"]
)


class Anonymiser:
    """The anonymiser of one recording: go through all of it once, then `settle`, then again for what is written."""

    def __init__(self) -> None:
        self.inventions = Inventions()
        self._settled = False

    def settle(self) -> None:
        """Invent, now that all was gone through. Raises NoAddresses."""
        self.inventions.settle()
        self._settled = True

    def about(self, about: Mapping[str, str]) -> dict[str, str]:
        """Return what a file says of itself."""
        return {key: self.inventions.value(value) for key, value in about.items()}

    def entry(self, entry: Entry) -> Entry:
        """Return an entry with invented names."""
        director = self.inventions.value(entry.director)
        if entry.kind == "message":
            return entry._replace(director=director, value=self._message(entry.value))
        value = entry.value
        if entry.kind in ("start", "remember"):
            return entry._replace(director=director, value=self._json(value, sentences=False))
        if entry.kind == "failed":
            reason, hint, permanent, retry_in = value
            told = [self.inventions.sentence(reason), self.inventions.sentence(hint), permanent, retry_in]
            return entry._replace(director=director, value=told)
        return entry._replace(director=director, value=self._json(value, sentences=True))

    def event(self, event: EventView) -> EventView:
        """Return an event with invented names."""
        value, sentence = self.inventions.value, self.inventions.sentence
        targets = tuple([Target(value(one.virtual_server), value(one.real_server)) for one in event.targets])
        subject, text = sentence(event.subject), sentence(event.text)
        clock = None if event.clock is None else event.clock._replace(director=value(event.clock.director))
        return replace(event, targets=targets, source=value(event.source), subject=subject, text=text, clock=clock)

    def _message(self, message: Any) -> Any:
        if isinstance(message, Log):
            for line in message.lines:
                self.inventions.note_addresses(line.text)
            known = self._log_lines(message) if self._settled else ()
            return replace(self._record(replace(message, lines=())), lines=tuple(known))
        return self._record(message)

    def _log_lines(self, log: Log) -> Iterator[Any]:
        for line in log.lines:
            if self.inventions.is_known(line.text) and self.inventions.is_known(line.identifier):
                yield self._record(line)

    def _record(self, record: Any) -> Any:
        """Return a message, or a part of one, each of its fields mapped as what it is."""
        if isinstance(record, Sysctl):
            return record
        named = hasattr(record, "_fields")
        names = record._fields if named else [field.name for field in dataclasses.fields(record)]
        fields = {name: self._field(name, getattr(record, name)) for name in names}
        return record._replace(**fields) if named else replace(record, **fields)

    def _field(self, name: str, value: Any) -> Any:
        if isinstance(value, str):
            return self._text(name, value)
        if isinstance(value, bytes):
            return anonymous_file(value, self.inventions)
        if isinstance(value, tuple) and not hasattr(value, "_fields"):
            return tuple([self._field(name, one) for one in value])
        if hasattr(value, "_fields") or dataclasses.is_dataclass(value):
            return self._record(value)
        return value

    def _text(self, name: str, text: str) -> str:
        if name in _AS_IT_IS:
            return text
        if name in _SENTENCES:
            return self.inventions.sentence(text)
        return self.inventions.free(text) if name in _FREE else self.inventions.value(text)

    def _json(self, value: Any, *, sentences: bool) -> Any:
        if isinstance(value, str):
            return self.inventions.sentence(value) if sentences else self.inventions.value(value)
        if isinstance(value, dict):
            return {self._json(key, sentences=sentences): self._of_key(key, one) for key, one in value.items()}
        return [self._json(one, sentences=sentences) for one in value] if isinstance(value, list | tuple) else value

    def _of_key(self, key: str, value: Any) -> Any:
        """Return what stands under a key of a plan, of its outcome, or of the memory."""
        if isinstance(value, str) and key == "diff":
            return anonymous_diff(value, self.inventions)
        if isinstance(value, str) and key == "reason":
            return self.inventions.free(value)
        return self._json(value, sentences=key not in ("by", "name", "virtual_server", "real_server"))
