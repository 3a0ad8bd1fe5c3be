"""Tell what happened, once, at the time when it happened, in the order in which it did.

Not for: what lasts (see `problems`), nor what an event looks like (see `view`).
"""
