"""Open screens and dialogs, give them each new view, and close them: what all of them are derived from.

Not for: what a screen shows.
"""
