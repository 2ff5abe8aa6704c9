"""Following a ticket: `ticket.follow`, `ticket.unfollow`, `ticket.read` and `ticket.writing`."""

from __future__ import annotations

from chat import wire
from chat.adapters.socket import Direct, SocketPeer, Transacted
from chat.frames.commands import Command, TicketFollow, TicketRead, TicketUnfollow, TicketWriting
from identity.actor import Actor
from refusals import Refused
from server.edge.commands.answers import TicketFollowed, TicketUnfollowed
from server.edge.limits import SocketLimits
from server.edge.peers import actor_of
from server.live.background_tasks import BackgroundTasks
from server.live.tickets.ticket_followers import FOLLOWED_MAX, TicketFollowers
from server.live.tickets.ticket_news import TicketNewsSender
from storage.ports import Storage
from ticketing.errors import NotFound
from ticketing.following import Following


class FollowingTickets:
    def __init__(
        self,
        storage: Storage,
        following: Following,
        followers: TicketFollowers,
        news: TicketNewsSender,
        background_tasks: BackgroundTasks,
        limits: SocketLimits,
    ) -> None:
        self._storage = storage
        self._following = following
        self._followers = followers
        self._news = news
        self._background_tasks = background_tasks
        self._limits = limits
        self.direct: dict[type[Command], Direct] = {TicketRead: self.read, TicketWriting: self.writing}
        self.transacted: dict[type[Command], Transacted] = {
            TicketFollow: self.follow,
            TicketUnfollow: self.unfollow,
        }

    async def follow(self, peer: SocketPeer, frame: TicketFollow) -> bytes:
        actor = actor_of(peer)
        if not self._followers.has_room(peer, frame.ticket):
            raise Refused("conflict", f"A connection can follow at most {FOLLOWED_MAX} tickets. Unfollow one first.")
        place = await self._storage.read(lambda tx: self._following.place(tx, actor, frame.ticket, frame.after))
        if (too_much := self._limits.allow_replay(peer, place.size)) is not None:
            raise too_much
        if peer.actor == actor and not peer.closed:
            self._followers.follow(peer, frame.ticket, frame.after)
        return wire.ok(frame.id, TicketFollowed(frame.ticket, place.seq))

    async def unfollow(self, peer: SocketPeer, frame: TicketUnfollow) -> bytes:
        if not self._followers.unfollow(peer, frame.ticket):
            raise NotFound
        return wire.ok(frame.id, TicketUnfollowed(frame.ticket))

    def read(self, peer: SocketPeer, frame: TicketRead) -> None:
        """Store how far a person has read a ticket.

        Does nothing if the connection does not follow the ticket, or if this read mark is known already.
        """
        if self._followers.read(peer, frame.ticket, frame.upto):
            actor = actor_of(peer)
            self._background_tasks.spawn("ticket_read", lambda: self._mark_read(actor, frame))

    def writing(self, peer: SocketPeer, frame: TicketWriting) -> None:
        self._followers.writing(peer, frame.ticket, on=frame.on)

    def left(self, peer: SocketPeer) -> None:
        """Stop following all tickets on behalf of a connection that is gone."""
        self._followers.leave(peer)

    async def _mark_read(self, actor: Actor, frame: TicketRead) -> None:
        await self._storage.write(lambda tx: self._following.mark_read(tx, actor, frame.ticket, frame.upto))
        await self._news.read_by(actor, frame.ticket)
