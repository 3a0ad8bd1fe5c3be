"""Read, stage, swap in and put back the configuration's files on the disk, with the journal and the lock next to them.

Not for: what the files say, and when they are swapped.
"""
