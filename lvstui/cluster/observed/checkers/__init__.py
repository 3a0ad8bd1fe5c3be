"""Follow what the checkers of one Director's keepalived say: verdicts, quorums, and the weights that they add."""
