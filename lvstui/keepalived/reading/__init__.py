"""Make of statements what is configured, and what takes effect, typed. Not for: changing anything (see `editing`)."""
