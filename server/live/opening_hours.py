"""The opening state of teams, from the hours file."""

from __future__ import annotations

from chat.closing_time import OpeningState
from clock import Clock, rfc3339_or_none
from refusals import Refused
from routing.desk import Team, closed_sentence
from server.live.teams import Teams


class OpeningHours:
    def __init__(self, clock: Clock, teams: Teams) -> None:
        self._clock = clock
        self._teams = teams

    def check_open(self, key: str) -> None:
        """Check that a known team is open for new chats. Raises Refused(team_closed) if it is closed."""
        desk = self._teams.desk
        hours = desk.hours_of(key).at(self._clock())
        if not hours.open:
            raise closed(desk.teams[key], hours.opens_at, desk.timezone)

    def state(self, key: str, now: int, *, answerable: bool = False) -> OpeningState | None:
        """The opening state of a team. None for an unknown team.

        `answerable` is true if an agent may still take the chat in question.
        """
        desk = self._teams.desk
        team = desk.teams.get(key)
        if team is None:
            return None
        hours = desk.hours_of(key).at(now)
        return OpeningState(
            open=hours.open,
            closes_at=hours.closes_at,
            notice_ms=1000 * team.closing_notice_s,
            drain_ms=1000 * team.closing_drain_s,
            answerable=answerable,
        )


def closed(team: Team, opens_at: int | None, zone: str) -> Refused:
    """The error for a new chat with a closed team. `opens_at` is None if the team never opens."""
    opens = rfc3339_or_none(opens_at)
    return Refused("team_closed", closed_sentence(team, opens_at, zone), opens_at=opens)
