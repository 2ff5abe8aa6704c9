"""The desk as its hours file describes it: teams, what they promise, and their schedules.

One immutable value, swapped whole when the file changes. Durations end in `_s`
(seconds) or `_days`; moments of a local day are minutes from midnight, 0 to 1440.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PRODUCTS = ("Spectra OX", "Spectra DS", "Lumina", "Other")
"""The products of a team that names none."""
DAY_MINUTES = 1440
"""Minutes in a local day, as spans count them."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Open from `start` until just before `end`, in minutes of one local day."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """A public calendar: ISO country, and the part of it whose holidays count."""

    country: str
    subdivision: str | None = None


@dataclass(frozen=True, slots=True)
class Exceptional:
    """Days (both included) whose spans replace the week's; no spans is closed."""

    first: date
    last: date
    spans: tuple[Span, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a team is open. `week` has seven entries, Monday first; spans are sorted and never touch."""

    key: str
    week: tuple[tuple[Span, ...], ...]
    holidays: PublicHolidays | None = None
    exceptions: tuple[Exceptional, ...] = ()


@dataclass(frozen=True, slots=True)
class Overflow:
    """Chats that waited `after_s` may be answered by team `to`."""

    to: str
    after_s: int


@dataclass(frozen=True, kw_only=True)
class Team:
    """A team and its promises. The defaults here are those of the hours file."""

    key: str
    name: str
    schedule: str
    email: str | None = None
    products: tuple[str, ...] = PRODUCTS
    published_as: str = ""
    """As named where hours are published; `name` unless the file says otherwise."""
    email_hours: str = ""
    """The schedule in which mail is answered; `schedule` unless the file says otherwise."""
    account_team: str | None = None
    identity: Literal["optional", "required"] = "optional"
    assign: Literal["auto", "offer"] = "auto"
    offer_s: int = 30
    queue_max: int | None = None
    wait_target_s: int = 120
    first_reply_s: int = 180
    idle_seat_s: int = 600
    agent_grace_s: int = 60
    agent_idle_s: int = 900
    unstaffed_s: int = 180
    pass_on: bool = False
    left_queue_s: int = 120
    silent_s: tuple[int, int, int] = (300, 600, 900)
    """After how long a silence of the customer they are reminded, warned, and the chat ends."""
    wrap_up_s: int = 0
    closing_notice_s: int = 900
    closing_drain_s: int = 900
    overflow: Overflow | None = None
    sticky_days: int = 7
    typing_preview: bool = False
    reminders: tuple[int, int] = (3, 5)
    """Business days after which a ticket that awaits a reply is reminded of."""
    auto_solve: int = 7
    reopen_days: int = 28
    retired: bool = False
    successor: str | None = None

    def __post_init__(self) -> None:
        if not self.published_as:
            object.__setattr__(self, "published_as", self.name)
        if not self.email_hours:
            object.__setattr__(self, "email_hours", self.schedule)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that an hours file says. Teams and schedules stand in the file's order."""

    timezone: str
    teams: Mapping[str, Team]
    schedules: Mapping[str, Schedule] = field(default_factory=dict)

    def open_to_chats(self) -> Iterable[Team]:
        """The teams that customers may choose from: all but the retired ones."""
        return (team for team in self.teams.values() if not team.retired)
