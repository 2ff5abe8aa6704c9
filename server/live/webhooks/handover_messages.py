"""Connects hand-overs with webhooks. The transaction that solves a ticket queues the message about the hand-over."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.json import encode

from clock import rfc3339, rfc3339_or_none
from server.live.webhooks.events import WebhookEvents
from storage.ports import Tx
from ticketing.ticket import Ticket
from webhooks.events import HANDED_OVER, HandedOver
from webhooks.message import NewMessage
from webhooks.service import Webhooks


class HandoverMessages:
    def __init__(
        self, webhooks: Webhooks, events: WebhookEvents, base_url: Callable[[], str], wake: Callable[[], None]
    ) -> None:
        """`wake` is called after the commit of each message."""
        self._webhooks = webhooks
        self._events = events
        self._base_url = base_url
        self._wake = wake

    def hand_over(self, tx: Tx, ticket: Ticket, handover: int, address: str, now: int) -> None:
        """Queue the message about this hand-over of `ticket`, for the account team's webhook, if it has one, and for
        the webhooks that have subscribed to hand-overs."""
        data = HandedOver(
            handover=handover,
            ticket=ticket.number,
            team=ticket.team,
            client=ticket.client,
            product=ticket.product,
            status=ticket.status,
            resolution=ticket.resolution,
            solved_at=rfc3339_or_none(ticket.solved_at),
            url=f"{self._base_url()}/tickets/{ticket.number}",
        )
        self._events.publish(tx, HANDED_OVER, data, ticket=ticket.number)
        payload = encode({"type": HANDED_OVER, "timestamp": rfc3339(now), "data": data}).decode()
        message = NewMessage(event=HANDED_OVER, ticket=ticket.number, handover=handover, payload=payload)
        if self._webhooks.queue(tx, address, message, now):
            tx.after_commit(self._wake)
