"""Hand a Director over for maintenance, and take it back, by `lvsctl`.

Not for: changes of real servers (see `cli.change_options`).
"""
