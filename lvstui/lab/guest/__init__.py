"""Run inside the lab's guest: copied into it, on the guest's own python3 (3.9 or newer), with the standard library alone.

It builds the networks, boots the two Directors, serves the real servers' pages, and then answers the
host's requests from one long-lived process, because a fork costs 0.1 to 0.3 s in User Mode Linux.
Not for the host: the host's side is the package above.
"""
