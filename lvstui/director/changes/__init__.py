"""Change the configuration's files on one Director: the transaction, its commands, and what a killed agent left.

Not for: reading and writing files (`linux.files`), and which change is wanted, which the console decides.
"""
