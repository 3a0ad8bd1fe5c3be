"""Run the seed's LVS-NAT pair for real: keepalived, IPVS, VRRP, sshd and nginx in one User Mode Linux guest.

For tests, benchmarks and `make lab`. Each Director is a whole Debian system; nothing but the guest's kernel and
its tools is installed on the host, and the host reaches the Directors over forwarded loopback ports alone.
"""
