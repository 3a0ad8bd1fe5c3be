"""Tests of the real machine behind the agent's port."""
