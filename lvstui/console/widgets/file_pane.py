"""One Director's configuration, a file at a time: its lines with numbers and inks, and in the margin where there is a remark.

Not for: what differs from the other Director (see the screen).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from textual.content import Content

from lvstui.cluster.configurations import ShownConfiguration, ShownFile
from lvstui.console.marks import STYLES
from lvstui.console.widgets.lines import Line, Lines, Part


class FilePane(Lines):
    STAYS = True  # a jump goes to the lines of both Directors

    def __init__(self, director: str) -> None:
        super().__init__(cursor=True, classes="file")
        self.director = director
        self._configuration: ShownConfiguration | None = None
        self._path = ""
        self._found = ""
        self._places: dict[str, int] = {}  # the cursor's line in the files that are not shown now

    @property
    def file(self) -> ShownFile | None:
        files = self._configuration.files if self._configuration is not None else ()
        return next((file for file in files if file.path == self._path), files[0] if files else None)

    @property
    def number(self) -> int:
        """Of the line under the cursor, as an editor has it."""
        file = self.file
        return file.listing[self.line].number if file is not None and len(file.listing) else 0

    def show_configuration(self, configuration: ShownConfiguration) -> None:
        if configuration is not self._configuration:
            self._configuration = configuration
            self._draw()

    def _draw(self) -> None:
        configuration, file = self._configuration, self.file
        if configuration is None:
            return
        self.border_title = _title(configuration, file)
        self.border_subtitle = Content(f"{len(file.remarks)} remarks") if file is not None and file.remarks else ""
        if file is None:
            self.show([((configuration.error or "no file", "warn"),)])
        elif file.error is not None:
            self.show([((f"✖ {file.error}", "bad"),)])
        else:
            self.show(FileLines(file, self._found))

    # --- going somewhere ---

    def open(self, path: str, number: int) -> bool:
        """Show that file at the line of that number; False when there is no such file."""
        files = self._configuration.files if self._configuration is not None else ()
        if not any(file.path == path for file in files):
            return False
        self._turn_to(path)
        file = self.file
        assert file is not None
        self.go(file.listing.row(number))
        return True

    def turn(self, step: int) -> bool:
        """Another file of the same configuration; False when there is none."""
        paths = [file.path for file in self._configuration.files] if self._configuration is not None else []
        file = self.file
        if file is None or len(paths) < 2:
            return False
        self._turn_to(paths[(paths.index(file.path) + step) % len(paths)])
        return True

    def _turn_to(self, path: str) -> None:
        file = self.file
        if file is None or file.path == path:
            self._path = path
            return
        self._places[file.path] = self.line
        self._path = path
        self._draw()
        self.go(self._places.get(path, 0))

    def next_remark(self, step: int) -> bool:
        file = self.file
        if file is None or not file.remarks:
            return False
        rows = sorted({file.listing.row(remark.line) for remark in file.remarks})
        if step > 0:
            self.go(next((row for row in rows if row > self.line), rows[0]))
        else:
            self.go(next((row for row in reversed(rows) if row < self.line), rows[-1]))
        return True

    def find(self, wanted: str, start: int, step: int) -> bool:
        file = self.file
        row = None if file is None or not len(file.listing) else file.listing.find(wanted, start, step)
        if row is None:
            return False
        self._found = wanted
        self._draw()
        self.go(row)
        return True


class FileLines(Sequence[Line]):
    """The lines of a file as they are drawn, each made when it is looked at."""

    def __init__(self, file: ShownFile, found: str) -> None:
        self._file = file
        self._found = found.casefold()
        self._remarks = {file.listing.row(remark.line): remark.fatal for remark in file.remarks}
        self._digits = max(3, len(str(file.listing[-1].number))) if len(file.listing) else 3

    def __len__(self) -> int:
        return len(self._file.listing)

    @overload
    def __getitem__(self, index: int) -> Line: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Line]: ...
    def __getitem__(self, index: int | slice) -> Line | Sequence[Line]:
        if isinstance(index, slice):
            return [self[one] for one in range(*index.indices(len(self)))]
        line = self._file.listing[index]
        fatal = self._remarks.get(index)
        mark: Part = (" ", "blank") if fatal is None else ("✖", "bad") if fatal else ("!", "warn")
        parts: list[Part] = [mark, (f"{line.number:>{self._digits}}  ", "number")]
        for ink, text in line.pieces:
            parts += _split(text, ink, self._found)
        return parts


def _split(text: str, ink: str, found: str) -> list[Part]:
    """With what was searched for in its own style."""
    folded = text.casefold()
    if not found or found not in folded or len(folded) != len(text):
        return [(text, ink)]
    parts: list[Part] = []
    at = 0
    while (hit := folded.find(found, at)) >= 0:
        parts += [(text[at:hit], ink), (text[hit : hit + len(found)], "found")]
        at = hit + len(found)
    return [*parts, (text[at:], ink)]


def _title(configuration: ShownConfiguration, file: ShownFile | None) -> Content:
    parts: list[tuple[str, str]] = [(configuration.director, "bold")]
    if file is not None:
        parts.append((f"  {file.path}", "$foreground-muted"))
        if len(configuration.files) > 1:
            number = [one.path for one in configuration.files].index(file.path) + 1
            parts.append((f"  {number} of {len(configuration.files)}", "$foreground-muted"))
    if configuration.pending:
        parts.append(("  ◌ newer than loaded", STYLES["warn"]))
    if configuration.error is not None:
        parts.append((f"  ? {configuration.error}", STYLES["warn"]))
    return Content.assemble(*parts)
