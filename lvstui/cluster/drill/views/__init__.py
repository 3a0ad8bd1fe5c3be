"""Show what a drill has found out: in words, in tables, as a picture, and beside earlier drills. Pure: results in, values out.

Not for: a form of a file (see `lvstui.report`), nor how the console draws it.
"""
