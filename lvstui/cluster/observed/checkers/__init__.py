"""Follow what the checkers of one Director's keepalived say: verdicts, quorums, and the weights that they add.

Not for: what both Directors' verdicts make of a real server (`servers`).
"""
