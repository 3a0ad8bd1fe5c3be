"""Carry out a plan on both Directors, or on neither. Sans-IO: messages and a clock in, messages to send out.

Not for: making the plan (`plan`), and what happens on a Director (`director.changes`).
"""
