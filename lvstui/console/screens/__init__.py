"""Show the main screen, and the screens and dialogs over it that have no folder of their own.

Not for: a Director, a server, a change or a drill: each has a folder beside this one.
"""
