"""Run the two commands, `lvstui` and `lvsctl`: options in, text or JSON and an exit status out.

A module for each command or family of commands. Not for: what a command decides (see `cluster`), nor links (see `session`).
"""
