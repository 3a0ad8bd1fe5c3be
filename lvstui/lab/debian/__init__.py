"""Make what the lab runs of Debian packages: one system for each release, and the guest's kernel."""
