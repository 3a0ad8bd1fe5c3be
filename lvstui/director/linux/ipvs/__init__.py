"""Read IPVS: the kernel's table over generic netlink or /proc, and samples of connections.

Not for: changing the table, which keepalived alone does.
"""
