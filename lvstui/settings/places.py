"""Where the settings are kept. Not for: what is in them."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def folder() -> Path:
    """`$XDG_CONFIG_HOME/lvstui`."""
    return Path(platformdirs.user_config_dir("lvstui"))


def clusters_file() -> Path:
    """Written by the operator, never by lvstui."""
    return folder() / "clusters.toml"


def choices_file() -> Path:
    """Written by the settings screen."""
    return folder() / "settings.toml"


def history_file() -> Path:
    """The audit log: `$XDG_STATE_HOME/lvstui/history.jsonl`."""
    return Path(platformdirs.user_state_dir("lvstui")) / "history.jsonl"
