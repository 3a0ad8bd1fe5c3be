"""Run on a Director: read, stream and swap files, and make no decisions.

This package is shipped alone to the Director over SSH, held in memory there, and run by the Director's own
python3 (3.9 or newer). So it imports nothing of lvstui but itself.
"""
