"""What a supervisor should look at: told when it begins, when it is over, and to each who comes meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Literal

from msgspec import structs

from chat.adapters import archive
from chat.adapters.hub import coalescing_key
from chat.adapters.socket import SocketPeer
from chat.conversation import WAITING, Chat
from chat.frames import Alarm
from storage.ports import Tx

if TYPE_CHECKING:
    from server.live.desk import Desk

Swept = Literal["unstaffed", "first_reply", "queue", "closing"]
"""The kinds that a sweep looks for, all that there are at once."""
_Cause = tuple[str, str | None]
"""A team and, where it is about one, a chat."""


class Alarms:
    """The alarms that stand. The first `since` of each counts."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._standing: dict[Swept, dict[_Cause, Alarm]] = {
            "unstaffed": {},
            "first_reply": {},
            "queue": {},
            "closing": {},
        }
        self._left: dict[str, Alarm] = {}
        """By chat: it waits for somebody else, since its agent is gone."""

    def stand(self, kind: Swept, found: Iterable[Alarm]) -> None:
        """All that there is of this kind now: the new ones are told, and which are over."""
        before = self._standing[kind]
        now = {(alarm.team, alarm.chat): alarm for alarm in found}
        self._standing[kind] = {cause: before.get(cause, alarm) for cause, alarm in now.items()}
        for cause in before.keys() - now.keys():
            self._tell_all(over(before[cause]))
        for cause in now.keys() - before.keys():
            self._tell_all(now[cause])

    def left(self, tx: Tx, chat: str) -> None:
        """Inside a unit: where a chat waits because its agent is gone, that is told once committed."""
        row, left = archive.chat_row(tx, chat), archive.last_left(tx, chat)
        if row is None or row.state not in WAITING or left is None or left.reason != "gone":
            return
        alarm = Alarm(kind="agent_gone", team=row.team, chat=chat, since=left.at, staff=left.who, customer=row.name)
        tx.after_commit(partial(self._begin, chat, alarm))

    def moved(self, chat: Chat) -> None:
        """A chat stands otherwise than before: it waits no longer, or for another team."""
        alarm = self._left.get(chat.id)
        waits = chat.state in WAITING
        if alarm is None or (waits and chat.team == alarm.team):
            return
        del self._left[chat.id]
        self._tell_all(over(alarm))
        if waits:
            self._begin(chat.id, structs.replace(alarm, team=chat.team))

    def greet(self, peer: SocketPeer) -> None:
        """Somebody comes: a supervisor is told what stands, after the answer to their `hello`."""
        asyncio.get_running_loop().call_soon(self._tell_standing, peer)

    def _begin(self, chat: str, alarm: Alarm) -> None:
        self._left[chat] = alarm
        self._tell_all(alarm)

    def _tell_standing(self, peer: SocketPeer) -> None:
        for alarms in self._standing.values():
            for alarm in alarms.values():
                _tell(peer, alarm)
        for alarm in self._left.values():
            _tell(peer, alarm)

    def _tell_all(self, alarm: Alarm) -> None:
        for peer in self._desk.hub.staff_here():
            assert isinstance(peer, SocketPeer)
            _tell(peer, alarm)


def over(alarm: Alarm) -> Alarm:
    """That its cause is gone."""
    return structs.replace(alarm, over=True)


def nudge(peer: SocketPeer, alarm: Alarm) -> None:
    """Tell one connection; a newer alarm of the same kind, team and chat takes the place of an older one."""
    peer.tell(alarm, (*coalescing_key(alarm), alarm.kind, alarm.team, alarm.chat or ""))


def _tell(peer: SocketPeer, alarm: Alarm) -> None:
    actor = peer.actor
    if actor is not None and actor.role == "supervisor" and actor.sees(alarm.team):
        nudge(peer, alarm)
