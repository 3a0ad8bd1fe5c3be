"""Name virtual servers, real servers, VIPs and instances, and tell when two of them are the same one. Pure names.

Not for: what is known of the thing that is named.
"""
