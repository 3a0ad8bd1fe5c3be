"""Show one Director's configuration, a file at a time: its lines, numbered and coloured, with the remarks in the margin.

Not for: what differs from the other Director (see the screen).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

from textual.content import Content

from lvstui.cluster.text import counted
from lvstui.cluster.views.configuration_view import ShownConfiguration, ShownFile
from lvstui.console.look.glyphs import AWAITED, BAD, DIM, STYLES
from lvstui.console.widgets.lines import Line, Lines, Part


class FilePane(Lines):
    """The pane of one Director's files."""

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
        """Return the file that is shown; None: there is none."""
        files = self._configuration.files if self._configuration is not None else ()
        return next((file for file in files if file.path == self._path), files[0] if files else None)

    @property
    def number(self) -> int:
        """Return the number of the line under the cursor, as an editor has it."""
        file = self.file
        return file.listing[self.line].number if file is not None and len(file.listing) else 0

    def show_configuration(self, configuration: ShownConfiguration) -> None:
        """Draw the configuration, if it is another one."""
        if configuration is not self._configuration:
            self._configuration = configuration
            self._draw()

    def _draw(self) -> None:
        configuration, file = self._configuration, self.file
        if configuration is None:
            return
        self.border_title = _title(configuration, file)
        remarks = len(file.remarks) if file is not None else 0
        self.border_subtitle = Content(counted(remarks, "remark")) if remarks else ""
        if file is None:
            self.show([((configuration.error or "no file", "warn"),)])
        elif file.error is not None:
            self.show([((f"{BAD} {file.error}", "bad"),)])
        else:
            self.show(FileLines(file, self._found))

    # --- going somewhere ---

    def open(self, path: str, number: int) -> bool:
        """Show that file at the line of that number. Return False when there is no such file."""
        files = self._configuration.files if self._configuration is not None else ()
        if not any(file.path == path for file in files):
            return False
        self._turn_to(path)
        file = self.file
        assert file is not None
        self.go(file.listing.row(number))
        return True

    def turn(self, step: int) -> bool:
        """Show another file of the same configuration. Return False when there is none."""
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
        """Go to the next line with a remark. Return False when there is none."""
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
        """Go to the next line that has this text. Return False when there is none."""
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
        mark: Part = (" ", "blank") if fatal is None else (BAD, "bad") if fatal else ("!", "warn")
        parts: list[Part] = [mark, (f"{line.number:>{self._digits}}  ", "number")]
        for kind, text in line.pieces:
            parts += _split(text, kind, self._found)
        return parts


def _split(text: str, kind: str, found: str) -> list[Part]:
    """Return the parts of a text, with what was searched for in its own style."""
    folded = text.casefold()
    if not found or found not in folded or len(folded) != len(text):
        return [(text, kind)]
    parts: list[Part] = []
    at = 0
    while (hit := folded.find(found, at)) >= 0:
        parts += [(text[at:hit], kind), (text[hit : hit + len(found)], "found")]
        at = hit + len(found)
    return [*parts, (text[at:], kind)]


def _title(configuration: ShownConfiguration, file: ShownFile | None) -> Content:
    parts: list[tuple[str, str]] = [(configuration.director, "bold")]
    if file is not None:
        parts.append((f"  {file.path}", DIM))
        if len(configuration.files) > 1:
            number = [one.path for one in configuration.files].index(file.path) + 1
            parts.append((f"  {number} of {len(configuration.files)}", DIM))
    if configuration.pending:
        parts.append((f"  {AWAITED} not loaded yet", STYLES["warn"]))
    if configuration.error is not None:
        parts.append((f"  ? {configuration.error}", STYLES["warn"]))
    return Content.assemble(*parts)
