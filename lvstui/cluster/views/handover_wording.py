"""Say that a Director is handed over, and whether it may be stopped, for every place that shows it."""

from __future__ import annotations

from lvstui.cluster.director_facts import HandedOverView


def handed_over(view: HandedOverView) -> str:
    """Return it in one line: by whom, since when, why, and whether it is safe to stop."""
    return f"{who(view)}; {safety(view)}"


def who(view: HandedOverView) -> str:
    """Return by whom it was handed over, since when, and why."""
    return f"handed over by {view.by} since {view.since}" + (f": {view.reason}" if view.reason else "")


def safety(view: HandedOverView) -> str:
    """Return whether it may be stopped, upgraded or rebooted; of one that is stopped, that it is, too."""
    if view.at_rest:
        return "keepalived is stopped; safe to upgrade or reboot"
    return "safe to stop, upgrade or reboot" if view.safe else f"NOT safe to stop: {view.unsafe}"
