"""Treat the two Directors as one. Pure: messages and a clock in; the view, events and commands out. No socket, no screen."""
