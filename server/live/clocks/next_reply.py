"""Acts on overdue responses after the first one: raises an alarm for the agent and the supervisors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chat.adapters.clocks import ActiveChat
from chat.frames.floor import Alarm
from chat.frames.people import Staff
from clock import Clock, Stopwatches, rfc3339
from routing.ports import FloorView
from server.live.alarms.alarms import Alarms
from server.live.teams import Teams


class NextReplies:
    def __init__(
        self,
        steady: Clock,
        waited_ms: Callable[[int], int],
        teams: Teams,
        is_paused: Callable[[str], bool],
        floor: FloorView,
        alarms: Alarms,
    ) -> None:
        """`waited_ms(moment)` is the time in ms since the later of two moments: `moment`, and the last clock jump.

        The time before the server started is included, so a restart of the server does not restart the wait.
        `is_paused(chat)` is true while the customer of the chat is disconnected. During that time, the wait is paused.
        """
        self._waited_ms = waited_ms
        self._teams = teams
        self._is_paused = is_paused
        self._floor = floor
        self._alarms = alarms
        self._owed = Stopwatches[tuple[str, int]](steady)
        self._overdue: dict[str, tuple[str, Alarm]] = {}
        """The agent of each chat with an overdue response, and the alarm that was sent."""

    def update(self, answered: Sequence[ActiveChat]) -> None:
        """Report overdue responses.

        `answered` must contain each chat whose customer has waited for longer than the team allows. It may also contain
        chats without an overdue response.
        """
        owing = {
            (chat.id, since): chat
            for chat in answered
            if (since := chat.next_reply_owed_since) is not None and not self._is_paused(chat.id)
        }
        owed = self._owed.run({key: self._waited_ms(key[1]) for key in owing})
        overdue = {
            chat.id: (chat.agent, self._alarm(chat, key[1]))
            for key, chat in owing.items()
            if owed[key] >= self._teams.patience(chat.team).next_reply
        }
        for id_, (agent, alarm) in overdue.items():
            if self._overdue.get(id_) != (agent, alarm):
                self._alarms.remind(agent, alarm)
        for id_ in self._overdue.keys() - overdue.keys():
            agent, alarm = self._overdue[id_]
            self._alarms.reminded(agent, alarm)
        self._overdue = overdue
        self._alarms.report("next_reply", [alarm for _, alarm in overdue.values()])

    def _alarm(self, chat: ActiveChat, since: int) -> Alarm:
        agent = self._floor.get(chat.agent)
        staff = None if agent is None else Staff(agent.staff, agent.name)
        return Alarm(
            kind="next_reply",
            team=chat.team,
            since=rfc3339(since),
            chat=chat.id,
            customer=chat.customer,
            staff=staff,
        )
