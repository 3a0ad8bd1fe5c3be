"""Tests against real kernels and real keepalived, in the lab."""
