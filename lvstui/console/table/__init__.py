"""Show the table of virtual and real servers: its rows, columns, order, filter, marks and cursor."""
