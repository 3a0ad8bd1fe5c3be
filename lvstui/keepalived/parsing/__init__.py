"""Take a file apart as keepalived does, losslessly, from bytes to statements in blocks. Not for: what a statement means."""
