"""Follows and announcements on the database."""

from __future__ import annotations

from clock import Clock
from following.adapters.announcements import SqlAnnouncements
from following.adapters.follows import SqlFollows
from following.service import Following


def following_of(clock: Clock) -> Following:
    return Following(SqlFollows(), SqlAnnouncements(), clock)
