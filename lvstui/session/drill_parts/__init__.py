"""Do the parts of a drill that need no session: ask a virtual server as a client, and have keepalived interrupted.

Not for: running a whole drill (see `drill_run`).
"""
