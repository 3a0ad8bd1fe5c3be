"""Show one virtual server: what both Directors say of it, and its real servers with a plot each.

Not for: its line in the table (`table`).
"""
