"""A follow: who is told what about a subject, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal, TypeAlias, get_args

from clock import zones
from following.announcement import Kind, News, Subject

What: TypeAlias = Literal["new", "new_and_updates"]
How: TypeAlias = Literal["at_once", "daily", "weekly"]

WHATS: tuple[What, ...] = get_args(What)
HOWS: tuple[How, ...] = get_args(How)
FOLLOWS_MAX = 500
"""The most subjects that one person can follow."""
DIGEST_AT = time(8)
"""The local time at which daily and weekly letters are sent. Weekly letters are sent on Mondays."""
_MONDAY = 0
_DAY_MS = 24 * 3_600_000


@dataclass(frozen=True, slots=True)
class Level:
    """What a follower is told, and how often. Followers of an article are told about its updates with either `what`."""

    what: What = "new"
    how: How = "at_once"


@dataclass(frozen=True, slots=True)
class Owner:
    """The person who follows: an account (the id of a customer's account or of a staff member), or a confirmed email
    address without an account, in lower case. Exactly one of the two is set.

    `locale` and `timezone` are those of the person, or None if they are unknown.
    """

    account: str | None = None
    address: str | None = None
    locale: str | None = None
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class Follower:
    """A stored owner."""

    id: int
    owner: Owner


@dataclass(frozen=True, slots=True)
class Follow:
    """`since` and `ended_at` are in ms since the epoch, UTC. `ended_at` is None while the person follows."""

    id: int
    follower: int
    subject: Subject
    level: Level
    since: int
    ended_at: int | None = None


def whats_of(kind: Kind, news: News) -> tuple[What, ...]:
    """The levels at which a follower of a subject of this kind is told such news."""
    return ("new_and_updates",) if news == "update" and kind != "article" else WHATS


def due_at(how: How, now: int, zone: str) -> int:
    """The moment at which news of `now` is mailed to a follower who lives in `zone`, in ms since the epoch, UTC."""
    if how == "at_once":
        return now
    day = zones.local(now, zone).date()
    days = (_MONDAY - day.weekday()) % 7 if how == "weekly" else 0
    at = zones.moment_of(datetime.combine(day + timedelta(days=days), DIGEST_AT), zone)
    if at >= now:
        return at
    later = timedelta(days=days + (7 if how == "weekly" else 1))
    return zones.moment_of(datetime.combine(day + later, DIGEST_AT), zone)


def due_after_move(how: How, due: int, zone: str) -> int:
    """The moment at which news that was due at `due` is mailed to a follower who lives in `zone` now: at 08:00 there,
    but no more than a day later than planned."""
    later = due_at(how, due, zone)
    return later if later - due <= _DAY_MS else due
