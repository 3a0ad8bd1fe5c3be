"""Read as the checker process does: virtual server groups, virtual servers, real servers and their checkers.

Not for: what the kernel has of them (`cluster.observed`).
"""
