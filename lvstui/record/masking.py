"""Take the secrets out of what is recorded, before anything is written.

A file's hash would let anybody try passwords until one fits: it is replaced by another that is the same for the same file within
one recording, made with a key that is thrown away. Not for: what a secret is (see `keepalived.secrets`).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from typing import Any

from lvstui.director.protocol.change_messages import LeftChange, Step, Tested, Unfinished
from lvstui.director.protocol.file_messages import File, Files
from lvstui.director.protocol.keepalived_messages import LoadedConfiguration, Log
from lvstui.director.protocol.link_messages import Goodbye
from lvstui.director.protocol.message_registry import Message
from lvstui.keepalived.secrets import NOTHING_KNOWN, Known, known, masked, masked_text, values_in


class Masking:
    """The masking of one recording: it remembers the secrets of each Director's files, to find them in what is said later."""

    def __init__(self, key: bytes | None = None) -> None:
        """`key` is for tests: it makes the same hashes each time."""
        self._key = os.urandom(32) if key is None else key
        self._datas: dict[str, dict[str, tuple[bytes, ...]]] = {}  # by Director, and by the message that they came with
        self._known: dict[str, Known] = {}
        self._values: tuple[str, ...] = ()

    def message(self, director: str, message: Message) -> Message:
        """Return a Director's message without secrets."""
        if isinstance(message, Files):
            self._learn(director, "files", tuple(file.data for file in message.files))
            return replace(message, files=tuple([self._file(director, file) for file in message.files]))
        if isinstance(message, LoadedConfiguration):
            self._learn(director, "loaded", (message.data,))
            return replace(message, data=masked(message.data, self._known[director]))
        if isinstance(message, Log):
            lines = tuple([line._replace(text=self.text(line.text)) for line in message.lines])
            return replace(message, lines=lines, error=None if message.error is None else self.text(message.error))
        return self._of_change(message)

    def text(self, text: str) -> str:
        """Return a sentence without secrets."""
        return masked_text(text, self._values)

    def diff(self, diff: str) -> str:
        """Return a diff without secrets."""
        data = diff.encode(errors="surrogateescape")
        for one in (NOTHING_KNOWN, *self._known.values()):
            data = masked(data, one)
        return data.decode(errors="surrogateescape")

    def digest(self, sha256: str) -> str:
        """Return what stands for a file's hash in this recording."""
        return hashlib.blake2b(sha256.encode(), key=self._key, digest_size=32).hexdigest() if sha256 else ""

    def value(self, value: Any) -> Any:
        """Return a JSON value all of whose texts are without secrets."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, dict):
            return {key: self.diff(one) if key == "diff" else self.value(one) for key, one in value.items()}
        return [self.value(one) for one in value] if isinstance(value, list | tuple) else value

    def _learn(self, director: str, source: str, datas: tuple[bytes, ...]) -> None:
        mine = self._datas.setdefault(director, {})
        if mine.get(source) == datas and director in self._known:
            return
        mine[source] = datas
        every = [data for some in mine.values() for data in some]
        self._known[director] = known(every)
        self._values = values_in(data for one in self._datas.values() for some in one.values() for data in some)

    def _file(self, director: str, file: File) -> File:
        return file._replace(data=masked(file.data, self._known[director]), sha256=self.digest(file.sha256))

    def _of_change(self, message: Message) -> Message:
        if isinstance(message, Step):
            return replace(message, detail=self.text(message.detail))
        if isinstance(message, Tested):
            told, in_force = (tuple(map(self.text, one)) for one in (message.messages, message.messages_in_force))
            return replace(message, messages=told, messages_in_force=in_force, note=self.text(message.note))
        if isinstance(message, Goodbye):
            return replace(message, reason=self.text(message.reason))
        if isinstance(message, Unfinished) and message.change is not None:
            left: LeftChange = message.change._replace(note=self.text(message.change.note))
            return replace(message, change=left)
        if isinstance(message, Unfinished) and message.undone is not None:
            return replace(message, undone=message.undone._replace(note=self.text(message.undone.note)))
        return message
