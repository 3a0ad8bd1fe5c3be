"""Make a plan of what an operator wants: one edit for each Director, its diff and its guards; or refuse.

`plan.plan.make` is the one door. Not for: carrying it out (see `change`).
"""
