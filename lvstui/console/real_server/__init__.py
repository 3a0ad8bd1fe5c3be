"""Show one real server: both Directors side by side, its plots, events and connections.

Not for: its line in the table (`table`).
"""
