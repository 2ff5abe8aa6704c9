"""The rules for the ages of tickets: business days of each team's hours (`reports.backlog`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from clock import Clock
from reports.backlog import Ageing, edges_of
from reports.periods import day_of, start_of
from routing.desk import Desk
from server.live.teams import Teams


class BacklogAges:
    def __init__(self, clock: Clock, teams: Teams) -> None:
        self._clock = clock
        self._teams = teams
        self._known: tuple[Desk, int, Sequence[Ageing]] | None = None

    def today(self) -> Sequence[Ageing]:
        """The rules of today, one for each schedule."""
        desk = self._teams.desk
        today = day_of(self._clock(), desk.timezone)
        if self._known is None or self._known[0] is not desk or self._known[1] != today:
            self._known = desk, today, _made(desk, date.fromordinal(today))
        return self._known[2]


def _made(desk: Desk, today: date) -> Sequence[Ageing]:
    teams: dict[str, list[str]] = {}
    for key, team in desk.teams.items():
        teams.setdefault(team.schedule, []).append(key)
    return [
        Ageing(
            tuple(keys),
            edges_of(today, desk.hours[schedule].is_business_day, lambda day: start_of(day.toordinal(), desk.timezone)),
        )
        for schedule, keys in teams.items()
    ]
