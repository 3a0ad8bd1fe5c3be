"""Ask one virtual server for answers as a client does, and tell when there were none: what runs on the client's machine.

This package is shipped alone over SSH, held in memory there, and run by that machine's own python3 (3.9 or newer), or
beside the console. So it imports nothing of lvstui but itself, and nothing but the standard library. It is bounded by itself:
in rate, number, time and concurrency; and it ends with its console. Not for: which virtual server, which the console decides.
"""
