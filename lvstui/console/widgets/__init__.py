"""Draw what the screens are made of. Each widget is given values and draws them; none knows the session.

Not for: how a screen is put together, and the table (`table`).
"""
