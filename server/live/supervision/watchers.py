"""Tells the agent of a chat which supervisors watch it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

import msgspec
import structlog

from chat.adapters.peer import Peer
from chat.frames.ephemeral import ChatWatched
from chat.frames.people import Staff
from server.live.chats.open_chats import OpenChats
from server.live.ports import Telling
from server.live.wakes import Watched

Share = Callable[[str, Sequence[Staff]], None]
"""Tells the other processes who watches a chat in this one."""


_decoder = msgspec.json.Decoder(Watched)

log = structlog.get_logger(__name__)


class Followers(Protocol):
    """Knows the connections that follow a chat."""

    def followers(self, chat: str, /) -> tuple[Peer, ...]: ...


class _Told(NamedTuple):
    """The agent of a chat, and the supervisors of whom the agent was told."""

    agent: str
    by: list[Staff]


class Watchers:
    """Supervisors watch a chat while a connection of theirs follows it, unless the chat is theirs.

    If the desk has several processes, each tells the others who watches in it, and its own connections of the agent who
    watches anywhere.
    """

    def __init__(
        self,
        followers: Followers,
        open_chats: OpenChats,
        telling: Telling,
        share: Share = lambda chat, by: None,
    ) -> None:
        """`telling` sends to the connections of this process."""
        self._followers = followers
        self._open_chats = open_chats
        self._telling = telling
        self._share = share
        self._told: dict[str, _Told] = {}
        """Only chats that are watched."""
        self._shared: dict[str, list[Staff]] = {}
        """The watchers in this process of whom the others were told, by chat."""
        self._elsewhere: dict[str, dict[str, list[Staff]]] = {}
        """The watchers in other processes, by chat and process."""

    def followed(self, peer: Peer, chat: str) -> None:
        """Act on a connection that follows the chat, or that no longer follows it."""
        if not peer.staff:
            return
        self.changed(chat)
        told = self._told.get(chat)
        # A new connection of the agent may not have been told.
        if told is not None and told.agent == peer.person and peer in self._followers.followers(chat):
            self._telling.to_connection(peer, _event(chat, told.by))

    def changed(self, chat: str) -> None:
        """Tell the chat's agent if the watchers changed. Tell the agent before, if the chat has another agent now."""
        here = self._here(chat)
        if here != self._shared.get(chat, []):
            self._share(chat, here)
            self._shared[chat] = here
            if not here:
                del self._shared[chat]
        told, now = self._told.pop(chat, None), self._now(chat, here)
        if now is not None:
            self._told[chat] = now
        if told is not None and (now is None or now.agent != told.agent):
            self._telling.to_person(told.agent, _event(chat, []))
        if now is not None and now != told:
            self._telling.to_person(now.agent, _event(chat, now.by))

    # -- several processes ---------------------------------------------------------------------

    def receive(self, chat: str, data: str) -> None:
        """Learn who watches a chat in another process. `data` is a `Watched`."""
        try:
            watched = _decoder.decode(data)
        except msgspec.MsgspecError:
            log.warning("news_refused", bytes=len(data))
            return
        self._heard(watched.process, chat, watched.by)

    def _heard(self, process: str, chat: str, by: list[Staff]) -> None:
        there = self._elsewhere.setdefault(chat, {})
        there[process] = by
        if not by:
            del there[process]
        if not there:
            del self._elsewhere[chat]
        self.changed(chat)

    def processes_changed(self, living: Collection[str]) -> None:
        """Forget the watchers in processes that have ended. Tell new processes who watches in this one."""
        for chat, there in list(self._elsewhere.items()):
            for process in there.keys() - set(living):
                self._heard(process, chat, [])
        for chat, by in self._shared.items():
            self._share(chat, by)

    def _here(self, chat: str) -> list[Staff]:
        """The supervisors who watch the chat in this process."""
        known = self._open_chats.get(chat)
        if known is None or known.agent is None:
            return []
        here = (peer.actor for peer in self._followers.followers(chat) if peer.staff)
        return _sorted(
            Staff(actor.id, actor.name or "")
            for actor in here
            if actor is not None and actor.role == "supervisor" and actor.id != known.agent
        )

    def _now(self, chat: str, here: Sequence[Staff]) -> _Told | None:
        known = self._open_chats.get(chat)
        if known is None or known.agent is None:
            return None
        elsewhere = (one for there in self._elsewhere.get(chat, {}).values() for one in there)
        by = _sorted(one for one in (*here, *elsewhere) if one.id != known.agent)
        return _Told(known.agent, by) if by else None


def _sorted(watchers: Iterable[Staff]) -> list[Staff]:
    """Each person once, by name."""
    return sorted({one.id: one for one in watchers}.values(), key=lambda one: (one.name, one.id))


def _event(chat: str, by: list[Staff]) -> ChatWatched:
    return ChatWatched(chat=chat, by=by)
