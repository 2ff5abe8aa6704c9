"""The clocks of chats that are answered, acted on once a second: silent customers are reminded and give their seat up,
first replies that are owed are asked for, and passed on where the team wants that."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chat.adapters import clocks
from chat.adapters.clocks import Answered
from chat.adapters.socket import SocketPeer
from chat.frames import Alarm, ChatSilent, Staff
from chat.silence import Patience, notice, nudges, rests, step_reached
from clock import Stopwatches, rfc3339
from routing.desk import Team
from server.live.alarms import nudge, over
from storage.ports import Tx

if TYPE_CHECKING:
    from server.live.desk import Desk


class AnsweredChats:
    """What was told of each answered chat so far, and which of them take no seat."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._told_silent: dict[str, tuple[int, int]] = {}
        self._owed = Stopwatches[tuple[str, int]](desk.clock.steady)
        self._nudged: dict[str, tuple[str, Alarm, int]] = {}
        """By chat: its agent, what they were told, and the step at which."""
        self._resting: set[str] = set()
        self.looking = asyncio.Lock()
        """Held while chats are looked at: meanwhile the hours file stays as it is."""

    async def keep(self) -> None:
        """Look at every answered chat in which a clock may have come to anything."""
        async with self.looking:
            await self._keep()

    async def _keep(self) -> None:
        desk, now = self._desk, self._desk.clock()
        due_by = now + self._longest_notice_ms()
        answered = await desk.storage.read(lambda tx: clocks.answered_by_clock(tx, due_by))
        patience = {team: self.patience(team) for team in {chat.team for chat in answered}}
        self._remind(answered, patience, now)
        self._let_rest(answered, patience, now)
        await self._ask_for_replies(answered, patience, now)

    def silence(self, chat: str) -> ChatSilent | None:
        """That this chat will end by silence, where its customer has been told so."""
        told = self._told_silent.get(chat)
        return None if told is None else ChatSilent(chat=chat, ends_at=rfc3339(told[0]), step=told[1])

    def patience(self, key: str) -> Patience:
        """How long a team waits."""
        team = self._desk.teams.get(key)
        silent_s, seat_s, reply_s = (
            (team.silent_s, team.idle_seat_s, team.first_reply_s)
            if team is not None
            else (Team.silent_s, Team.idle_seat_s, Team.first_reply_s)
        )
        first, second, last = silent_s
        return Patience(
            steps=(1000 * first, 1000 * second, 1000 * last), seat=1000 * seat_s, first_reply=1000 * reply_s
        )

    def _longest_notice_ms(self) -> int:
        """How long before its end by silence a chat of any team is looked at first."""
        return max(map(notice, map(self.patience, ["", *self._desk.teams])))

    def _remind(self, answered: Sequence[Answered], patience: dict[str, Patience], now: int) -> None:
        told: dict[str, tuple[int, int]] = {}
        for chat in answered:
            due_at = chat.silent_due_at
            step = step_reached(due_at, patience[chat.team], now)
            if step == 0 or due_at is None:
                continue
            told[chat.id] = (due_at, step)
            if self._told_silent.get(chat.id) != told[chat.id]:
                event = ChatSilent(chat=chat.id, ends_at=rfc3339(due_at), step=step)
                self._desk.hub.news(chat.id, event, to_staff=False)
        self._told_silent = told

    def _let_rest(self, answered: Sequence[Answered], patience: dict[str, Patience], now: int) -> None:
        resting = {chat.id for chat in answered if rests(chat.silent_due_at, patience[chat.team], now)}
        for chat in resting - self._resting:
            self._desk.routing.chat_fell_silent(chat)
        for chat in self._resting - resting:
            self._desk.routing.chat_spoke_again(chat)
        self._resting = resting

    async def _ask_for_replies(self, answered: Sequence[Answered], patience: dict[str, Patience], now: int) -> None:
        nudged: dict[str, tuple[str, Alarm, int]] = {}
        overdue = []
        owing = {(chat.id, since): chat for chat in answered if (since := chat.first_reply_owed_since) is not None}
        owed = self._owed.run({key: self._desk.lasted_ms(key[1]) for key in owing})
        for key, chat in owing.items():
            step = nudges(owed[key], patience[chat.team])
            if step == 0:
                continue
            alarm = self._alarm(chat, key[1])
            nudged[chat.id] = (chat.agent, alarm, step)
            if self._nudged.get(chat.id) != nudged[chat.id]:
                self._nudge(chat.agent, alarm)
            if step >= 2:
                overdue.append(alarm)
            if step == 3 and self._is_to_be_passed_on(chat):
                await self._pass_on(chat)
        for id_ in self._nudged.keys() - nudged.keys():
            agent, alarm, _ = self._nudged[id_]
            self._nudge(agent, over(alarm))
        self._nudged = nudged
        self._desk.alarms.stand("first_reply", overdue)

    def _alarm(self, chat: Answered, since: int) -> Alarm:
        agent = self._desk.routing.agent(chat.agent)
        staff = None if agent is None else Staff(agent.staff, agent.name)
        return Alarm(
            kind="first_reply",
            team=chat.team,
            since=rfc3339(since),
            chat=chat.id,
            customer=chat.customer,
            staff=staff,
        )

    def _nudge(self, agent: str, alarm: Alarm) -> None:
        for peer in self._desk.hub.peers_of(agent):
            assert isinstance(peer, SocketPeer)
            nudge(peer, alarm)

    def _is_to_be_passed_on(self, chat: Answered) -> bool:
        """Does its team want that, and is anybody else there who may take it?"""
        desk, team = self._desk, self._desk.teams.get(chat.team)
        kept_from = desk.picture.kept_from(chat.id) | {chat.agent}
        return team is not None and team.pass_on and desk.routing.is_served(chat.team, kept_from)

    async def _pass_on(self, chat: Answered) -> None:
        desk = self._desk

        def unit(tx: Tx) -> bool:
            present = clocks.answered_chat(tx, chat.id)
            if present is None or (present.agent, present.assigned_at) != (chat.agent, chat.assigned_at):
                return False
            if present.first_reply_owed_since is None:
                return False
            return desk.attendance.release(tx, chat.id, chat.agent, "no_reply")

        await desk.storage.write(unit)
