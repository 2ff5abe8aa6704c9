"""Reads the facts from which the floor is computed: the chats from the database, everything else from memory.

The closed chats of today are kept in memory. Each call of `look` adds the chats that were closed later than one minute
before the previous call. Every 30 seconds, all of today's closed chats and their ratings are read again, because
customers may rate a chat long after its end.
"""

from __future__ import annotations

from datetime import datetime, time

from chat.adapters import standings
from chat.standing import ClosedChat, OpenChat
from clock import EvenClock, rfc3339_or_none, zones
from identity.adapters.people import People
from routing.service import Dispatcher
from server.live.presence.attendance import Attendance
from server.live.supervision.floor_snapshot import HOUR_MS, Day, Facts, TeamFacts, day_of
from server.live.teams import Teams
from storage.ports import Storage, Tx
from ticketing.adapters.ratings import rated_since

OVERLAP_MS = 60_000
"""Chats that were closed up to this long (ms) before the last read are read again, because a transaction may commit
after one with a later closing time."""
WHOLE_EVERY_MS = 30_000


class FloorFacts:
    def __init__(
        self,
        storage: Storage,
        clock: EvenClock,
        people: People,
        teams: Teams,
        routing: Dispatcher,
        attendance: Attendance,
    ) -> None:
        self._storage = storage
        self._people = people
        self._clock = clock
        self._teams = teams
        self._routing = routing
        self._attendance = attendance
        self._closed: dict[str, ClosedChat] = {}
        self._day: tuple[int, Day] | None = None
        """The start of a day, and the counts of `_closed` for this day. None if `_closed` has changed."""
        self._ratings: dict[int, int] = {}
        self._supervisors: frozenset[str] = frozenset()
        self._from = 0
        """The kept chats were closed at this time or later. 0 before the first look."""
        self._upto = 0
        self._whole_at: int | None = None
        """When everything was read, by the steady clock. None before the first look."""

    async def look(self) -> Facts:
        """The facts now. Do not call it while another call runs."""
        now = self._clock()
        day_began = start_of_day(now, self._teams.desk.timezone)
        began = min(day_began, now - HOUR_MS)
        whole = self._must_read_all(day_began)
        since = began if whole else self._upto - OVERLAP_MS

        def read(tx: Tx) -> tuple[list[OpenChat], list[ClosedChat]]:
            return standings.of_open_chats(tx), standings.of_chats_closed_since(tx, since)

        open_chats, closed = await self._storage.read(read)
        if whole:
            await self._read_rest(began)
            self._closed.clear()
            self._from, self._whole_at = began, self._clock.steady()
        if whole or any(chat.id not in self._closed for chat in closed):
            self._closed.update((chat.id, chat) for chat in closed)
            self._day = None
        self._upto = now
        return self._facts(day_began, open_chats)

    async def _read_rest(self, began: int) -> None:
        def read(tx: Tx) -> tuple[dict[int, int], frozenset[str]]:
            staff = self._people.all_staff(tx)
            return rated_since(tx, began), frozenset(one.id for one in staff if one.role == "supervisor")

        self._ratings, self._supervisors = await self._storage.read(read)

    def _must_read_all(self, day_began: int) -> bool:
        if self._whole_at is None or self._from > day_began:
            return True
        return self._clock.steady() - self._whole_at >= WHOLE_EVERY_MS

    def _facts(self, day_began: int, open_chats: list[OpenChat]) -> Facts:
        # Memory is read after the database has answered, so that both show about the same moment.
        now, agents = self._clock(), self._routing.floor.agents()
        keys = self._teams.open
        if self._day is None or self._day[0] != day_began:
            self._day = day_began, day_of(self._closed.values(), self._ratings, day_began)
        return Facts(
            now=now,
            day_began=day_began,
            teams=[self._team(key, now) for key in keys],
            queues={state.team: state for state in self._routing.queue_states(keys)},
            agents=agents,
            supervisors=self._supervisors,
            gone_at={a.staff: at for a in agents if (at := self._attendance.gone_at(a.staff)) is not None},
            came_at={a.staff: at for a in agents if (at := self._attendance.came_at(a.staff)) is not None},
            open_chats=open_chats,
            day=self._day[1],
        )

    def _team(self, key: str, now: int) -> TeamFacts:
        team, state = self._teams.of(key), self._teams.desk.hours_of(key).at(now)
        return TeamFacts(
            key=key,
            name=team.name,
            open=state.open,
            opens_at=rfc3339_or_none(state.opens_at),
            closes_at=rfc3339_or_none(state.closes_at),
            target_s=team.wait_target_s,
            silent_ms=self._teams.silent_ms(key),
            agent_grace_s=team.agent_grace_s,
        )


def start_of_day(now: int, zone: str) -> int:
    """The moment at which today began in this time zone."""
    return zones.moment_of(datetime.combine(zones.local(now, zone).date(), time()), zone)
