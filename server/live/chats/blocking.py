"""Supervisors block customers, networks and senders of mail, and close their chats as void."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from chat.adapters import archive, networks
from chat.adapters.tables import ChatRow
from chat.errors import NotFound
from chat.service import Conversations
from clock import rfc3339, rfc3339_or_none
from identity.actor import Actor
from identity.adapters import ban_store
from identity.adapters.people import People
from identity.bans import Ban, BanKind, covers, is_wide, masked, neighbors, network_to_block, sender_to_block
from identity.errors import invalid
from refusals import Refused
from storage.ports import Tx

ENDED_MAX = 20
"""Chats that one block ends."""


class BlockRequest(Protocol):
    @property
    def chat(self) -> str | None: ...
    @property
    def subject(self) -> str | None: ...
    @property
    def kind(self) -> BanKind: ...
    @property
    def wide(self) -> bool: ...
    @property
    def hours(self) -> int: ...
    @property
    def reason(self) -> str: ...
    @property
    def close(self) -> bool: ...


class Who(Struct, frozen=True):
    id: str
    name: str


class BanView(Struct, frozen=True, kw_only=True):
    """A block, as staff see it.

    `shows` is the customer's name, the network without its last part, or the sender. `chat` and the customer's name are
    null if the reader may not see the chat. `by` is null if the block was created on the command line. `refused` counts
    what was refused because of the block, some seconds late.
    """

    ban: str
    kind: BanKind
    shows: str | None
    chat: str | None
    reason: str
    by: Who | None
    at: str
    until: str
    refused: int
    refused_at: str | None


class Blocking:
    def __init__(self, people: People, conversations: Conversations) -> None:
        self._people = people
        self._conversations = conversations

    def block(self, tx: Tx, actor: Actor, wanted: BlockRequest, now: int) -> BanView:
        """Block the customer or the network of a chat, or a network or sender by itself. With `close`, also end open
        chats as void: the chat, or those from the network. Raises NotFound if the actor may not see the chat. Raises
        Refused(conflict) if the network is not known any more, or the customer is verified and only the network would
        be blocked, Refused(invalid) for a faulty subject. Also raises the errors of `ban_store.block` and
        `Conversations.void`."""
        if (wanted.chat is None) is (wanted.subject is None):
            raise invalid("subject", "Give either a chat or a subject.")
        if wanted.chat is None:
            return self._block_subject(tx, actor, wanted, now)
        if wanted.kind == "sender":
            raise invalid("kind", "A chat has a customer and a network. Give the sender of mail as the subject.")
        row = archive.chat_row(tx, wanted.chat)
        if row is None or not actor.sees(row.team):
            raise NotFound
        subject = row.customer if wanted.kind == "customer" else self._network(tx, row, wide=wanted.wide)
        ban = ban_store.block(tx, actor, wanted.kind, subject, wanted.hours, now, reason=wanted.reason, chat=row.id)
        if wanted.close:
            self._conversations.void(tx, row.id, actor, now)
        return self._view(tx, ban, actor)

    def _block_subject(self, tx: Tx, actor: Actor, wanted: BlockRequest, now: int) -> BanView:
        if wanted.kind == "customer":
            raise invalid("kind", "Block a customer in one of their chats.")
        read = sender_to_block if wanted.kind == "sender" else network_to_block
        try:
            subject = read(wanted.subject or "")
        except Refused as refused:
            raise invalid("subject", refused.message) from None
        if is_wide(wanted.kind, subject) and not actor.supervises_all:
            sentence = "Only supervisors of all teams block a whole domain, or more than an IPv4 /24 or IPv6 /64."
            raise Refused("forbidden", sentence, {"subject": sentence})
        ended = self._from(tx, actor, subject) if wanted.close and wanted.kind == "network" else []
        ban = ban_store.block(tx, actor, wanted.kind, subject, wanted.hours, now, reason=wanted.reason)
        for chat in ended:
            self._conversations.void(tx, chat, actor, now)
        return self._view(tx, ban, actor)

    def _from(self, tx: Tx, actor: Actor, network: str) -> Sequence[str]:
        """The open chats of unproven customers from this network, of the actor's teams. Raises Refused(conflict) if
        there are too many to end them at once."""
        found = [chat for chat, origin in networks.of_open_chats(tx).items() if covers(network, origin.network)]
        rows = [row for chat in found if (row := archive.chat_row(tx, chat)) is not None]
        # In the order in which messages lock their chats, so that they never wait for each other.
        theirs = sorted(row.id for row in rows if not row.verified and actor.sees(row.team))
        if len(theirs) > ENDED_MAX:
            raise Refused(
                "conflict",
                f"{len(theirs)} chats come from this network, and at most {ENDED_MAX} can end at once. "
                "Block it without ending them, or choose a smaller network.",
            )
        return theirs

    def list(self, tx: Tx, actor: Actor, now: int) -> list[BanView]:
        """All active blocks, newest first."""
        return [self._view(tx, ban, actor) for ban in ban_store.in_force(tx, now)]

    def _network(self, tx: Tx, row: ChatRow, *, wide: bool) -> str:
        if row.verified:
            raise Refused("conflict", "This customer is verified. Block the customer instead.")
        network = networks.of(tx, row.id)
        if network is None:
            raise Refused("conflict", "The network of this chat is no longer known. Block the customer instead.")
        return neighbors(network_to_block(network)) if wide else network_to_block(network)

    def _view(self, tx: Tx, ban: Ban, actor: Actor) -> BanView:
        row = archive.chat_row(tx, ban.chat) if ban.chat is not None else None
        known = row if row is not None and actor.sees(row.team) else None
        name = known.name if known is not None else None
        by = self._people.names(tx, [ban.created_by]) if ban.created_by is not None else {}
        return BanView(
            ban=ban.id,
            kind=ban.kind,
            shows=_shown(ban) or name,
            chat=known.id if known is not None else None,
            reason=ban.reason,
            by=Who(ban.created_by, by.get(ban.created_by, "")) if ban.created_by is not None else None,
            at=rfc3339(ban.created_at),
            until=rfc3339(ban.until),
            refused=ban.refused,
            refused_at=rfc3339_or_none(ban.refused_at),
        )


def _shown(ban: Ban) -> str | None:
    if ban.kind == "sender":
        return ban.subject
    return masked(ban.subject) if ban.kind == "network" else None
