"""The parsed hours file: teams with their settings, and schedules.

The desk is one immutable value. It is replaced as a whole when the file changes. Names of durations end in `_s`
(seconds) or `_days`. The exceptions are `reminders` and `auto_solve`, which are in business days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from clock import rfc3339_or_none, zones
from routing.hours import DaysOff, Hours, Schedule
from routing.views import TeamOpening

PRODUCTS = ("Spectra OX", "Spectra DS", "Lumina", "Other")
"""Products of a team that lists none."""


@dataclass(frozen=True, slots=True)
class Overflow:
    """A setting of a team: its chats that have waited for `after_s` may move to the team `to`."""

    to: str
    after_s: int


@dataclass(frozen=True, kw_only=True)
class Team:
    """A team and its settings. A setting that the hours file does not have gets the default value here."""

    key: str
    name: str
    schedule: str
    email: str | None = None
    topic: str = ""
    """The text that customers choose to reach the team, in customers' words. Default: `name`."""
    topics: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Translations of `topic` by language, such as `fr`."""
    products: tuple[str, ...] = PRODUCTS
    published_as: str = ""
    """The team's name where opening hours are published. Default: `name`."""
    email_hours: str = ""
    """The schedule for answering mail. Default: `schedule`."""
    account_team: str | None = None
    identity: Literal["optional", "required"] = "optional"
    assign: Literal["auto", "offer"] = "auto"
    offer_s: int = 30
    queue_max: int | None = 100
    """Maximum number of waiting chats; None (`none` in the file): no limit."""
    wait_target_s: int = 120
    first_reply_s: int = 180
    next_reply_s: int = 300
    idle_seat_s: int = 600
    agent_grace_s: int = 60
    agent_idle_s: int = 900
    unstaffed_s: int = 180
    pass_on: bool = False
    left_queue_s: int = 120
    silent_s: tuple[int, int, int] = (300, 600, 900)
    """Seconds of customer silence until a reminder, until a warning, and until the end of the chat."""
    wrap_up_s: int = 0
    closing_notice_s: int = 900
    closing_drain_s: int = 900
    overflow: Overflow | None = None
    sticky_days: int = 7
    typing_preview: bool = False
    reminders: tuple[int, int] = (3, 5)
    """Business days until the first and until the second reminder about a ticket that awaits a reply."""
    auto_solve: int = 7
    reopen_days: int = 28
    retired: bool = False
    successor: str | None = None

    def __post_init__(self) -> None:
        if not self.topic:
            object.__setattr__(self, "topic", self.name)
        if not self.published_as:
            object.__setattr__(self, "published_as", self.name)
        if not self.email_hours:
            object.__setattr__(self, "email_hours", self.schedule)


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything in an hours file. Teams and schedules are in the order of the file."""

    timezone: str
    teams: Mapping[str, Team]
    schedules: Mapping[str, Schedule]
    days_off: DaysOff = field(compare=False)
    default_team: str = ""
    """The team for customers who do not know whom to ask. Default: the first team that is not retired."""
    default_products: tuple[str, ...] = PRODUCTS
    """The products of a team that lists none."""
    hours: Mapping[str, Hours] = field(init=False, compare=False, repr=False)
    """The schedules in the time zone of the file, by key."""

    def __post_init__(self) -> None:
        hours = {key: Hours(one, self.timezone, self.days_off) for key, one in self.schedules.items()}
        object.__setattr__(self, "hours", hours)
        if not self.default_team:
            object.__setattr__(self, "default_team", next((team.key for team in self.open_to_chats()), ""))

    def hours_of(self, team: str) -> Hours:
        """The hours in which a team answers chats. Raises KeyError for an unknown team."""
        return self.hours[self.teams[team].schedule]

    def opening(self, team: Team, now: int, *, staffed: bool) -> TeamOpening:
        """The public view of a team, without its queue.

        `staffed` is a parameter because the hours file does not contain it.
        """
        hours = self.hours_of(team.key)
        state = hours.at(now)
        return TeamOpening(
            team=team.key,
            name=team.name,
            topic=team.topic,
            topics=team.topics,
            default=team.key == self.default_team,
            products=list(team.products),
            identity=team.identity,
            typing_preview=team.typing_preview,
            open=state.open,
            staffed=staffed,
            opens_at=rfc3339_or_none(state.opens_at),
            closes_at=rfc3339_or_none(state.closes_at),
            closure=hours.closure(now),
        )

    def open_to_chats(self) -> Iterable[Team]:
        """The teams that customers may choose. These are the teams that are not retired."""
        return (team for team in self.teams.values() if not team.retired)


def closed_sentence(team: Team, opens_at: int | None, zone: str) -> str:
    """The English sentence that tells a customer that the team is closed. `opens_at` is None if it never opens."""
    if opens_at is None:
        return f"{team.name} doesn't take chats."
    opens = zones.local(opens_at, zone)
    return f"{team.name} is closed. It opens on {opens:%A}, {opens:%B} {opens.day}, at {opens:%H:%M} ({zone})."
