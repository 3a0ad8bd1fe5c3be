"""Tell the operator by the terminal itself: its title, its bell, its notifications.

Not for: the figures and colours of the screens (`look`).
"""
