"""A sweep at closing time.

Waiting customers choose between a ticket and their place in the queue. Chats that nobody took become tickets.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import structlog

from chat.adapters import closing_time_rows
from chat.closing_time import NOT_ASKED, Asked, asked_now
from chat.frames.ephemeral import ChatClosing
from chat.frames.floor import Alarm
from chat.service import Conversations
from clock import Clock, rfc3339, rfc3339_or_none
from routing.attendance import may_yet_take
from routing.ports import FloorView
from server.live.alarms.alarms import Alarms
from server.live.chats.open_chats import OpenChats
from server.live.opening_hours import OpeningHours
from server.live.ports import Telling
from server.live.presence.attendance import Attendance
from storage.ports import Storage, StorageUnavailable, Tx

log = structlog.get_logger(__name__)


class ClosingTime:
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        opening_hours: OpeningHours,
        open_chats: OpenChats,
        floor: FloorView,
        attendance: Attendance,
        conversations: Conversations,
        telling: Telling,
        alarms: Alarms,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._opening_hours = opening_hours
        self._open_chats = open_chats
        self._floor = floor
        self._attendance = attendance
        self._conversations = conversations
        self._telling = telling
        self._alarms = alarms
        self._any_late = True
        """True if a chat may wait near or after closing. Then the next sweep reads all such chats, whatever their
        team."""

    def begin_anew(self, tx: Tx, now: int) -> None:
        """Inside a transaction: restart the time within which customers must choose. Called after a start of the
        server, and after a clock jump."""
        asked = closing_time_rows.begin_anew(tx, now, lambda team: self._opening_hours.state(team, now))
        self._any_late = True
        tx.after_commit(lambda: self._notify(asked))

    async def sweep(self) -> None:
        now = self._clock()
        teams = {chat.team for chat in self._open_chats.all() if chat.state in ("queued", "offered")}
        near = [key for key in teams if self._is_near(key, now)]
        if not near and not self._any_late:
            return
        waiting = await self._storage.read(lambda tx: closing_time_rows.waiting(tx, near))
        late = [chat for chat in waiting if await self._is_late(chat)]
        self._any_late = bool(late)
        self._alarms.report(
            "closing", [Alarm(kind="closing", team=team, since=rfc3339(now)) for team in {chat.team for chat in late}]
        )

    def _is_near(self, key: str, now: int) -> bool:
        team_state = self._opening_hours.state(key, now)
        return team_state is not None and team_state.closes_soon(now)

    async def _is_late(self, chat: closing_time_rows.Waiting) -> bool:
        """If closing time requires it, ask a waiting customer what to do with the chat.

        Returns True if the chat still waits, although its team closes soon or has closed: its customer has been asked,
        or the chat was requeued after closing. Also returns True if the question could not be stored because of a
        fault. Raises StorageUnavailable.
        """
        now, answerable = self._clock(), self._is_answerable(chat)
        team_state = self._opening_hours.state(chat.team, now, answerable=answerable)
        if team_state is None or asked_now(chat.asked, team_state, now) == chat.asked:
            return chat.asked != NOT_ASKED
        try:
            after = await self._storage.write(partial(self._ask, read=chat, answerable=answerable))
        except StorageUnavailable:
            self._any_late = True
            raise
        except Exception as error:
            # The other chats are asked nevertheless.
            log.error("closing_failed", chat=chat.chat, error=type(error).__name__, exc_info=True)
            return True
        return after is not None and after != NOT_ASKED

    def _is_answerable(self, chat: closing_time_rows.Waiting) -> bool:
        """True if an agent may still take this chat."""
        return any(
            may_yet_take(agent, chat.team, chat.kept_from, lost=self._attendance.is_gone(agent.staff, chat.team))
            for agent in self._floor.agents(chat.team)
        )

    def _ask(self, tx: Tx, *, read: closing_time_rows.Waiting, answerable: bool) -> Asked | None:
        """Inside a transaction: lock the chat, check it again, and store the question.

        If the chat's time is over, or its team is closed and no agent may still take it, ends it as missed instead,
        unless it is on offer. Returns the question that is now stored. Returns None if the chat no longer waits, or its
        team no longer exists.
        """
        now, chat = self._clock(), read.chat
        team_state = self._opening_hours.state(read.team, now, answerable=answerable)
        present = closing_time_rows.one_waiting(tx, chat)
        if team_state is None or present is None:
            return None
        before = present.asked
        if (present.team, present.kept_from) != (read.team, read.kept_from):
            # The chat changed after `answerable` was determined. The next sweep tries again.
            return before
        after = asked_now(before, team_state, now)
        if after is None:
            if self._is_offered(tx, chat):
                # The chat is on offer. The agent has until the end of the offer.
                return before
            self._conversations.miss(tx, chat, now)
        elif after != before:
            closing_time_rows.ask(tx, chat, after)
            tx.after_commit(lambda: self._notify({chat: after}))
        return after

    def _is_offered(self, tx: Tx, chat: str) -> bool:
        present = self._conversations.chat(tx, chat)
        return present is not None and present.offered_to is not None

    def _notify(self, asked: Mapping[str, Asked]) -> None:
        for chat, what in asked.items():
            event = ChatClosing(
                chat=chat, decide_by=rfc3339_or_none(what.decide_by), waits_until=rfc3339_or_none(what.stays_until)
            )
            self._telling.to_followers(chat, event, to_staff=False)
