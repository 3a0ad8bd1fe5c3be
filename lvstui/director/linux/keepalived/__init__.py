"""Find keepalived on this machine, read what it says of itself (dumps, log, loaded copy), and make it reload.

Not for: what the configuration means; the agent does not parse it.
"""
