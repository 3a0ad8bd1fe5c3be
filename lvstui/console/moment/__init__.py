"""The place in time of what the screens show. Not for: how the past is shown (see `past`)."""
