"""What an instance tracks: each line with the weight that counts for it, wherever that stands."""

from __future__ import annotations

from lvstui.keepalived import MemoryFiles, load
from lvstui.keepalived.reading.vrrp.tracked_objects import TrackedObject, tracked_objects

MAIN = "/etc/keepalived/keepalived.conf"
TEXT = """vrrp_script chk {
  script "/bin/true"
  weight -20
}
vrrp_script plain {
  script "/bin/true"
}
track_file gate {
  file /run/gate
  weight 2
}
vrrp_track_process named {
  process named
}
vrrp_sync_group G {
  group {
    VI_1
    VI_2
  }
  track_script {
    chk weight 3 reverse
  }
}
vrrp_instance VI_1 {
  interface eth0
  virtual_router_id 51
  track_interface {
    eth1 weight 10
    eth2
  }
  track_script {
    chk
    plain
  }
  track_file {
    gate
  }
  track_process {
    named
  }
  track_bfd {
    peer weight -30
  }
  virtual_ipaddress {
    10.0.0.1
  }
}
vrrp_instance VI_2 {
  interface eth0
  virtual_router_id 52
  virtual_ipaddress {
    10.0.0.2
  }
}
vrrp_instance VI_3 {
  interface eth0
  virtual_router_id 53
  virtual_ipaddress {
    10.0.0.3
  }
}
"""


def test_each_line_with_the_weight_that_counts_and_where_it_stands() -> None:
    found = tracked_objects(load(MAIN, MemoryFiles({MAIN: TEXT.encode()}, {}), "director1", (2, 2, 7)))
    assert found["VI_1"] == (
        TrackedObject("interface", "eth1", 10, False, None, MAIN, 28),
        TrackedObject("interface", "eth2", 0, False, None, MAIN, 29),
        TrackedObject("script", "chk", -20, False, None, MAIN, 32),
        TrackedObject("script", "plain", 0, False, None, MAIN, 33),
        TrackedObject("file", "gate", 2, False, None, MAIN, 36),
        TrackedObject("process", "named", None, False, None, MAIN, 39),
        TrackedObject("bfd", "peer", -30, False, None, MAIN, 42),
        TrackedObject("script", "chk", 3, True, "G", MAIN, 21),
    )
    assert [(one.name, one.group) for one in found["VI_2"]] == [("chk", "G")]
    assert found["VI_3"] == ()
