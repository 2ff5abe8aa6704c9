"""Connections of the demo: rules, a destination of alarms, and two webhooks with messages of the last day.

The letters of the destination are among the letters of the demo. The webhooks call nobody: one is paused, and the other
gets only news that the demo does not make by itself.
"""

from __future__ import annotations

import random
from collections.abc import Mapping

from msgspec.json import encode
from sqlmodel import col, select

from alarms.destination import KINDS, NewDestination
from clock import rfc3339
from identity.actor import Actor
from server.demo.rules import add_rules
from server.demo.service_levels import add_service_levels
from server.live.alarms.alarm_sending import destinations_of
from server.live.webhooks import ticket_data
from server.live.webhooks.desk_webhooks import subscriptions_of
from server.settings import Settings
from storage.ports import Tx
from ticketing.adapters.store import SqlStore as SqlTickets
from ticketing.adapters.tables import TicketRow
from webhooks.adapters.store import SqlStore
from webhooks.message import NewMessage, Tried
from webhooks.subscriptions import Change

FLOOR = "floor@support.example"
CRM = "https://crm.mediaocean.example/hooks/desk"
FIGURES = "https://bi.northlake.example/in/switchboard"
_MESSAGES = 24
_FAILED = 3
"""The last messages to the second webhook."""
_MINUTE_MS, _DAY_MS = 60_000, 24 * 3_600_000


def add_connections(tx: Tx, settings: Settings, staff: Mapping[str, Actor], now: int) -> None:
    """`staff`: the demo's people, by first name."""
    add_rules(tx, staff, now)
    add_service_levels(tx)
    wanted = NewDestination(name="Floor lead", service="mail", address=FLOOR, team=None, kinds=KINDS)
    destinations_of(settings.secret_bytes()).add(tx, wanted, now)
    webhooks = subscriptions_of(settings.secret_bytes())
    since = now - 30 * _DAY_MS
    crm, _ = webhooks.add(tx, CRM, ["ticket.solved"], since)
    figures, _ = webhooks.add(tx, FIGURES, ["ticket.solved", "chat.closed", "chat.rated"], since, enabled=False)
    _add_messages(tx, settings.base_url, [crm.id, figures.id], figures.id, now)
    webhooks.change(tx, crm.id, Change(events=["incident.updated", "article.published"]))


def _add_messages(tx: Tx, base_url: str, receivers: list[str], failing: str, now: int) -> None:
    """A message about each of the tickets that were solved last."""
    chance, store = random.Random(7), SqlStore()
    solved = select(TicketRow.number).where(TicketRow.status == "solved").order_by(col(TicketRow.solved_at).desc())
    tickets = SqlTickets().find_all(tx, [one for one in tx.session.exec(solved.limit(_MESSAGES)) if one is not None])
    oldest_first = sorted(tickets.values(), key=lambda one: one.solved_at or 0)
    for place, ticket in enumerate(oldest_first):
        number, at = ticket.number, min(ticket.solved_at or now, now - _MINUTE_MS)
        data = ticket_data.state(ticket, f"{base_url}/tickets/{number}")
        body = encode({"type": "ticket.solved", "timestamp": rfc3339(at), "data": data}).decode()
        for receiver in receivers:
            fails = receiver == failing and place >= len(oldest_first) - _FAILED
            name = f"msg_{chance.getrandbits(128):032x}"
            id_ = store.add(tx, name, receiver, NewMessage("ticket.solved", number, None, body), at)
            tried = Tried(503 if fails else 204, chance.randint(60, 340))
            store.tried(tx, id_, tried, at)
            if fails:
                store.settle(tx, id_, "failed", at, "The receiver answered 503.")
            else:
                store.settle(tx, id_, "accepted", at, None)
