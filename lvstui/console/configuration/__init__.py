"""Show the Directors' configurations: their files, what we say of their lines, and what differs.

Not for: changing it (`change`), and what differs (`cluster.drift`).
"""
