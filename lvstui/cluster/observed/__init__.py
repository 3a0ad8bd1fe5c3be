"""Put in order what one Director has told: its link, its IPVS table, its configuration, what keepalived says.

Not for: comparing Directors (see `drift` and `checks`), nor what is shown (see `views`).
"""
