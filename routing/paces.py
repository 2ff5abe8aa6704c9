"""Measures the pace of each team from the states of its chats, for wait estimates (`routing.estimate`).

The paces are in memory only: after a start, each team begins with the default pace. Moments in ms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Literal

from routing.estimate import Pace, seats_for, wait_s

_Stands = Literal["waits", "held", "rests"]
_Standing = tuple[_Stands, str]
"""The state of a chat, and its team."""


class Paces:
    """The paces of all teams. Call a method at each change of a chat.

    Repeated calls, and calls for unknown chats, do no harm.
    """

    def __init__(self) -> None:
        self._standing: dict[str, _Standing] = {}
        self._of: defaultdict[str, Pace] = defaultdict(Pace)

    def waits(self, chat: str, team: str, now: int) -> None:
        self._move(chat, ("waits", team), now, gave_up=False)

    def held(self, chat: str, team: str, now: int) -> None:
        before = self._standing.get(chat)
        if before == ("waits", team):
            self._standing[chat] = ("held", team)
            self._of[team] = self._of[team].answered(now)
        else:
            self._move(chat, ("held", team), now, gave_up=False)

    def rests(self, chat: str, now: int) -> None:
        """Record that a held chat takes no slot from now on."""
        self._turn(chat, "held", "rests", now)

    def returns(self, chat: str, now: int) -> None:
        """Record that a held chat takes its slot again."""
        self._turn(chat, "rests", "held", now)

    def gone(self, chat: str, now: int, *, gave_up: bool) -> None:
        """Record that a chat is over. `gave_up` is True if the customer left while waiting."""
        self._move(chat, None, now, gave_up=gave_up)

    def _turn(self, chat: str, before: _Stands, after: _Stands, now: int) -> None:
        stands, team = self._standing.get(chat, (None, ""))
        if stands == before:
            self._move(chat, (after, team), now, gave_up=False)

    def _move(self, chat: str, after: _Standing | None, now: int, *, gave_up: bool) -> None:
        before = self._standing.get(chat)
        if before == after:
            return
        if before is not None:
            del self._standing[chat]
            stood, team = before
            pace = self._of[team]
            if stood == "held":
                self._of[team] = pace.released(now)
            elif stood == "waits":
                self._of[team] = pace.left(now) if gave_up else pace.sent_away(now)
        if after is not None:
            self._standing[chat] = after
            stands, team = after
            pace = self._of[team]
            if stands == "waits":
                self._of[team] = pace.queued(now)
            elif stands == "held":
                self._of[team] = pace.resumed(now)

    def estimate(
        self, team: str, seats: Mapping[frozenset[str], int], waiting: Mapping[str, int], free: int, seated: int = 0
    ) -> Callable[[int], int | None]:
        """A function from a queue position of `team` to the estimated wait in s. The function returns None if the wait
        is unknown.

        `seats` is the number of slots of present agents, by the set of teams that the agents serve. `waiting` is the
        number of waiting chats by team. `free` is the number of free slots for `team`. `seated` is the number of the
        team's waiting chats that already have a slot. Other chats do not have to wait for these chats.
        """
        load = {one: count + self._of[one].busy for one, count in waiting.items()}
        theirs, pace = seats_for(team, seats, load), self._of[team]
        return lambda position: wait_s(max(1, position - seated), theirs, free, pace)
