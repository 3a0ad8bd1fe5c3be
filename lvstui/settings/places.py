"""Tell where the settings are kept. Not for: what is in them."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def folder() -> Path:
    """Return the settings' folder: `$XDG_CONFIG_HOME/lvstui`."""
    return Path(platformdirs.user_config_dir("lvstui"))


def clusters_file() -> Path:
    """Return the file that the operator writes, and lvstui never."""
    return folder() / "clusters.toml"


def choices_file() -> Path:
    """Return the file that the settings screen writes."""
    return folder() / "settings.toml"


def history_file() -> Path:
    """Return the audit log: `$XDG_STATE_HOME/lvstui/history.jsonl`."""
    return Path(platformdirs.user_state_dir("lvstui")) / "history.jsonl"


def recordings_folder() -> Path:
    """Return where recordings are kept: `$XDG_STATE_HOME/lvstui/recordings`."""
    return Path(platformdirs.user_state_dir("lvstui")) / "recordings"


def drills_folder() -> Path:
    """Return where the results of drills are kept: `$XDG_STATE_HOME/lvstui/drills`."""
    return Path(platformdirs.user_state_dir("lvstui")) / "drills"
