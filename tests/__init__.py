"""Tests mirror `lvstui/`; those in `lab/` need the lab (a User Mode Linux guest with real keepalived and IPVS)."""
