"""Show and change the two Directors of an LVS + keepalived cluster from one console."""

__version__ = "0.1.0"
