"""Draw what `session` shows, and ask it for plans.

Not for: working anything out, nor input or output, but for the terminal's and for what an operator exports (see `export`).
"""
