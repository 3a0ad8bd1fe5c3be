"""Follow the configuration files of one Director: what they say, what keepalived has loaded of them, and what it would not.

Not for: what a file means to keepalived (`lvstui.keepalived.reading`).
"""
