"""Write the report of a drill as Markdown, JSON or one HTML page with its picture, and keep reports on this machine.

Not for: what is in a report (see `cluster.drill.views`).
"""
