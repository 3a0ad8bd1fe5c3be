"""Hold the preferences that apply now. What the operator chooses on the screen applies at once, and is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lvstui.settings.preferences import merged
from lvstui.settings.values import Preferences


class LivePreferences:
    """The preferences of a running console. Of the places that say something, the first counts: this session's choices,
    the command line, the cluster's own, the choices of before, clusters.toml."""

    def __init__(
        self,
        *,
        line: Preferences | None = None,
        kept: Preferences | None = None,
        general: Preferences | None = None,
        save: Callable[[Preferences], None] | None = None,
    ) -> None:
        """Begin with nothing chosen.

        `save` keeps what is chosen; it raises OSError, and is called beside the loop. None: nothing is kept.
        """
        self._line = line or Preferences()
        self._kept = kept or Preferences()
        self._general = general or Preferences()
        self._now = Preferences()
        self._cluster = Preferences()
        self.save = save
        self.held = self._settled()  # what holds now; every widget asks whenever it draws

    def enter(self, cluster: Preferences) -> None:
        """Take the preferences of a cluster that is opened: what was chosen before is no longer a choice against them."""
        self._cluster = cluster
        self._now = Preferences()
        self.held = self._settled()

    def _settled(self) -> Preferences:
        return merged(self._now, self._line, self._cluster, self._kept, self._general)

    @property
    def kept(self) -> Preferences:
        return self._kept

    def said_elsewhere(self, field: str) -> bool:
        """Return True if the command line or the cluster says this too, and will again at the next start."""
        return any(getattr(place, field) is not None for place in (self._line, self._cluster))

    def choose(self, **chosen: Any) -> None:
        """Take fields of Preferences. `keys` are all that differ from the actions' own.

        The mask is not kept: whoever starts lvstui tomorrow must not act on addresses that are none.
        """
        self._now = replace(self._now, **chosen)
        kept = {field: value for field, value in chosen.items() if field != "privacy"}
        self._kept = replace(self._kept, **kept)
        self.held = self._settled()
