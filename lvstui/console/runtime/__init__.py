"""Keep the event loop free for keys: when Python collects garbage, when long work yields, how the console ends.

Not for: what is drawn.
"""
