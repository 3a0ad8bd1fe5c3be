"""Record a pair, and show the past: `lvsctl record`, `events`, `recording`, and `--at` before `status`.

Not for: what stands in a recording (see `record`).
"""
