"""Tells the agent of a chat which supervisors watch it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from chat.adapters.peer import Peer
from chat.frames import ChatWatched, Staff
from server.live.chats.open_chats import OpenChats
from server.live.ports import Telling


class Followers(Protocol):
    """Knows the connections that follow a chat."""

    def followers(self, chat: str, /) -> tuple[Peer, ...]: ...


class _Told(NamedTuple):
    """The agent of a chat, and the supervisors of whom the agent was told."""

    agent: str
    by: list[Staff]


class Watchers:
    """Supervisors watch a chat while a connection of theirs follows it, unless the chat is theirs."""

    def __init__(self, followers: Followers, open_chats: OpenChats, telling: Telling) -> None:
        self._followers = followers
        self._open_chats = open_chats
        self._telling = telling
        self._told: dict[str, _Told] = {}
        """Only chats that are watched."""

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
        told, now = self._told.pop(chat, None), self._now(chat)
        if now is not None:
            self._told[chat] = now
        if told is not None and (now is None or now.agent != told.agent):
            self._telling.to_person(told.agent, _event(chat, []))
        if now is not None and now != told:
            self._telling.to_person(now.agent, _event(chat, now.by))

    def _now(self, chat: str) -> _Told | None:
        known = self._open_chats.get(chat)
        if known is None or known.agent is None:
            return None
        here = (peer.actor for peer in self._followers.followers(chat) if peer.staff)
        names = {
            actor.id: actor.name or ""
            for actor in here
            if actor is not None and actor.role == "supervisor" and actor.id != known.agent
        }
        by = sorted((Staff(id_, name) for id_, name in names.items()), key=lambda one: (one.name, one.id))
        return _Told(known.agent, by) if by else None


def _event(chat: str, by: list[Staff]) -> ChatWatched:
    return ChatWatched(chat=chat, by=by)
