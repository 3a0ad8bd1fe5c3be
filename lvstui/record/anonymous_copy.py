"""Copy a range of a recording into a file with invented names, and look through what was written before it is kept.

Not for: what is invented (see `anonymous`).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lvstui.record import recording_copy
from lvstui.record.anonymous.address_map import NoAddresses
from lvstui.record.anonymous.anonymiser import Anonymiser
from lvstui.record.anonymous.leak_check import LeakCheck
from lvstui.record.recorded_entries import Entry, EntryDecoder, EntryEncoder, EntryError
from lvstui.record.recorded_events import event_of, event_text
from lvstui.record.recording_file import Chunk, EventRow, RecordingWriter
from lvstui.record.recording_reader import RecordingError, RecordingReader


def export(source: Path, target: Path, since: float | None = None, until: float | None = None) -> int:
    """Write the chunks that touch a range, with invented names. Return how many.

    Raises RecordingError, OSError or sqlite3.Error, and leaves no file then.
    """
    with RecordingReader(source) as reader:
        chosen = recording_copy.chosen_chunks(reader, since, until)
        anonymiser = Anonymiser()
        about = {key: value for key, value in reader.about.items() if key != "version"}
        anonymiser.about(about)
        for chunk, rows, _ in chosen:
            for entry in _entries(reader, chunk):
                anonymiser.entry(entry)
            _events(rows, anonymiser)
        try:
            anonymiser.settle()
        except NoAddresses as error:
            raise RecordingError(f"{source}: {error}") from error
        writer = RecordingWriter(target, anonymiser.about(about))
        try:
            try:
                for chunk, rows, rates in chosen:
                    writer.begin_chunk(chunk.wall, chunk.now)
                    encoder = EntryEncoder()
                    lines = [encoder.line(anonymiser.entry(entry)) for entry in _entries(reader, chunk)]
                    end = reader.end_of(chunk) or chunk.wall
                    writer.append(b"".join(lines), end, _events(rows, anonymiser), rates)
            finally:
                writer.close()
            check(target, LeakCheck(anonymiser.inventions))
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return len(chosen)


def check(path: Path, originals: LeakCheck) -> None:
    """Look for originals in the bytes of a recording. Raises RecordingError if there is one."""
    with RecordingReader(path) as reader:
        found = originals.found("\n".join(reader.about.values()).encode())
        for row in reader.events():
            found += originals.found(row.data.encode())
        for chunk in reader.chunks:
            found += originals.found(b"\n".join(reader.lines(chunk)))
        if reader.torn is not None:
            raise RecordingError(f"the export could not be read again, so it was not kept: {reader.torn}")
    found += originals.found_in_file(path.read_bytes())
    if found:
        some = ", ".join(sorted(set(found))[:5])
        raise RecordingError(f"the export still had originals in it, so it was not kept: {some}")


def _entries(reader: RecordingReader, chunk: Chunk) -> Iterator[Entry]:
    decoder = EntryDecoder()
    for line in reader.lines(chunk):
        try:
            yield decoder.entry(line)
        except EntryError as error:
            reader.torn = str(error)
            return


def _events(rows: list[EventRow], anonymiser: Anonymiser) -> list[EventRow]:
    made = []
    for row in rows:
        try:
            event = event_of(row.data)
        except ValueError:
            continue  # it cannot be mapped
        made.append(row._replace(data=event_text(anonymiser.event(event), str)))
    return made
