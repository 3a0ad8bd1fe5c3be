"""Show the past on every screen: the time bar, and what moves the moment that is shown.

Not for: what was recorded (see `session.replay_session`), nor the screens, which show it as they show the present.
"""
