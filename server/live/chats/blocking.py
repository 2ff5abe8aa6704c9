"""Supervisors block the customer or the network of a chat, and close the chat as void."""

from __future__ import annotations

from typing import Literal, Protocol

from msgspec import Struct

from chat.adapters import archive, networks
from chat.adapters.tables import ChatRow
from chat.errors import NotFound
from chat.service import Conversations
from clock import rfc3339
from identity.actor import Actor
from identity.adapters import ban_store
from identity.adapters.people import People
from identity.bans import Ban, BanKind, masked, neighbors, network_to_block
from refusals import Refused
from storage.ports import Tx


class BlockRequest(Protocol):
    @property
    def chat(self) -> str: ...
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

    `shows` is the customer's name, or the network without its last part. `chat` and the customer's name are null if the
    reader may not see the chat. `by` is null if the block was created on the command line.
    """

    ban: str
    kind: Literal["customer", "network"]
    shows: str | None
    chat: str | None
    reason: str
    by: Who | None
    at: str
    until: str


class Blocking:
    def __init__(self, people: People, conversations: Conversations) -> None:
        self._people = people
        self._conversations = conversations

    def block(self, tx: Tx, actor: Actor, wanted: BlockRequest, now: int) -> BanView:
        """Block the customer or the network of a chat. With `close`, also end the chat as void. Raises NotFound if the
        actor may not see the chat. Raises Refused(conflict) if the network is not known any more, or the customer is
        verified and only the network would be blocked. Also raises the errors of `ban_store.block` and
        `Conversations.void`."""
        row = archive.chat_row(tx, wanted.chat)
        if row is None or not actor.sees(row.team):
            raise NotFound
        subject = row.customer if wanted.kind == "customer" else self._network(tx, row, wide=wanted.wide)
        ban = ban_store.block(tx, actor, wanted.kind, subject, wanted.hours, now, reason=wanted.reason, chat=row.id)
        if wanted.close:
            self._conversations.void(tx, row.id, actor, now)
        return self._view(tx, ban, actor)

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
            shows=masked(ban.subject) if ban.kind == "network" else name,
            chat=known.id if known is not None else None,
            reason=ban.reason,
            by=Who(ban.created_by, by.get(ban.created_by, "")) if ban.created_by is not None else None,
            at=rfc3339(ban.created_at),
            until=rfc3339(ban.until),
        )
