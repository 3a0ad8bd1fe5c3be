"""The screen: draws what `session` shows, and asks it for plans. Not for: working anything out, nor any input or output."""
