"""Change a configuration, bytes to bytes: find the place, prove that the result is read as meant, take a change back.

Not for: which servers are meant, and whether it is safe (`cluster.plan`).
"""
