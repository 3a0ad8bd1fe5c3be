"""Say what a client of a drill may ask, and put what it saw into the result.

Not for: asking (see `lvstui.probe`).
"""
