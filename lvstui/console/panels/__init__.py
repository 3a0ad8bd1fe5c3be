"""Show what surrounds the table of the main screen: the selected item, events, drains, plots, a small topology; and place them.

Each panel is given values and draws them. Not for: asking the session (see `screens.main_screen`).
"""
