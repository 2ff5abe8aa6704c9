"""The connections that follow each chat, and the place of each connection in the chat's log."""

from __future__ import annotations

from chat.adapters.peer import Peer
from chat.events import Logged


class Follow:
    """One connection's place in one chat's log."""

    __slots__ = ("due", "live", "missed", "sent", "until")

    def __init__(self, sent: int, *, live: bool) -> None:
        self.sent = sent
        self.live = live
        self.due: dict[int, Logged] = {}
        """Events of the connection's own commands that it has not reached yet, by `seq`.

        When the connection reaches such an event, it gets the `ok` of the command.
        """
        self.missed = False
        """True if news came while the follower was catching up, after it last reported its arrival."""
        self.until: int | None = None
        """The last `seq` that the follower may get. None if there is no limit."""


class Channel:
    """The followers of one chat, and the newest `seq` of the chat that this process knows."""

    __slots__ = ("follows", "newest")

    def __init__(self) -> None:
        self.follows: dict[Peer, Follow] = {}
        self.newest = 0


class Follows:
    def __init__(self) -> None:
        self.channels: dict[str, Channel] = {}
        """Channels by chat. A channel without followers is removed."""
        self._chats: dict[Peer, set[str]] = {}

    def of(self, peer: Peer, chat: str) -> Follow | None:
        channel = self.channels.get(chat)
        return channel.follows.get(peer) if channel else None

    def has(self, peer: Peer, chat: str) -> bool:
        return chat in self._chats.get(peer, ())

    def chats_of(self, peer: Peer) -> list[str]:
        return list(self._chats.get(peer, ()))

    def place(self, peer: Peer, chat: str, sent: int, *, live: bool) -> Follow:
        """Record that the connection follows the chat, and that the log was sent to it up to `sent`. This replaces an
        earlier record of the same connection and chat."""
        channel = self.channels.get(chat)
        if channel is None:
            channel = self.channels[chat] = Channel()
        follow = channel.follows[peer] = Follow(sent, live=live)
        self._chats.setdefault(peer, set()).add(chat)
        return follow

    def drop(self, peer: Peer, chat: str) -> Follow | None:
        """Stop following. Returns the connection's last place in the log, or None if it did not follow the chat."""
        chats = self._chats.get(peer)
        if chats is not None:
            chats.discard(chat)
            if not chats:
                del self._chats[peer]
        channel = self.channels.get(chat)
        if channel is None:
            return None
        follow = channel.follows.pop(peer, None)
        if not channel.follows:
            del self.channels[chat]
        return follow
