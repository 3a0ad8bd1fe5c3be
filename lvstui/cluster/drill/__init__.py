"""Watch a failover and measure it: both Directors' messages and a clock in; milestones, windows and a verdict out.

Not for: causing one (see `session`), nor asking for answers as a client does.
"""
