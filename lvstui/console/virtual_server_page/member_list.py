"""List the real servers, each on as many lines as there is room for: the cursor goes from one to the next.

Not for: what the lines show (see `member_rows`).
"""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message

from lvstui.console.widgets.lines import Lines


class MemberList(Lines):
    """A list whose entries are `tall` lines each. `line` is always the first one of an entry."""

    @dataclass
    class MembersResized(Message):
        """There is another room for them: they may be taller, or not as tall."""

    def __init__(self, id: str) -> None:
        super().__init__(cursor=True, id=id)
        self.tall = 1

    @property
    def entry(self) -> int:
        """Return the number of the entry under the cursor."""
        return self.line // self.tall

    def on_resize(self) -> None:
        super().on_resize()
        self.post_message(self.MembersResized())

    def go(self, line: int) -> None:
        """Put the cursor on the entry that has that line, and show all of its lines."""
        first = max(0, line) - max(0, line) % self.tall
        super().go(first)
        bottom = first + self.tall
        if self.size.height >= self.tall and bottom > self.scroll_offset.y + self.size.height:
            self.scroll_to(y=bottom - self.size.height, animate=False)

    def follow(self, line: int) -> None:
        super().follow(max(0, line) - max(0, line) % self.tall)

    def in_sight(self) -> bool:
        """Return True if all lines of the cursor's entry are shown, or the first where there is no room for all."""
        last = self.line + self.tall if self.size.height >= self.tall else self.line + 1
        return super().in_sight() and last <= self.scroll_offset.y + self.size.height

    def action_move(self, lines: int) -> None:
        self.go(self.line + lines * self.tall)
