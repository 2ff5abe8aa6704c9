"""The settings of each team's waiting clock, from the hours file. Implements `ticketing.waits.Paces`."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from hashlib import blake2b

from routing.desk import Desk, Team
from routing.opened import open_after, open_between
from ticketing.targets import Time
from ticketing.waiting_clock import Pace

_DATES = 256
"""Number of computed dates that are kept for each team."""


class Paces:
    def __init__(self, desk: Callable[[], Desk]) -> None:
        """`desk` gives the current hours file."""
        self._desk = desk
        self._known: tuple[Desk | None, dict[str, Pace]] = (None, {})

    @property
    def zone(self) -> str:
        return self._desk().timezone

    def of(self, team: str) -> Pace | None:
        desk = self._desk()
        if desk is not self._known[0]:
            self._known = desk, {key: _pace(desk, each) for key, each in desk.teams.items()}
        return self._known[1].get(team)


def _pace(desk: Desk, team: Team) -> Pace:
    schedule = desk.schedules[team.schedule]
    rules = [(one.since, one.week, one.holidays, one.exceptions) for one in schedule.versions]
    facts = (desk.timezone, rules, team.reminders, team.auto_solve)
    hours = desk.hours_of(team.key)
    return Pace(
        reminders=team.reminders,
        auto_solve=team.auto_solve,
        reopen_days=team.reopen_days,
        zone=desk.timezone,
        calendar=blake2b(repr(facts).encode(), digest_size=8).hexdigest(),
        # Tickets that are reminded together ask for the same date.
        after=lru_cache(_DATES)(hours.after_business_days),
        opened=Time(
            blake2b(repr((desk.timezone, rules)).encode(), digest_size=8).hexdigest(),
            partial(open_between, hours),
            partial(open_after, hours),
        ),
    )
