"""Show the Directors' configurations: their files, what we say of their lines, and what differs."""
