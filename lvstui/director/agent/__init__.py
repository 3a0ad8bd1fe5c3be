"""Serve one console over one byte stream: what is read and when, and what waits to be sent.

Not for: how the machine is read (`linux`), and how a change is made (`changes`).
"""
