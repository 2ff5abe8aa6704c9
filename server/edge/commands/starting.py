"""`chat.start`: checks whether a customer may start a chat now, and finds the customer's place in the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from uuid_utils import uuid7

from chat.adapters import archive, networks
from chat.adapters.socket import SocketPeer
from chat.events import Logged
from chat.frames.customer_commands import ChatStart, CustomerHello
from chat.ports import Stamp
from chat.service import Conversations
from chat.starting import Joining, Surroundings
from chat.typed_texts import check_line
from identity.actor import Actor
from identity.adapters.people import People
from identity.networks import network_of
from refusals import Refused, invalid
from routing.desk import Team
from routing.queue import is_full, priority_of
from routing.service import Dispatcher
from server.edge.admission import Admissions
from server.edge.commands.transactions import Transactions
from server.edge.email_addresses import checked_email
from server.edge.new_chats import NewChats
from server.edge.peers import actor_of
from server.live.chats.attachments import FilesOfChats
from server.live.chats.open_chats import OpenChats
from server.live.opening_hours import OpeningHours
from server.live.teams import Teams
from storage.ports import Tx

USER_AGENT_MAX = 300
"""Longer user agents are cut to this many characters."""
WaitS = Callable[[int], int | None]
"""Estimated wait at a position in the queue, in seconds."""


class Starting:
    def __init__(
        self,
        transactions: Transactions,
        teams: Teams,
        opening_hours: OpeningHours,
        routing: Dispatcher,
        open_chats: OpenChats,
        people: People,
        conversations: Conversations,
        admissions: Admissions,
        new_chats: NewChats,
        files: FilesOfChats,
    ) -> None:
        self._transactions = transactions
        self._teams = teams
        self._opening_hours = opening_hours
        self._routing = routing
        self._open_chats = open_chats
        self._people = people
        self._conversations = conversations
        self._admissions = admissions
        self._new_chats = new_chats
        self._files = files

    async def start(self, peer: SocketPeer, frame: ChatStart) -> bytes | None:
        await self._new_chats.count(peer)
        team = self._check_start(frame, actor_of(peer))
        actor = _named(actor_of(peer), frame)
        around, chat, network = _surroundings(peer), str(uuid7()), network_of(peer.address)
        wait_s, floor = self._routing.estimate(team.key), self._routing.floor
        if not self._open_chats.open_of(actor.ids):
            # A customer with an open chat is refused for that reason, whatever the queue is like.
            await self._admit(peer, actor, frame, team, wait_s)
        # Read here, on the event loop: the body runs in the writer's thread.
        free, seated = floor.free_seats(team.key), floor.seated(team.key)

        def body(tx: Tx, actor: Actor, now: int, stamp: Stamp) -> Logged:
            joining = self._joining(tx, team, free, seated, actor, now, wait_s)
            started = self._conversations.start(
                tx, frame, actor, around, lambda: chat, joining, now, stamp, self._files
            )
            if not actor.identified:
                networks.keep(tx, chat, network, now)
            self._people.keep_visitor(tx, actor, now)
            return started

        with self._admissions.joining(chat, actor, network, team.key):
            answer = await self._transactions.run(peer, frame.id, body, actor)
        if answer is not None:
            # The command was stored before, as another chat. The chat with this id does not exist.
            self._admissions.unverified_chats.forget(chat)
        peer.actor = actor
        return answer

    def _check_start(self, frame: ChatStart, actor: Actor) -> Team:
        team = self._teams.open_team(frame.team)
        self._opening_hours.check_open(frame.team)
        if frame.product is not None:
            check_product(team, frame.product)
        if team.identity == "required" and not actor.identified:
            raise Refused("unauthorized", f"{team.name} only chats with verified customers.")
        return team

    async def _admit(self, peer: SocketPeer, actor: Actor, frame: ChatStart, team: Team, wait_s: WaitS) -> None:
        """Check that this network may start one more chat.

        Raises Refused: `queue_full` if the queue is full; `proof_needed` if the network must send a proof first;
        `rate_limited` if the network has too many waiting chats.
        """
        network, floor = network_of(peer.address), self._routing.floor
        try:
            await self._admissions.admit(actor, network, team.key, team.queue_max, frame.id, frame.proof)
        except Refused:
            waiting = len(floor.waiting_chats(team.key))
            if is_full(team, waiting, floor.free_seats(team.key), floor.seated(team.key)):
                # A full queue is refused before a proof is asked for.
                raise _queue_full(team, wait_s(waiting + 1)) from None
            await self._new_chats.did_not_begin(peer)
            raise

    def _joining(self, tx: Tx, team: Team, free: int, seated: int, actor: Actor, now: int, wait_s: WaitS) -> Joining:
        """The customer's place in the queue. Raises Refused(queue_full) if the queue is full.

        `free` is the number of the team's unused slots. `seated` is the number of slots that are being given to waiting
        chats at this moment.
        """
        if team.queue_max is not None:
            archive.one_joins_at_a_time(tx, team.key)
        waiting = archive.waiting(tx, team.key)
        if is_full(team, waiting, free, seated):
            raise _queue_full(team, wait_s(waiting + 1))
        client = self._people.client(tx, actor.client) if actor.client is not None else None
        priority = priority_of(vip=client is not None and client.vip, requeued=False)
        since = now - team.sticky_days * 86_400_000
        last = archive.last_joined(tx)
        behind = None if last is None or last <= now else last + 1
        return Joining(priority, archive.last_agent(tx, actor.ids, since), behind, wait_s)


def check_product(team: Team, product: str) -> None:
    """Raises Refused(invalid) for a product that the team does not support."""
    if product not in team.products:
        raise invalid("product", f"{team.name} answers for {', '.join(team.products)}, not for {product!r}.")


def _named(actor: Actor, frame: ChatStart) -> Actor:
    """The actor with the name and email of the frame. Verified names and emails are not replaced."""
    if actor.verified:
        return actor
    name, email = check_line(frame.name, "name") or actor.name, checked_email(frame.email) or actor.email
    return replace(actor, name=name, email=email)


def _surroundings(peer: SocketPeer) -> Surroundings:
    hello = peer.hello
    assert isinstance(hello, CustomerHello)
    return Surroundings(
        page=hello.page,
        referrer=hello.referrer,
        locale=hello.locale,
        timezone=hello.timezone,
        user_agent=(peer.user_agent or "")[:USER_AGENT_MAX] or None,
    )


def _queue_full(team: Team, wait_s: int | None) -> Refused:
    sentence = f"The line for {team.name} is full right now. Leave a message, or come back later."
    return Refused("queue_full", sentence, wait_s=wait_s)
