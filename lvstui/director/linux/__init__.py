"""Implement the `System` port on a real machine: Linux, IPVS, keepalived. It runs on the Director, with its own python3.

Not for: when something is read, what is sent, and which step of a change comes next.
"""
