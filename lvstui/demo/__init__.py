"""Simulate a pair: two Directors behind the agent's own `system` port, over real SSH on loopback. Every key works on it.

Not for: tests of real daemons, which the lab has.
"""
