"""Show the state for one screen or one command: frozen values, with None for what is not known.

Not for: drawing (see `console`).
"""
