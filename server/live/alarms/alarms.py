"""Alarms for supervisors.

An alarm is sent when it begins, when a supervisor takes care of it or mutes it, and when it ends. A supervisor who
connects gets the active alarms. An agent who connects gets those about responses that the agent owes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Literal

from msgspec import structs

from chat.adapters import archive
from chat.adapters.peer import Peer
from chat.conversation import WAITING, Chat
from chat.frames.floor import Alarm
from identity.actor import Actor
from routing.adapters.alarm_store import Cause
from server.live.alarms.alarm_care import AlarmCare, cause_of
from server.live.ports import Telling
from storage.ports import Tx

Swept = Literal["unstaffed", "first_reply", "next_reply", "queue", "closing"]
"""The kinds of alarms for which a sweep reports all active alarms."""
_Cause = tuple[str, str | None]
"""The subject of an alarm: a team and, if it is about a chat, the chat."""


class Alarms:
    """The active alarms. An alarm that is reported again keeps its first `since`."""

    def __init__(self, telling: Telling, care: AlarmCare, ask: Callable[[str], None] = lambda staff: None) -> None:
        """`ask(staff)` asks the other processes of the desk for the active alarms that a member of staff should get."""
        self._telling = telling
        self._ask = ask
        self._care = care
        self._swept: dict[Swept, dict[_Cause, Alarm]] = {
            "unstaffed": {},
            "first_reply": {},
            "next_reply": {},
            "queue": {},
            "closing": {},
        }
        self._left: dict[str, Alarm] = {}
        """The alarms about chats that wait for another agent because their agent is gone, by chat."""
        self._owed: dict[tuple[str, ...], tuple[str, Alarm]] = {}
        """The agents who owe a response that is overdue, with the alarms that they got, by the key of the alarm."""

    def report(self, kind: Swept, found: Iterable[Alarm]) -> None:
        """Replace the active alarms of this kind with `found`.

        Sends each alarm that is new, and the end of each alarm that is no longer active.
        """
        before = self._swept[kind]
        now = {(alarm.team, alarm.chat): alarm for alarm in found}
        self._swept[kind] = {cause: before.get(cause, alarm) for cause, alarm in now.items()}
        for cause in before.keys() - now.keys():
            self._end(before[cause])
        for cause in now.keys() - before.keys():
            self._raise(now[cause])

    def left(self, tx: Tx, chat: str) -> None:
        """If the chat waits because its agent is gone, raise an alarm after the commit of `tx`."""
        row, left = archive.chat_row(tx, chat), archive.last_left(tx, chat)
        if row is None or row.state not in WAITING or left is None or left.reason != "gone":
            return
        alarm = Alarm(kind="agent_gone", team=row.team, chat=chat, since=left.at, staff=left.who, customer=row.name)
        tx.after_commit(partial(self._begin, chat, alarm))

    def moved(self, chat: Chat) -> None:
        """Update the alarm about a chat that has changed.

        If the chat no longer waits, the alarm ends. If it now waits for another team, the alarm moves to that team.
        """
        alarm = self._left.get(chat.id)
        waits = chat.state in WAITING
        if alarm is None or (waits and chat.team == alarm.team):
            return
        del self._left[chat.id]
        self._end(alarm)
        if waits:
            self._begin(chat.id, structs.replace(alarm, team=chat.team))

    def remind(self, agent: str, alarm: Alarm) -> None:
        """Send an alarm about an overdue response to the agent who owes it. It is active until `reminded` is called."""
        self._owed[about(alarm)] = (agent, alarm)
        self._telling.to_person(agent, alarm, *about(alarm))

    def reminded(self, agent: str, alarm: Alarm) -> None:
        """Send the end of such an alarm."""
        self._owed.pop(about(alarm), None)
        self._telling.to_person(agent, over(alarm), *about(alarm))

    def greet(self, peer: Peer) -> None:
        """Send the active alarms to a staff member who connected, after the answer to their `hello`."""
        asyncio.get_running_loop().call_soon(self._send_present, peer)

    def answer(self, staff: str) -> None:
        """Send the active alarms to a member of staff who connected to another process."""
        for agent, alarm in self._owed.values():
            if agent == staff:
                self._telling.to_person(staff, alarm, *about(alarm))
        for alarm in self._present():
            self._telling.to_supervisors(alarm.team, self._care.told(alarm), *about(alarm), only=staff)

    def _begin(self, chat: str, alarm: Alarm) -> None:
        if (before := self._left.get(chat)) is not None:
            self._end(before)
        self._left[chat] = alarm
        self._raise(alarm)

    def _send_present(self, peer: Peer) -> None:
        if peer.actor is None:
            return
        own = {about(alarm): alarm for agent, alarm in self._owed.values() if agent == peer.actor.id}
        for key, alarm in (own | {about(one): one for one in self.seen_by(peer.actor)}).items():
            self._telling.to_connection(peer, alarm, *key)
        self._ask(peer.actor.id)

    def active(self, cause: Cause) -> Alarm | None:
        """The active alarm with this cause; None if there is none."""
        return next((alarm for alarm in self._present() if cause_of(alarm) == cause), None)

    def tell(self, cause: Cause) -> None:
        """Send an active alarm again, because a supervisor did something about it."""
        alarm = self.active(cause)
        if alarm is not None:
            self._send(self._care.told(alarm))

    def seen_by(self, actor: Actor) -> Iterator[Alarm]:
        """The active alarms of a supervisor's teams. Empty if the actor is not a supervisor."""
        present = map(self._care.told, self._present())
        return (alarm for alarm in present if actor.role == "supervisor" and actor.sees(alarm.team))

    def _present(self) -> Iterator[Alarm]:
        for alarms in self._swept.values():
            yield from alarms.values()
        yield from self._left.values()

    def _raise(self, alarm: Alarm) -> None:
        self._care.raised(alarm)
        self._send(self._care.told(alarm))

    def _end(self, alarm: Alarm) -> None:
        self._care.cleared(alarm)
        self._send(over(alarm))

    def _send(self, alarm: Alarm) -> None:
        self._telling.to_supervisors(alarm.team, alarm, *about(alarm))


def over(alarm: Alarm) -> Alarm:
    return structs.replace(alarm, over=True)


def about(alarm: Alarm) -> tuple[str, ...]:
    """The key of an alarm: kind, team and chat. A newer alarm replaces an unsent one with the same key."""
    return alarm.kind, alarm.team, alarm.chat or ""
