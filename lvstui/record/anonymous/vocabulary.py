"""List the words that name nobody: keepalived's, the kernel's and the recording's own, and those of sentences.

Not for: what is made of the others (see `inventions`).
"""

from __future__ import annotations

import typing
from collections.abc import Iterator

from lvstui.cluster.event_kind import EventKind
from lvstui.cluster.problem_kind import ProblemKind
from lvstui.director.protocol.message_registry import FromAgent
from lvstui.keepalived.parsing.keywords import BlockKeywords, KeepalivedProcess, every_root

_VALUES = """
Adding Removing Enabling Disabling service to from of VS Changing for active inactive Gained Lost quorum Starting with
failed timeout timed out Misc check by Reloading Got SIGHUP server Server
MASTER BACKUP FAULT INIT STOP STATE entering Entering inet inet6 tcp udp sctp TCP UDP SCTP NAT DR TUN LOCAL BYPASS rr
wrr lc wlc lblc lblcr sh mh dh fo ovf sed nq sip PASS AH HMAC yes no on off true false lo dev scope link global site
host src via table default brd label weight reverse fwmark FWM group port static unicast bfd quorum include includer
includem includew includeb includea _PWD _INSTANCE _RANDOM LST SEQ etc keepalived conf usr bin sbin lib libexec run
tmp root observer sudo journald systemd signal log copy start parent vrrp checkers old new another nothing missing
irregular interface process file source vrid configuration message table memory plan steps outcome connecting connected
failed pace remember tick viewed problems real_servers drains adverts title by reason directors targets guards
name role diff virtual_server real_server level kind text director step state detail done running waiting refused
unreachable undecided back rolled stage test install verify confirm close roll settle elapsed_s info warning critical
error you up down Keepalived Keepalived_vrrp Keepalived_healthcheckers cluster version ESTABLISHED SYN_RECV TIME_WAIT
CLOSE_WAIT FIN_WAIT LAST_ACK CLOSE SYN_SENT NONE Wed Mon Tue Thu Fri Sat Sun advert last neighbour added removed began
ended
"""
_SENTENCES = """
AH ARP AS AT Activating Add Adding Adverts An And Another Arguments BACKUP BFD BFD_CHECK BRAIN BUT Backup Both Bring
CHANGED CLOSE CLOSED CLOSE_WAIT CONT Change Changing Check Clients Command Configuration Copyright Correct DNS DOWN DR
DRAINED DRAINING DRIFT Director Directors Disabl Disabling Drain Drained Each Ee Effective Enabl Enabling FAULT
FILE_CHECK FINISHED FIN_WAIT FWM Fault Find Gained Give Got Guard HMAC HTTP Heard INIT IP IPVS IPv IPv4 IPv6 IT It Its
KNOWN Keepalived Kernel LAST_ACK LOST Level Line Linux Logs Lost MASTER MISC MISC_CHECK Master Merge Misc Move NAT NO
NONE NOT Netlink No Not Nothing Only Opening PASS PENDING PING Put QUORUM Receive Received Reconnect Redo Registering
Reload Reloading Remote Remov Remove Removed Removing Restart Restore Result Run Running SERVING SIGHUP SMTP SPLIT SSL
STATE STAYS SYN_RECV Script Server Set Settle Shutting Since Start Starting Stopped Stopping TCP TIME_WAIT TUN
Terminating The They Transition Try UDP UNKNOWN UNMANAGED UP Undo Until Using VIP VIPs VRID VRRP VRRP_Group
VRRP_Instance VRRP_Script VS WAS WEIGHT What Whether Which With a a-f a-x a-z about absent absent-interface active
active_key add added address addresses adds advert_int advertise advertisement advertises adverts affects after again
age age_s agent ago agree alert alive all alone alpha already also an and another answer answered answers anti_replay
any applied applies apply are as ascii ask asks at auth_hmac auth_pass auth_type authentication automatically back
backslashreplace bad bdeadline be because become becomes been before begins being below beside between bfd bind_if
bind_port bindto boot both breaks brestore built but by cable came can cannot carry change changed changes channel
check check_directors checked checker checkers checking checks child chmod client clients clock close cluster clusters
code come comes command compare complete conf config configuration configurations configured configured_weight confirm
confirmation confirmed conn_reuse_mode connect connected connecting connection connections conns conntrack considered
contents continue continues correct could counted counts creates critical current data dead deadline default
delay_loop depends detail dh diagnostics did diff differ difference differs digest direct director directors disagree
do does done down drain drain-overdue drained drains drift dropped duration during dynamic_interfaces each earlier
edit effect effective_weight either election else elsewhere empty empty-table end ended ends enforce enough error etc
events every example excluded executable exit exited expected expire_nodest_conn expire_quiescent_template fail failed
failover fails fallback family fatal fault fe figures file file-weight files files-differ firewall first flag flapped
flapping flow for forcing foreign foreign-router forgotten forward forwarding found fresh from fwmark gained gains
gateway get gets give gives go goes gratuitous group ha_suspend half hand handover happen has hash have healthchecker
healthcheckers hear hears here higher history hold holds host how hung hysteresis id if ignored ignored-server ignores
ignoring in in_bytes inactive included inet inf info ing inhibit_on_failure init initial install installed instance
instances instead interface interval into ip ip-forward ip_forward ipv ipvsadm is it its itself judged judging keep
keepalived keepalived-down keeps kept kernel kernel_weight kernels key keys kill killed kind known last last-server
later left less limits line lines link live live_weight lo loaded loaded_at loading loads lock log long longer look
lose lost lower lowers lvsctl lvstui machine made main mark may mcast_src_ip met method mh min misc-dynamic
misc_dynamic mismatch missing mixed mode modelled moment more most move multicast must name named names nat needed
needs neither net netfilter netlink network new next no no-adverts no-live-server no-master nobody none nopreempt nor
not not-seen note nothing now ntering number observer sudo of often ok old on once one ones only open or other our out
out_bytes output over overdue overloaded overrides own packet packets pair parent part passed password past path peer
pending pending_known per persistence persistent pid place please ports possible predicted preempts printed priority
privilege problems process processes protocol put puts queuing quorum quorum_down quorum_up raise raised raising reach
reached read read-only reading reads real real_server_name real_servers reason receive receive-only reconnect
reconnected reconnecting recording recovers reflector refuse refused refuses regained regular rejected reload reload-
time reloaded remaining remove removed removes removing replies report reports requires reset resolve respawning
response restart restarted restarts restore restore-due restored retries retry return returned returning reused review
revived roll rolled rolling root route router routes row rs run running runs safe same sample say says scheduler
s script sctp second see seen send sending sends sent served server servers serves service service-missing services
serving session set sets setting settings settle sev several severity sh shared shared-service should show shown shows
side silent silently since sloppy_tcp slowly smhdw so someone sorry sorry-server sorry_server source speak split
split-brain ssh stage stale standby start started starts state status still stop stopped succeeded success successful
such sudo switch sync sysctl table take takes targets tcp tell test text than that the their them then there these
they this those though threshold through tight time time_window timed timeout times to together toml too took
track_file tracked tracks transition try twice twins two udp unchanged unconfirmed undecided undo undone unfinished
unheard unicast unicast_src_ip unknown unless unmanaged unreachable unseen until unusable unusable-file up upper use
user value verdict verified verify version vip-nowhere vip-twice vips virtual virtual_router_id virtual_server
virtual_server_name virtual_servers vrid vrrp vrrp_sync_group vs waiting waits warning was way weight weights well
were what when where whether which why will with within without word would write writes writing written wrong wrote
yes yet you
"""


def _keywords(block: BlockKeywords) -> Iterator[str]:
    for name, keyword in block.keywords.items():
        yield name.decode()
        if keyword.block is not None:
            yield from _keywords(keyword.block)


KEPT = frozenset(
    [word for process in KeepalivedProcess for word in _keywords(every_root(process))]
    + _VALUES.split()
    + [kind.value for kind in (*ProblemKind, *EventKind)]
    + [kind.__name__ for kind in typing.get_args(FromAgent)]
)
"""The words that are never mapped, wherever they stand."""

SENTENCES = frozenset(_SENTENCES.split())
"""The words that a sentence may hold, besides: those of keepalived's log and of lvstui's own."""
