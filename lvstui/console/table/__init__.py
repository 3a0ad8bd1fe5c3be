"""Show the table of virtual and real servers: its rows, columns, order, filter, marks and cursor.

Not for: the state of a server (`cluster.servers`), and its page (`real_server`).
"""
