"""Read VRRP: adverts off the wire, and keepalived's VRRP dumps.

Not for: sending adverts, and who should be MASTER.
"""
