"""Write and colour what is shown everywhere: glyphs, numbers and ages, text cut to cells. Pure: values in, text out.

Not for: widgets, and where something is on a screen (the sheets of `styles`).
"""
