"""Find what differs and should not: between the Directors' files, and between each file and its Director's kernel. Pure.

Not for: whether that is a problem (`checks`).
"""
