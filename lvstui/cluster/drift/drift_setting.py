"""List what is compared between Directors: a fixed list, so that code that treats one setting otherwise compares no words."""

from __future__ import annotations

from enum import StrEnum


class DriftSetting(StrEnum):
    """A setting by the words that an operator reads."""

    # virtual and real servers
    VIRTUAL_SERVER = "virtual server"
    SERVICE = "service"
    SERVICES = "services"
    SCHEDULER = "scheduler"
    METHOD = "method"
    PERSISTENCE = "persistence"
    QUORUM = "quorum"
    HYSTERESIS = "hysteresis"
    SORRY_SERVER = "sorry server"
    DELAY_LOOP = "delay_loop"
    REAL_SERVER = "real server"
    WEIGHT = "weight"
    THRESHOLDS = "upper, lower threshold"
    INHIBIT_ON_FAILURE = "inhibit_on_failure"
    CHECKERS = "checkers"

    # VRRP
    INSTANCE = "VRRP instance"
    NAME = "name"
    VIPS = "VIPs"
    EXCLUDED_VIPS = "excluded VIPs"
    VRID = "VRID"
    VERSION = "VRRP version"
    ADVERT_INT = "advert_int"
    WAY_OF_ADVERTS = "way of adverts"
    SYNC_GROUP = "sync group"

    # how adverts are authenticated
    AUTH_TYPE = "auth_type"
    AUTH_PASS = "auth_pass"
    HMAC_KEYS = "keys of auth_hmac"
    HMAC_KEY = "key of auth_hmac"  # one of them, by its number
    HMAC_MODE = "mode of auth_hmac"
    HMAC_ANTI_REPLAY = "anti_replay of auth_hmac"
    HMAC_TIME_WINDOW = "time_window of auth_hmac"
    HMAC_ACTIVE_KEY = "active_key of auth_hmac"
