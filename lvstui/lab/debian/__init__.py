"""Make what the lab runs of Debian packages: one system for each release, and the guest's kernel.

Not for: starting any of it (`lab.machine`).
"""
