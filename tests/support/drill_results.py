"""Make up drills' results: one of the seed's pair after a stop, and any."""

from __future__ import annotations

from hypothesis import strategies as st

from lvstui.cluster.drill.milestones import DrillMoment, Milestone, MilestoneKind, MomentSource, Unseen
from lvstui.cluster.drill.result import (
    DrillCause,
    DrillDirector,
    DrillEvent,
    DrillKind,
    DrillResult,
    DrillVerdict,
    ExpectedTimes,
    InstanceFailover,
    ProbeOutage,
    ProbeResult,
    TimeWindow,
)

BEGIN = 1_764_403_200.0  # 2025-11-29 08:00 UTC


def moment(after: float, source: MomentSource, director: str = "director2", uncertainty: float = 0.002) -> DrillMoment:
    return DrillMoment(BEGIN + after, uncertainty, source, director, director)


STOPPED = InstanceFailover(
    name="VI_1",
    interface="ens33",
    vrid=51,
    family="inet",
    vips=("10.10.0.20",),
    old="director1",
    new="director2",
    cause=DrillCause.STOP,
    milestones=(
        Milestone(MilestoneKind.LAST_ADVERT, moment(1.0, MomentSource.ADVERT)),
        Milestone(MilestoneKind.SILENCE_NOTICED, moment(1.001, MomentSource.LOG)),
        Milestone(MilestoneKind.MASTER_ENTERED, moment(1.61, MomentSource.LOG)),
        Milestone(MilestoneKind.VIP_ADDED, moment(1.612, MomentSource.NETLINK), subject="10.10.0.20"),
        Milestone(MilestoneKind.GRATUITOUS_ARP, moment(1.613, MomentSource.NEIGHBOUR), subject="10.10.0.20"),
        Milestone(MilestoneKind.FIRST_ANSWER, None, Unseen.NO_PROBE),
        Milestone(MilestoneKind.VIP_REMOVED, moment(1.0, MomentSource.NETLINK, "director1"), subject="10.10.0.20"),
    ),
    no_master=(TimeWindow(BEGIN + 1.0, BEGIN + 1.61, 0.004),),
    two_masters=(),
    expected=ExpectedTimes(1.0, 2, 100, 0.609, 3.609, 0.609, 0.659),
    measured=0.61,
    measured_uncertainty=0.004,
    verdict=DrillVerdict.AS_EXPECTED,
)
A_STOP = DrillResult(
    id="2025-11-29T080000Z-stop",
    cluster="seed",
    kind=DrillKind.STOP,
    cause=DrillCause.STOP,
    director="director1",
    started=BEGIN,
    ended=BEGIN + 8,
    directors=(
        DrillDirector("director1", "director1", "2.2.7", "6.1.0", "root", 0.12, 0.002),
        DrillDirector("director2", "director2", "2.2.7", "6.1.0", "root", -0.03, 0.002),
    ),
    failovers=(STOPPED,),
    failbacks=(),
    notes=(),
    before=None,
    after=None,
    probe=ProbeResult(
        "tcp/10.10.0.20:80", "", 20.0, 160, 148, (ProbeOutage(BEGIN + 1.0, BEGIN + 1.65, 12, 0.05),), 0.65
    ),
    events=(DrillEvent(BEGIN + 1.61, 0.002, "director2", "log", "vrrp", "VI_1", "MASTER"),),
    max_outage=1.5,
    verdict=DrillVerdict.AS_EXPECTED,
    restored=True,
)
_floats = st.floats(allow_nan=False, allow_infinity=False)
st.register_type_strategy(float, _floats)
ANY = st.builds(DrillResult)
