"""Reach an agent: SSH as the operator has it configured, and the agent shipped over it in memory.

Not for: what the bytes mean (`director.protocol`), and when a lost link is opened again (`session`).
"""
