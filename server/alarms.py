"""What a supervisor should look at, told once when it begins, and to each supervisor who comes while it lasts."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from chat.adapters.hub import coalescing_key
from chat.adapters.socket import SocketPeer
from chat.frames import Alarm
from clock import rfc3339

if TYPE_CHECKING:
    from server.desk import Desk

Kind = Literal["unstaffed", "first_reply", "queue", "closing"]
Cause = tuple[str, str | None]
"""A team and, where it is about one, a chat."""


class Alarms:
    """The alarms of each kind that stand, and since when (ms)."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._standing: dict[Kind, dict[Cause, int]] = {"unstaffed": {}, "first_reply": {}, "queue": {}, "closing": {}}

    def stand(self, kind: Kind, causes: Collection[Cause], now: int) -> None:
        """All that there is of this kind now: the new ones are told."""
        before = self._standing[kind]
        self._standing[kind] = {cause: before.get(cause, now) for cause in causes}
        for team, chat in causes:
            if (team, chat) not in before:
                self.tell(kind, team, now, chat)

    def tell(self, kind: Kind, team: str, since: int, chat: str | None = None) -> None:
        """Tell the supervisors of a team who are here."""
        for peer in self._desk.hub.staff_here():
            assert isinstance(peer, SocketPeer)
            self._tell(peer, kind, team, since, chat)

    def greet(self, peer: SocketPeer) -> None:
        """Somebody comes: a supervisor is told what stands, after the answer to their `hello`."""
        asyncio.get_running_loop().call_soon(self._tell_standing, peer)

    def _tell_standing(self, peer: SocketPeer) -> None:
        for kind, causes in self._standing.items():
            for (team, chat), since in causes.items():
                self._tell(peer, kind, team, since, chat)

    def _tell(self, peer: SocketPeer, kind: Kind, team: str, since: int, chat: str | None) -> None:
        actor = peer.actor
        if actor is not None and actor.role == "supervisor" and actor.sees(team):
            nudge(peer, Alarm(kind=kind, team=team, chat=chat, since=rfc3339(since)))


def nudge(peer: SocketPeer, alarm: Alarm) -> None:
    """Tell one connection; a newer alarm of the same kind, team and chat takes the place of an older one."""
    peer.tell(alarm, (*coalescing_key(alarm), alarm.kind, alarm.team, alarm.chat or ""))
