"""Read what the operator has written down: the clusters in clusters.toml, and what was chosen on the settings screen.

Text in, frozen facts out; every error names the file, the line, and what would be right. Not for: what is done with them.
"""
