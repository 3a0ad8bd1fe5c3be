"""Take all recordings of a cluster as one past: which file has a moment, what is drawn of the whole range, and
how figures went before a moment, and its failovers.

Not for: one file (see `record.recording_reader`), nor one moment of it (see `record.replay`).
"""
