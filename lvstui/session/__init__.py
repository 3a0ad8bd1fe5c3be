"""Keep one pair open: its links, its state, and the changes that are carried out there.

The only place where `cluster`, which is pure, meets `transport`, which does input and output. Not for: what is shown.
"""
