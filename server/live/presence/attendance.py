"""The last connection and the last activity of each member of staff.

The times are kept in memory and measured with the monotonic clock. So every grace period begins again when the server
starts, and a change of the wall clock makes nobody absent.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from operator import itemgetter

from chat.adapters import archive, clocks
from clock import EvenClock
from routing.adapters import store
from routing.attendance import Seen, counts_as_missed, has_lost, worked_since
from server.live.background_tasks import BackgroundTasks
from server.live.ports import Here
from server.live.teams import Teams
from storage.ports import Storage, Tx

LONG_GONE_MS = 60_000
"""Time without a connection after which a person counts as having come again. A reload of a page is shorter."""
PRECISION_MS = 1_000
"""Activities in different processes that are closer together count as one."""


class Attendance:
    def __init__(
        self, storage: Storage, clock: EvenClock, here: Here, teams: Teams, background_tasks: BackgroundTasks
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._here = here
        self._teams = teams
        self._background_tasks = background_tasks
        self._now = clock.steady
        self._ready_at = self._now()
        self._gone_since: dict[str, int] = {}
        self._gone_at: dict[str, int] = {}
        """Like `_gone_since`, by the wall clock."""
        self._came_at: dict[str, int] = {}
        """The time at which each person came after a long absence, by the wall clock."""
        self._active_at: dict[str, int] = {}
        self._unwritten: list[tuple[str, int, bool]] = []
        """Connections (True) and disconnections (False) with their wall-clock times, not yet written to the timelines.
        """
        self._writing_down = asyncio.Lock()
        self._tell_answered: Callable[[str], None] | None = None
        self._unanswered: Counter[str] = Counter()
        self._unanswered_at: dict[str, int] = {}
        """The time at which the last unanswered offer to each agent expired, by the wall clock."""
        self._answered_at: dict[str, int] = {}
        """The time at which each agent last answered an offer or chose a status, by the wall clock."""

    def came(self, staff: str) -> None:
        """Note that a person's first connection opened."""
        self.came_elsewhere(staff)
        self._note(staff, connected=True)

    def came_elsewhere(self, staff: str) -> None:
        """Note that a person connected to another process, which adds this to the timeline."""
        if self._now() - self._gone_since.pop(staff, self._ready_at) >= LONG_GONE_MS:
            self._came_at[staff] = self._clock()
        self._gone_at.pop(staff, None)
        self.active(staff)

    def went(self, staff: str) -> None:
        """Note that a person's last connection closed."""
        self.went_elsewhere(staff)
        self._note(staff, connected=False)

    def went_elsewhere(self, staff: str) -> None:
        """Note that a person lost the last connection to the desk, which was one to another process."""
        self._gone_since[staff], self._gone_at[staff] = self._now(), self._clock()

    def active(self, staff: str) -> None:
        """Note that a person acted: sent a command other than a ping, or changed something over HTTP."""
        self._active_at[staff] = self._now()

    def was_active(self, staff: str, ago_ms: int) -> None:
        """Note that a person acted in another process `ago_ms` ago."""
        at = self._now() - ago_ms
        if at > self._active_at.get(staff, 0) + PRECISION_MS:
            self._active_at[staff] = at

    def watch_answers(self, answered: Callable[[str], None]) -> None:
        """From now on, call `answered` for each answer of an agent in this process."""
        self._tell_answered = answered

    def answered(self, staff: str) -> None:
        """Note that an agent took or declined a chat, or chose a status."""
        self.answered_elsewhere(staff)
        if self._tell_answered is not None:
            self._tell_answered(staff)

    def answered_elsewhere(self, staff: str) -> None:
        """Note the same about an agent in another process."""
        self._answered_at[staff] = self._clock()
        self._count_anew(staff)

    async def did_not_answer(self, staff: str, offered_at: int) -> None:
        """Note that an offer to this agent expired without an answer. `offered_at` is the time of the offer by the wall
        clock."""
        before = self._unanswered_at.get(staff)
        if not counts_as_missed(offered_at, answered_at=self._answered_at.get(staff), missed_at=before):
            return
        # Read here rather than at each message: messages are frequent.
        if before is not None and await self._storage.read(partial(_worked_since, staff=staff, since=before)):
            self._count_anew(staff)
        self._unanswered[staff] += 1
        self._unanswered_at[staff] = self._clock()

    def _count_anew(self, staff: str) -> None:
        del self._unanswered[staff]
        self._unanswered_at.pop(staff, None)

    def seen(self, staff: str) -> Seen:
        gone_since = None if self._here.is_here(staff) else self._gone_since.get(staff, self._ready_at)
        active_at = self._active_at.get(staff, self._ready_at)
        return Seen(gone_since=gone_since, active_at=active_at, unanswered=self._unanswered[staff])

    def gone_at(self, staff: str) -> int | None:
        """The time at which a person lost the last connection, by the wall clock. None if the person is connected, or
        if the time is unknown."""
        return self._gone_at.get(staff)

    def came_at(self, staff: str) -> int | None:
        """The time at which a connected person came after a minute or longer without a connection, by the wall clock.
        None if they were never away for that long, or are disconnected now."""
        return self._came_at.get(staff) if self._here.is_here(staff) else None

    def is_gone(self, staff: str, team: str) -> bool:
        """True if an agent has been disconnected for so long that the team requeues their chats."""
        return has_lost(self.seen(staff), self._teams.grace_ms(team), self._now())

    def _note(self, staff: str, *, connected: bool) -> None:
        self._unwritten.append((staff, self._clock(), connected))
        self._background_tasks.spawn("came_or_went", self.write_down)

    async def write_down(self) -> None:
        """Write the connections and disconnections since the last call to the agents' timelines. Each timeline gets
        them in the order of their times. Raises StorageUnavailable; the next call then writes them."""
        async with self._writing_down:
            notes, self._unwritten = self._unwritten, []
            if not notes:
                return
            try:
                await self._storage.write(partial(_write, notes=notes))
            except Exception:
                self._unwritten[:0] = notes
                raise


def _write(tx: Tx, *, notes: Iterable[tuple[str, int, bool]]) -> None:
    # Each note locks its agent. Locks that are always taken in one order cannot deadlock.
    for staff, at, connected in sorted(notes, key=itemgetter(0)):
        store.came_or_went(tx, staff, at, connected=connected)


def _worked_since(tx: Tx, staff: str, since: int) -> bool:
    choice, held = store.choice_of(tx, staff), clocks.active_chats(tx, staff)
    return worked_since(
        since,
        wrote=any(archive.wrote_since(tx, chat.id, staff, since) for chat in held),
        got_chat_at=None if choice is None else choice.last_chat_at,
        owes_reply=any(chat.first_reply_owed_since is not None for chat in held),
    )
