"""Choose the moment that the screens show, and play a recording from there on. Not for: how the past is shown (see `past`)."""
