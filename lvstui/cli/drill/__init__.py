"""Measure a failover from the command line: `lvsctl drill`.

Not for: what is measured (see `cluster.drill`), nor how a drill is run (see `session`).
"""
