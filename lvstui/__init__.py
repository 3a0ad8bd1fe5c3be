"""lvstui: one console for the two Directors of an LVS + keepalived cluster."""

__version__ = "0.1.0"
