"""The keywords of keepalived 2.2.7, block by block: which exist, which open a block, which cannot be without a parameter.

keepalived finds the end of a block through these: after an unknown keyword the body is read as if it stood one level up,
so a reading without the whole table goes astray where keepalived does not.

In the lists below `NAME*` needs a parameter (without it keepalived ends, reload included), `NAME+` is followed by a
brace with values that are not keywords.

Not for: what is done with a statement (see `servers`, `instances`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Process(Enum):
    """The processes of keepalived, each of which reads the whole configuration and takes its own part of it."""

    PARENT = "parent"
    VRRP = "vrrp"
    CHECKER = "checker"


@dataclass(frozen=True, slots=True)
class Keyword:
    name: bytes
    parameter: bool = False  # cannot be without
    values: bool = False  # opens a block of values
    block: Block | None = None  # opens a block of keywords


@dataclass(frozen=True, slots=True)
class Block:
    name: str
    keywords: Mapping[bytes, Keyword] = field(repr=False)


def _block(name: str, plain: str, *blocks: Keyword) -> Block:
    keywords: dict[bytes, Keyword] = {}
    for item in plain.split():
        keyword = Keyword(item.rstrip("*+").encode(), item.endswith("*"), item.endswith("+"))
        keywords.setdefault(keyword.name, keyword)
    for keyword in blocks:
        keywords[keyword.name] = keyword
    return Block(name, keywords)


def _opens(name: str, plain: str, *blocks: Keyword) -> Keyword:
    bare = name.rstrip("*")
    return Keyword(bare.encode(), name.endswith("*"), block=_block(bare, plain, *blocks))


def _plain(names: str) -> tuple[Keyword, ...]:
    return tuple(_block("", names).keywords.values())


_COMMON = "retry* delay_before_retry* warmup* delay_loop* alpha log_all_failures "
_CONNECTION = "connect_ip* connect_port* bindto* bind_port* bind_if* connect_timeout* fwmark* " + _COMMON
_URL = _opens(
    "url",
    "path* digest* status_code virtualhost regex regex_no_match regex_options regex_min_offset regex_max_offset regex_stack",
)
_HTTP = _CONNECTION + "nb_get_retry* virtualhost http_protocol enable_sni fast_recovery"
CHECKERS = (
    _opens("MISC_CHECK", _COMMON + "misc_path misc_timeout* misc_dynamic user"),
    _opens("SMTP_CHECK", _CONNECTION + "helo_name", _opens("host", _CONNECTION)),
    _opens("TCP_CHECK", _CONNECTION),
    _opens("PING_CHECK", _CONNECTION),
    _opens("UDP_CHECK", _CONNECTION + "payload require_reply min_reply_length* max_reply_length*"),
    _opens("HTTP_GET", _HTTP, _URL),
    _opens("SSL_GET", _HTTP, _URL),
    _opens("DNS_CHECK", _CONNECTION + "type* name*"),
    _opens("FILE_CHECK", "track_file* weight"),
    _opens("BFD_CHECK", "name alpha"),
)
_REAL_SERVER = _opens(
    "real_server*",
    "weight* lvs_method* uthreshold* lthreshold* inhibit_on_failure notify_up* notify_down* alpha retry* delay_before_retry*"
    " warmup* connect_timeout* delay_loop* smtp_alert virtualhost snmp_name",
    *CHECKERS,
)
_VIRTUAL_SERVER = _opens(
    "virtual_server*",
    "ip_family* retry* delay_before_retry* warmup* connect_timeout* delay_loop* inhibit_on_failure lb_algo* lvs_sched* hashed ops"
    " flag-1 flag-2 flag-3 sh-port sh-fallback mh-port mh-fallback lb_kind* lvs_method* persistence_engine*"
    " persistence_timeout persistence_granularity* protocol* ha_suspend smtp_alert virtualhost snmp_name alpha omega"
    " quorum_up* quorum_down* quorum* hysteresis* weight* sorry_server* sorry_server_inhibit sorry_server_lvs_method*",
    _REAL_SERVER,
)
_CHECKER = (
    _opens("SSL", "password ca certificate key"),
    Keyword(b"virtual_server_group", parameter=True, values=True),
    _VIRTUAL_SERVER,
)
_GLOBAL = (
    *_plain(
        "linkbeat_use_polling net_namespace net_namespace_ipvs namespace_with_ipsets use_pid_dir instance child_wait_time*"
    ),
    _opens(
        "global_defs",
        "process_names process_name* vrrp_process_name* checker_process_name* lvs_process_name* bfd_process_name* router_id"
        " notification_email_from smtp_server* smtp_helo_name smtp_connect_timeout* notification_email+ smtp_alert"
        " startup_script startup_script_timeout shutdown_script shutdown_script_timeout max_auto_priority"
        " min_auto_priority_delay smtp_alert_vrrp smtp_alert_checker checker_log_all_failures dynamic_interfaces"
        " no_email_faults default_interface disable_local_igmp lvs_timeouts lvs_flush lvs_flush_on_stop lvs_flush_onstop"
        " lvs_sync_daemon vrrp_mcast_group4* vrrp_mcast_group6* vrrp_garp_master_delay* vrrp_garp_master_repeat*"
        " vrrp_garp_master_refresh* vrrp_garp_master_refresh_repeat* vrrp_garp_lower_prio_delay*"
        " vrrp_garp_lower_prio_repeat* vrrp_down_timer_adverts* vrrp_garp_interval* vrrp_gna_interval* vrrp_min_garp"
        " vrrp_garp_extra_if vrrp_vmac_garp_intvl vrrp_lower_prio_no_advert vrrp_higher_prio_send_advert vrrp_version*"
        " vrrp_iptables vrrp_ipsets nftables nftables_priority* nftables_ifindex nftables_ipvs nftables_ipvs_priority*"
        " nftables_ipvs_start_fwmark* nftables_counters vrrp_check_unicast_src vrrp_skip_check_adv_addr vrrp_strict"
        " vrrp_priority vrrp_no_swap vrrp_rt_priority vrrp_cpu_affinity vrrp_rlimit_rttime* vrrp_rlimit_rtime* notify_fifo"
        " notify_fifo_script vrrp_notify_fifo vrrp_notify_fifo_script vrrp_notify_priority_changes"
        " fifo_write_vrrp_states_on_reload lvs_notify_fifo lvs_notify_fifo_script checker_priority checker_no_swap"
        " checker_rt_priority checker_cpu_affinity checker_rlimit_rttime* checker_rlimit_rtime* bfd_priority bfd_no_swap"
        " bfd_rt_priority bfd_cpu_affinity bfd_rlimit_rttime* bfd_rlimit_rtime* snmp_socket enable_traps enable_snmp_vrrp"
        " enable_snmp_keepalived enable_snmp_rfc enable_snmp_rfcv2 enable_snmp_rfcv3 enable_snmp_checker enable_dbus"
        " dbus_service_name script_user enable_script_security vrrp_netlink_cmd_rcv_bufs"
        " vrrp_netlink_cmd_rcv_bufs_force vrrp_netlink_monitor_rcv_bufs vrrp_netlink_monitor_rcv_bufs_force"
        " process_monitor_rcv_bufs process_monitor_rcv_bufs_force lvs_netlink_cmd_rcv_bufs lvs_netlink_cmd_rcv_bufs_force"
        " lvs_netlink_monitor_rcv_bufs lvs_netlink_monitor_rcv_bufs_force rs_init_notifies no_checker_emails"
        " vrrp_rx_bufs_policy vrrp_rx_bufs_multiplier vrrp_startup_delay* log_unknown_vrids vmac_prefix* vmac_addr_prefix*"
        " umask* random_seed* reload_check_config reload_time_file reload_repeat reload_file include_check config_save_dir*"
        " tmp_config_directory data_use_instance",
    ),
)
_VRRP_TRACKS = "track_interface+ track_script+ track_file+ track_process+ track_bfd+ "
_NOTIFIES = "notify_backup* notify_master* notify_fault* notify_stop* notify* smtp_alert notify_priority_changes "
_VRRP = (
    _opens("track_group", "group+"),
    *_plain("static_ipaddress+ static_routes+ static_rules+ linkbeat_interfaces+ interface_up_down_delays+"),
    _opens("vrrp_sync_group", "group+ global_tracking sync_group_tracking_weight " + _VRRP_TRACKS + _NOTIFIES),
    _opens("garp_group", "garp_interval* gna_interval* interface* interfaces+"),
    _opens(
        "vrrp_instance",
        "use_vmac use_vmac_addr vmac_xmit_base use_ipvlan unicast_peer+ unicast_fault_no_peer check_unicast_src"
        " old_unicast_checksum native_ipv6 state* interface* vrf* dont_track_primary mcast_src_ip* unicast_src_ip* mcast_dst_ip*"
        " track_src_ip virtual_router_id* unicast_ttl* version* priority* advert_int* virtual_ipaddress+"
        " virtual_ipaddress_excluded+ promote_secondaries linkbeat_use_polling virtual_routes+ virtual_rules+ accept"
        " no_accept skip_check_adv_addr strict_mode preempt nopreempt preempt_delay* debug* notify_deleted"
        " notify_master_rx_lower_pri* lvs_sync_daemon_interface* garp_master_delay* garp_master_refresh* garp_master_repeat*"
        " garp_master_refresh_repeat* garp_lower_prio_delay* garp_lower_prio_repeat* down_timer_adverts* garp_extra_if"
        " vmac_garp_intvl lower_prio_no_advert higher_prio_send_advert kernel_rx_buf_size " + _VRRP_TRACKS + _NOTIFIES,
        _opens("authentication", "auth_type* auth_pass*"),
    ),
    _opens("vrrp_script*", "script interval* timeout* weight* rise* fall* user* init_fail"),
    _opens(
        "vrrp_track_process*",
        "process* param_match weight quorum* quorum_max* delay* terminate_delay* fork_delay* full_command",
    ),
)
_BFD = _opens(
    "bfd_instance",
    "source_ip* neighbor_ip neighbour_ip min_rx* min_tx* idle_tx* multiplier* passive ttl* hoplimit* max_hops* weight*"
    " vrrp checker",
)
_TRACK_FILE = (
    _opens("track_file*", "file weight init_file"),
    _opens("vrrp_track_file*", "file weight init_file"),
)
_READ_BY = {
    Process.PARENT: (*_GLOBAL,),
    Process.VRRP: (*_VRRP, _BFD, *_TRACK_FILE),
    Process.CHECKER: (*_CHECKER, _BFD, *_TRACK_FILE),
}


def root(process: Process) -> tuple[Block, frozenset[bytes]]:
    """The keywords that `process` reads at the top of the configuration, and those whose blocks it passes over."""
    own = {keyword.name: keyword for keyword in _READ_BY[process]}
    names = frozenset(keyword.name for keywords in _READ_BY.values() for keyword in keywords)
    return Block("", own), names - own.keys()
