"""Read as the VRRP process does: instances and sync groups, and what keepalived makes of them."""
