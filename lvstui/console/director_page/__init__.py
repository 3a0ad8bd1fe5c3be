"""Show one Director: its instances and why their priorities are what they are, interfaces, settings, keepalived and its log.

Not for: what is worked out of a Director (`cluster.views`).
"""
