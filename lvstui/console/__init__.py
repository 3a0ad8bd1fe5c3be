"""Draw what `session` shows, and ask it for plans. Not for: working anything out, nor any input or output."""
