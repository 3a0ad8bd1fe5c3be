"""Read as the VRRP process does: instances and sync groups, and what keepalived makes of them.

Not for: which instance is MASTER (`cluster.observed.vrrp`).
"""
