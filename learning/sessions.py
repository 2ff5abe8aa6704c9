"""Live sessions, and the people who registered for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from clock import zones
from learning.catalogue import SessionKind

SessionState: TypeAlias = Literal["planned", "cancelled"]
Standing: TypeAlias = Literal["unconfirmed", "registered", "waiting", "offered", "cancelled"]
"""`unconfirmed`: the address is not confirmed yet, and takes no place. `offered`: a freed place is kept for the
person."""
HELD: tuple[Standing, ...] = ("registered", "offered")
"""An offered place counts as taken."""

MINUTE_MS = 60_000
HOUR_MS = 60 * MINUTE_MS
CAPACITY_MAX = 100_000
MINUTES_MAX = 24 * 60
UNCONFIRMED_MS = 24 * HOUR_MS


class Fault(ValueError):
    """A session that cannot be stored. `field` names the wrong field, the message says what to change."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A webinar or a class. `id` is 0 until it is stored.

    `series` groups the dates of one subject. `zone` is the time zone in which it was planned. `link` is shown to
    registered people only. `after` is the source of the course that comes before a class. `sequence` counts the changes
    that calendars must show. `told` is the `sequence` about which all registered people have been told. `changed_at` is
    the time of the last of these changes. Times are in ms since the epoch.
    """

    series: str
    kind: SessionKind
    title: str
    starts_at: int
    minutes: int
    zone: str
    capacity: int
    summary: str = ""
    platform: str = ""
    locale: str = "en"
    link: str = ""
    place: str = ""
    trainer: str = ""
    note: str = ""
    after: str = ""
    recording: str = ""
    recording_minutes: int = 0
    state: SessionState = "planned"
    sequence: int = 0
    told: int = 0
    turns: int = 0
    created_at: int = 0
    changed_at: int = 0
    source: str = ""
    id: int = 0

    @property
    def ends_at(self) -> int:
        return self.starts_at + self.minutes * MINUTE_MS

    @property
    def is_cancelled(self) -> bool:
        return self.state == "cancelled"

    def is_open(self, now: int) -> bool:
        """True if people may still register."""
        return self.state == "planned" and now < self.starts_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrant:
    """The person who registers. `person` is the id of an account or a visitor. `address` is the email address."""

    person: str
    name: str
    address: str
    locale: str = "en"
    zone: str = ""
    origin: str | None = None
    """The network of the request. Limits the letters to unconfirmed addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A registration. `turn` is its place in the order of confirmations. `offered_until` is the end of an offer."""

    id: int
    session: int
    person: str
    name: str
    address: str
    locale: str
    zone: str
    standing: Standing
    turn: int
    at: int
    offered_until: int | None = None
    attended: bool | None = None


@dataclass(frozen=True, slots=True)
class Seats:
    """The places of a session. `taken` includes the `offered` places."""

    capacity: int
    taken: int = 0
    waiting: int = 0
    offered: int = 0

    @property
    def left(self) -> int:
        return max(0, self.capacity - self.taken)


def starts_at(shown: str, zone: str) -> int:
    """The moment of a local date and time, like `2026-12-01T11:00`. Raises Fault.

    A time that the clocks skip when they go forward is refused. Of a time that occurs twice when they go back, it is
    the first.
    """
    if not zones.is_zone(zone):
        raise Fault("zone", "Choose a time zone such as America/New_York.")
    try:
        local = datetime.fromisoformat(shown)
    except ValueError:
        raise Fault("starts", "Write a date and a time like 2026-12-01T11:00.") from None
    if local.tzinfo is not None or local.second or local.microsecond:
        raise Fault("starts", "Write a local time in full minutes, without an offset.")
    moment = zones.moment_of(local, zone)
    if zones.local(moment, zone) != local:
        raise Fault("starts", f"The clocks go forward then: {shown.replace('T', ' ')} does not exist in {zone}.")
    return moment


def check(session: Session, now: int, before: Session | None = None) -> None:
    """Raises Fault for a session that cannot be stored. Its start may be in the past only if it was there `before`."""
    moved = before is None or before.starts_at != session.starts_at
    if moved and session.starts_at <= now:
        raise Fault("starts", "This time is in the past.")
    if not 1 <= session.minutes <= MINUTES_MAX:
        raise Fault("minutes", f"Use 1 to {MINUTES_MAX:,} minutes.")
    if not 1 <= session.capacity <= CAPACITY_MAX:
        raise Fault("capacity", f"Use 1 to {CAPACITY_MAX:,} places.")
    if not session.title.strip():
        raise Fault("title", "Give it a title.")
    for name, value in (("link", session.link), ("recording", session.recording)):
        if value and not is_link(value):
            raise Fault(name, "Use an address that begins with https://, or a path of this desk.")
    if session.after and session.kind != "class":
        raise Fault("after", "Only a class can follow a course.")


def is_link(address: str) -> bool:
    """True for an https address or a path of this desk."""
    if not address.isprintable() or any(letter in address for letter in " \"'<>\\`") or len(address) > 1_000:
        return False
    return (address.startswith("https://") and len(address) > 8) or (address.startswith("/") and address[1:2] != "/")


def differs_in_calendars(one: Session, other: Session) -> bool:
    """True if registered people must be told of the difference, and calendars must show it."""
    return (one.starts_at, one.minutes, one.place, one.link, one.state) != (
        other.starts_at,
        other.minutes,
        other.place,
        other.link,
        other.state,
    )
