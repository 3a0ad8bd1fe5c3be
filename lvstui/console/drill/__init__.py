"""Show drills: what can be done, a drill while it is armed or running, its result, and earlier ones beside it.

Not for: running and measuring one (`session`, `cluster.drill`).
"""
