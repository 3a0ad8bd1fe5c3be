"""List every message that may travel, by who says it: the frames encode and decode these and no others."""

from __future__ import annotations

from typing import Union

from .change_messages import (
    Close,
    Confirm,
    Install,
    Interrupt,
    Resume,
    RollBack,
    Settle,
    Stage,
    Step,
    Tested,
    Unfinished,
)
from .checker_messages import Checkers, CheckersUnchanged
from .file_messages import Files
from .host_messages import Host, Network, Sysctls
from .ipvs_messages import (
    Connections,
    Ipvs,
    SampleConnections,
    SyncDaemons,
)
from .keepalived_messages import Keepalived, LoadedConfiguration, Log
from .link_messages import Goodbye, Hello, Ping, Pong, Refresh, SetInterval, Watch
from .sighting_messages import Sightings, WatchPackets
from .vrrp_messages import Adverts, Vrrp

FromAgent = Union[
    Hello, Ipvs, Network, Vrrp, Adverts, Checkers, CheckersUnchanged, Keepalived, LoadedConfiguration, Log, Host, Sysctls,
    SyncDaemons, Files, Tested, Step, Unfinished, Connections, Sightings, Pong, Goodbye,
]  # fmt: skip
FromConsole = Union[
    SetInterval,
    Watch,
    WatchPackets,
    Refresh,
    Ping,
    SampleConnections,
    Stage,
    Install,
    Confirm,
    Close,
    RollBack,
    Settle,
    Interrupt,
    Resume,
]
Message = Union[FromAgent, FromConsole]
