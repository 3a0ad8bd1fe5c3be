"""Keep the virtual and real servers of both Directors as one table; their states, drains and figures over time.

Not for: what one Director tells of them (`observed`), and what is wrong with them (`checks`).
"""
