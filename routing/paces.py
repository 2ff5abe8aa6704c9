"""How fast each team gets through its chats, kept from the facts about them; and what that says of a wait.

In memory: after a start a team's pace is learnt anew, from a default (`routing.estimate`). Moments in ms.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Literal

from routing.estimate import Pace, seats_for, wait_s

_Standing = tuple[Literal["waits", "held", "rests"], str]
"""How a chat stands, and for which team."""


class Paces:
    """Told how each chat stands; telling it again, or of a chat that is not known, does no harm."""

    def __init__(self) -> None:
        self._standing: dict[str, _Standing] = {}
        self._of: defaultdict[str, Pace] = defaultdict(Pace)

    def waits(self, chat: str, team: str, now: int) -> None:
        """It waits for `team`."""
        self._move(chat, ("waits", team), now, gave_up=False)

    def held(self, chat: str, team: str, now: int) -> None:
        """It takes a seat of an agent of `team`."""
        before = self._standing.get(chat)
        if before == ("waits", team):
            self._standing[chat] = ("held", team)
            self._of[team] = self._of[team].answered(now)
        else:
            self._move(chat, ("held", team), now, gave_up=False)

    def rests(self, chat: str, now: int) -> None:
        """It is held, and takes no seat for now."""
        stands, team = self._standing.get(chat, (None, ""))
        if stands == "held":
            self._move(chat, ("rests", team), now, gave_up=False)

    def returns(self, chat: str, now: int) -> None:
        """It takes its seat back."""
        stands, team = self._standing.get(chat, (None, ""))
        if stands == "rests":
            self._move(chat, ("held", team), now, gave_up=False)

    def gone(self, chat: str, now: int, *, gave_up: bool) -> None:
        """It is over. `gave_up`: its customer left, as long as it waited."""
        self._move(chat, None, now, gave_up=gave_up)

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
        self, team: str, seats: Mapping[frozenset[str], int], waiting: Mapping[str, int], free: int
    ) -> Callable[[int], int | None]:
        """How long (s) somebody at a place in line of `team` will wait, as things stand; None where it cannot be told.

        `seats` of those who are present, by the teams that they serve; `waiting` by team; `free` seats for this one.
        """
        load = {one: count + self._of[one].busy for one, count in waiting.items()}
        theirs, pace = seats_for(team, seats, load), self._of[team]
        return lambda position: wait_s(position, theirs, free, pace)
