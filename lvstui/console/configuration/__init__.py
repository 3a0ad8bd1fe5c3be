"""Show the Directors' configurations: their files, what we say of their lines, and what differs.

Not for: changing it (`change`), and finding what differs (`cluster.drift`).
"""
