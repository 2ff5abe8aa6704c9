"""The connections of this process: who is connected, which chats they follow, and which events they get.

Each follower of a chat has its own place in the log. A *live* follower has got the whole log, and gets each new event
at once. A follower that has a gap, resumes, or has a full send queue *catches up*: `replays` reads the log from its
place, as fast as its socket takes the events. At the end of the log the follower becomes live.

The unanswered durable commands of a connection are `pending`. When the connection reaches the event of such a command,
live or catching up, the hub sends the `ok` instead of the event. So each `ok` is sent once, and before all later events
of the chat. If the connection unfollows the chat, or resumes it after the event, it never reaches the event. Then the
hub sends the `ok` at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from chat import wire
from chat.adapters.follows import Follow, Follows
from chat.adapters.peer import Peer, coalescing_key, shown
from chat.adapters.replays import AboutOf, Arrived, Failed, Read, Replay, Replays
from chat.events import Logged
from chat.frames.ephemeral import Ephemeral, TypingEvent

Followed = Callable[[Peer, str], None]


class Hub:
    """The connections of this process. Every method is synchronous and runs on the event loop."""

    def __init__(self, read: Read, about: AboutOf, followed: Followed = lambda peer, chat: None) -> None:
        """`followed` is called each time a connection starts or stops following a chat, or resumes it."""
        self._follows = Follows()
        self._channels = self._follows.channels
        self._replays = Replays(read, about, self._follows, self)
        self._followed = followed
        self._missed_news: Callable[[str], None] = lambda chat: None
        self._known_as: dict[Peer, tuple[str, ...]] = {}
        self._people: dict[str, set[Peer]] = {}

    def watch_missed_news(self, missed: Callable[[str], None]) -> None:
        """Call `missed(chat)` when a follower that has caught up did not get news of the chat meanwhile."""
        self._missed_news = missed

    def missed_news(self, chat: str) -> None:
        self._missed_news(chat)

    # -- who is here ------------------------------------------------------------------

    def join(self, peer: Peer) -> tuple[str, ...]:
        """Add a connection that has identified itself, or update the ids of one that identifies itself again.

        Returns the ids of the connection that no connection had before this call.
        """
        for id_ in self._known_as.get(peer, ()):
            if id_ not in peer.ids:
                self._forget(peer, id_)
        self._known_as[peer] = peer.ids
        came = tuple(id_ for id_ in peer.ids if id_ not in self._people)
        for id_ in peer.ids:
            self._people.setdefault(id_, set()).add(peer)
        return came

    def leave(self, peer: Peer) -> tuple[str, ...]:
        """Remove a connection. Returns the ids of the connection that no remaining connection has."""
        for chat in self._follows.chats_of(peer):
            self.unfollow(peer, chat)
        self._replays.stop(peer)
        ids = self._known_as.pop(peer, ())
        for id_ in ids:
            self._forget(peer, id_)
        return tuple(id_ for id_ in ids if id_ not in self._people)

    def _forget(self, peer: Peer, id_: str) -> None:
        peers = self._people[id_]
        peers.discard(peer)
        if not peers:
            del self._people[id_]

    def is_here(self, id_: str) -> bool:
        """True if this visitor, account or user is connected to this process."""
        return id_ in self._people

    def peers_of(self, id_: str) -> tuple[Peer, ...]:
        return tuple(self._people.get(id_, ()))

    def staff_here(self) -> Iterable[Peer]:
        return [peer for peer in self._known_as if peer.staff]

    def everybody_here(self) -> Iterable[Peer]:
        """All connections that have sent `hello`."""
        return list(self._known_as)

    @property
    def connections(self) -> int:
        return len(self._known_as)

    @property
    def idle(self) -> bool:
        """True if no connection is catching up."""
        return self._replays.idle

    def is_catching_up(self, peer: Peer) -> bool:
        return self._replays.is_under_way(peer)

    # -- who follows what ---------------------------------------------------------------

    def follow(
        self,
        peer: Peer,
        chat: str,
        after: int,
        arrived: Arrived | None = None,
        failed: Failed | None = None,
        about: bytes | None = None,
    ) -> None:
        """Send the events that follow the event `after`, then call `arrived(seq)`, then send new events live.

        Calls `failed` if the end of the log cannot be reached. Does nothing if the connection is gone. `about` has the
        details of the chat, if they are known already.
        """
        if peer not in self._known_as:
            return
        before = self._follows.of(peer, chat)
        follow = self._follows.place(peer, chat, after, live=False)
        if before is not None:
            self._answer_due(peer, before, upto=after)
            follow.due = before.due
        self._replays.start(peer, Replay(chat, arrived, failed, about))
        self._followed(peer, chat)

    def unfollow(self, peer: Peer, chat: str) -> None:
        follow = self._follows.drop(peer, chat)
        if follow is not None:
            self._answer_due(peer, follow)
            self._followed(peer, chat)

    def dismiss(self, chat: str, may: Callable[[Peer], bool]) -> None:
        """Remove each connection for which `may` returns False from the followers of the chat.

        A connection that is catching up first gets the events that are stored so far.
        """
        channel = self._channels.get(chat)
        for peer, follow in list(channel.follows.items()) if channel else ():
            if not may(peer):
                if follow.live:
                    self.unfollow(peer, chat)
                else:
                    follow.until = channel.newest if channel else follow.sent

    def follows(self, peer: Peer, chat: str) -> bool:
        return self._follows.has(peer, chat)

    def has_missed(self, peer: Peer, chat: str) -> bool:
        """True if an ephemeral event of this chat was not sent to this connection, because it was catching up."""
        follow = self._follows.of(peer, chat)
        return follow is not None and follow.missed

    def followers(self, chat: str) -> tuple[Peer, ...]:
        channel = self._channels.get(chat)
        return tuple(channel.follows) if channel else ()

    # -- what is sent -------------------------------------------------------------------

    def deliver(self, event: Logged, origin: Peer | None) -> None:
        """Send a stored event to the live followers of its chat who may see it. Other followers get it when they catch
        up. `origin` is the connection whose command wrote the event. It gets the `ok` instead of the event."""
        if event.joins is not None:
            self._let_join(event, event.joins)
        channel = self._channels.get(event.chat)
        if channel is None:
            if origin is not None:
                self.answer(event, origin)
            return
        seq = event.seq
        if seq > channel.newest:
            channel.newest = seq
        staff_payload = customer_payload = None
        for peer, follow in channel.follows.items():
            if not follow.live or follow.sent >= seq:
                continue
            if follow.sent + 1 != seq or not peer.has_room:
                self._fall_behind(peer, event.chat, follow)
                continue
            follow.sent = seq
            if peer is origin:
                self.answer(event, peer)
            elif peer.staff:
                if peer.person == event.person:
                    peer.send(wire.durable(event, staff=True, with_id=True, about=event.about))
                    continue
                if staff_payload is None:
                    staff_payload = wire.durable(event, staff=True, about=event.about)
                peer.send(staff_payload)
            elif not event.staff_only:
                if peer.person == event.person:
                    peer.send(wire.durable(event, staff=False, with_id=True))
                    continue
                if customer_payload is None:
                    customer_payload = wire.durable(event, staff=False)
                peer.send(customer_payload)
        if origin is not None and event.command is not None:
            own = channel.follows.get(origin)
            if own is None or not own.live:
                self._answer_out_of_place(event, event.command, origin, own)

    def _answer_out_of_place(self, event: Logged, command: str, origin: Peer, own: Follow | None) -> None:
        """Answer the author of an event, whose connection `origin` is not live.

        If the connection follows the chat, its replay sends the `ok` when it reaches the event. If not, the `ok` is
        sent now.
        """
        if own is None:
            self.answer(event, origin)
        elif command in origin.pending:
            own.due[event.seq] = event
            origin.stored(command)

    def heard_of(self, chat: str, seq: int) -> None:
        """Make the followers of a chat catch up to `seq`.

        An event with this `seq` is stored, but `deliver` may never be called with it.
        """
        channel = self._channels.get(chat)
        if channel is None:
            return
        channel.newest = max(channel.newest, seq)
        for peer, follow in channel.follows.items():
            if follow.live and follow.sent < seq:
                self._fall_behind(peer, chat, follow)

    def let_join(self, chat: str, *ids: str) -> None:
        """Make all connections that have all of these ids follow the chat. A connection that does not follow it yet
        gets the chat from its first event."""
        for peer in self.peers_of(ids[0]):
            if all(id_ in peer.ids for id_ in ids) and not self.follows(peer, chat):
                self.follow(peer, chat, 0)

    def rewrite(self, event: Logged) -> None:
        """Replace the body of a stored event wherever it waits to be sent: in send queues and in replays."""
        start = wire.place(event)
        for peer in self._known_as:
            peer.replace(start, partial(shown, event, peer))
            peer.drop_news((TypingEvent.__name__, event.chat))
        self._replays.rewrite(event)
        channel = self._channels.get(event.chat)
        for peer, follow in channel.follows.items() if channel else ():
            if follow.live and follow.sent < event.seq:
                self._fall_behind(peer, event.chat, follow)

    def place_of(self, peer: Peer, chat: str) -> int:
        """The last `seq` of the chat that was sent to this connection. 0 if it does not follow the chat."""
        follow = self._follows.of(peer, chat)
        return follow.sent if follow else 0

    def news(
        self,
        chat: str,
        event: Ephemeral,
        *,
        besides: str | None = None,
        to_staff: bool = True,
        to_customer: bool = True,
    ) -> None:
        """Send an ephemeral event to the live followers, except to connections of the person `besides`.

        `to_staff` and `to_customer` select the followers.
        """
        channel = self._channels.get(chat)
        if channel is None:
            return
        payload: bytes | None = None
        key = coalescing_key(event)
        for peer, follow in channel.follows.items():
            if peer.person == besides or not (to_staff if peer.staff else to_customer):
                continue
            if follow.live:
                payload = payload or wire.ephemeral(event)
                peer.send_news(key, payload)
            else:
                follow.missed = True

    def drop_news(self, chat: str, kind: type[Ephemeral]) -> None:
        """Drop queued ephemeral events of this kind about a chat."""
        for peer in self.followers(chat):
            peer.drop_news((kind.__name__, chat))

    def answer(self, event: Logged, peer: Peer, about: bytes | None = None) -> None:
        """Send the `ok` of the command that wrote `event`, instead of the event.

        Does nothing if the event has no command id, or if the command is not pending. If a command wrote several
        events, only the last one has the command id.
        """
        if event.command is not None and event.command in peer.pending:
            peer.ended(event.command)
            shown = (event.about or about) if peer.staff and event.gives_its_writer_a_chat else None
            peer.send(wire.stored_ok(event, staff=peer.staff, about=shown))

    def _answer_due(self, peer: Peer, follow: Follow, upto: int | None = None) -> None:
        """Send the `ok` of commands whose events the follower will not reach.

        Without `upto`, answers all commands in `follow.due`. With `upto`, answers only the commands whose event has at
        most this `seq`.
        """
        for seq in sorted(follow.due):
            if upto is None or seq <= upto:
                self.answer(follow.due.pop(seq), peer)

    def _let_join(self, event: Logged, ids: tuple[str, ...]) -> None:
        for peer in self._people.get(ids[0], ()):
            if all(id_ in peer.ids for id_ in ids) and not self.follows(peer, event.chat):
                if event.seq == 1:
                    self._follows.place(peer, event.chat, 0, live=True)
                else:
                    self.follow(peer, event.chat, 0, about=event.about)

    def _fall_behind(self, peer: Peer, chat: str, follow: Follow) -> None:
        follow.live = False
        self._replays.start(peer, Replay(chat))
