"""Tests of what runs on a Director."""
