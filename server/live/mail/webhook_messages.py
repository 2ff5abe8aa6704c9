"""Connects hand-overs with webhooks. The transaction that solves a ticket queues the message about the hand-over."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from msgspec.json import encode
from uuid_utils import uuid7

from clock import rfc3339
from identity.sealing import Sealer
from storage.ports import Tx
from ticketing.ticket import Ticket
from webhooks.adapters.store import SqlStore
from webhooks.message import NewMessage
from webhooks.ports import Seals
from webhooks.service import Webhooks
from webhooks.signing import SECRET_BYTES

HANDED_OVER = "enhancement.handed_over"


def webhooks_of(secret: bytes) -> Webhooks:
    """The webhooks of a desk. `secret` is the setting SECRET."""
    sealer = Sealer(secret, "webhooks")
    return Webhooks(
        SqlStore(), Seals(sealer.seal, sealer.open), lambda: uuid7().hex, lambda: secrets.token_bytes(SECRET_BYTES)
    )


class HandoverMessages:
    def __init__(self, webhooks: Webhooks, base_url: Callable[[], str], wake: Callable[[], None]) -> None:
        """`wake` is called after the commit of each message."""
        self._webhooks = webhooks
        self._base_url = base_url
        self._wake = wake

    def hand_over(self, tx: Tx, ticket: Ticket, handover: int, address: str, now: int) -> None:
        """If the account team has a webhook, queue the message about this hand-over of `ticket`."""
        data = {
            "handover": handover,
            "ticket": ticket.number,
            "team": ticket.team,
            "client": ticket.client,
            "product": ticket.product,
            "status": ticket.status,
            "resolution": ticket.resolution,
            "solved_at": None if ticket.solved_at is None else rfc3339(ticket.solved_at),
            "url": f"{self._base_url()}/tickets/{ticket.number}",
        }
        payload = encode({"type": HANDED_OVER, "timestamp": rfc3339(now), "data": data}).decode()
        message = NewMessage(event=HANDED_OVER, ticket=ticket.number, handover=handover, payload=payload)
        if self._webhooks.queue(tx, address, message, now):
            tx.after_commit(self._wake)
