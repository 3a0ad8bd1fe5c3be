"""Benchmarks: measured, never a timed test. `make bench` runs them one after the other."""
