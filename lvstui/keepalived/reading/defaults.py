"""State what keepalived takes where a configuration says nothing, and how far its numbers go.

Not for: what differs by version in one statement alone (see where the statement is read).
"""

from __future__ import annotations

from lvstui.keepalived.parsing.numbers import MICROSECONDS

# Virtual servers, real servers and checkers
SCHEDULER = "wlc"
METHOD = "NAT"
PERSISTENCE_S = 360
CONNECT_TIMEOUT_S = 5.0
DELAY_LOOP_S = 60.0
DELAY_BEFORE_RETRY_S = 1.0
RETRIES = 1
FIRST_FWMARK = 1000  # of those that nftables_ipvs gives

# VRRP
DEFAULT_PRIORITY, LEAST_PRIORITY, OWNER_PRIORITY = 100, 1, 255
VRRP_VERSION = 2
DOWN_TIMER_ADVERTS, MOST_DOWN_TIMER_ADVERTS = 3, 100
CENTISECOND = MICROSECONDS // 100  # the step of advert_int in VRRP 3
LONGEST_ADVERT_INT = {2: 255 * MICROSECONDS, 3: 4095 * CENTISECOND}
LARGEST_TRACK_WEIGHT = 254  # of a script, a file, an interface; as many below 0
MULTICAST_GROUPS = ("224.0.0.18", "ff02::12")  # of IPv4 and of IPv6
VMAC_PREFIX = "vrrp"
INTERFACE = "eth0"  # of static addresses
