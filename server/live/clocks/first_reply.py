"""Acts on overdue first responses: reminds the agent, then alerts the supervisors, then requeues the chat."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from chat.adapters import clocks
from chat.adapters.clocks import ActiveChat
from chat.frames.floor import Alarm
from chat.frames.people import Staff
from chat.silence import Nudge, nudge_due
from clock import Clock, Stopwatches, rfc3339
from routing.ports import FloorView
from server.live.alarms.alarms import Alarms
from server.live.chats.open_chats import OpenChats
from server.live.ports import Release
from server.live.teams import Teams
from storage.ports import Storage, Tx


class _Nudged(NamedTuple):
    agent: str
    alarm: Alarm
    nudge: Nudge


class FirstReplies:
    def __init__(
        self,
        storage: Storage,
        steady: Clock,
        lasted_ms: Callable[[int], int],
        teams: Teams,
        open_chats: OpenChats,
        floor: FloorView,
        alarms: Alarms,
        absences: Release,
    ) -> None:
        """`lasted_ms(moment)` is the time in ms since the latest of three moments: `moment`, the start of this server,
        and the last clock jump."""
        self._storage = storage
        self._lasted_ms = lasted_ms
        self._teams = teams
        self._open_chats = open_chats
        self._floor = floor
        self._alarms = alarms
        self._absences = absences
        self._owed = Stopwatches[tuple[str, int]](steady)
        self._nudged: dict[str, _Nudged] = {}
        """The present reminder of each chat, by the id of the chat."""

    async def update(self, answered: Sequence[ActiveChat]) -> None:
        """Act on overdue first responses. `answered` must contain every chat with an agent that lacks a first response.
        Other chats with an agent may be in it too."""
        nudged: dict[str, _Nudged] = {}
        overdue = []
        owing = {(chat.id, since): chat for chat in answered if (since := chat.first_reply_owed_since) is not None}
        owed = self._owed.run({key: self._lasted_ms(key[1]) for key in owing})
        for key, chat in owing.items():
            nudge = nudge_due(owed[key], self._teams.patience(chat.team))
            if nudge is Nudge.NOBODY:
                continue
            alarm = self._alarm(chat, key[1])
            nudged[chat.id] = _Nudged(chat.agent, alarm, nudge)
            if self._nudged.get(chat.id) != nudged[chat.id]:
                self._alarms.remind(chat.agent, alarm)
            if nudge >= Nudge.SUPERVISORS:
                overdue.append(alarm)
            if nudge is Nudge.PASS_ON and self._may_be_passed_on(chat):
                await self._pass_on(chat)
        for id_ in self._nudged.keys() - nudged.keys():
            self._alarms.reminded(self._nudged[id_].agent, self._nudged[id_].alarm)
        self._nudged = nudged
        self._alarms.report("first_reply", overdue)

    def _alarm(self, chat: ActiveChat, since: int) -> Alarm:
        agent = self._floor.get(chat.agent)
        staff = None if agent is None else Staff(agent.staff, agent.name)
        return Alarm(
            kind="first_reply",
            team=chat.team,
            since=rfc3339(since),
            chat=chat.id,
            customer=chat.customer,
            staff=staff,
        )

    def _may_be_passed_on(self, chat: ActiveChat) -> bool:
        """True if the team requeues overdue chats, and another agent can take this chat."""
        team = self._teams.by_key.get(chat.team)
        kept_from = self._open_chats.kept_from(chat.id) | {chat.agent}
        return team is not None and team.pass_on and self._floor.is_served(chat.team, kept_from)

    async def _pass_on(self, chat: ActiveChat) -> None:
        def unit(tx: Tx) -> bool:
            present = clocks.active_chat(tx, chat.id)
            if present is None or (present.agent, present.assigned_at) != (chat.agent, chat.assigned_at):
                return False
            if present.first_reply_owed_since is None:
                return False
            return self._absences.release(tx, chat.id, chat.agent, "no_reply")

        await self._storage.write(unit)
