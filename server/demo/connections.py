"""Connections of the demo: rules, a destination of alarms, two webhooks with messages of the last day, and issues.

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
from escalation.issue import issue_of
from escalation.news import News
from identity.actor import Actor
from server.demo.rules import add_rules
from server.live.alarms.alarm_sending import destinations_of
from server.live.escalation.desk_escalation import escalations_of
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
TRACKER = "https://github.com/mediaocean-example"
FIGURES = "https://bi.northlake.example/in/switchboard"
_MESSAGES = 24
_FAILED = 3
"""The last messages to the second webhook."""
_MINUTE_MS, _DAY_MS = 60_000, 24 * 3_600_000


def add_connections(tx: Tx, settings: Settings, staff: Mapping[str, Actor], now: int) -> None:
    """`staff`: the demo's people, by first name."""
    add_rules(tx, staff, now)
    wanted = NewDestination(name="Floor lead", service="mail", address=FLOOR, team=None, kinds=KINDS)
    destinations_of(settings.secret_bytes()).add(tx, wanted, now)
    webhooks = subscriptions_of(settings.secret_bytes())
    since = now - 30 * _DAY_MS
    crm, _ = webhooks.add(tx, CRM, ["ticket.solved"], since)
    figures, _ = webhooks.add(tx, FIGURES, ["ticket.solved", "chat.closed", "chat.rated"], since, enabled=False)
    _add_messages(tx, settings.base_url, [crm.id, figures.id], figures.id, now)
    webhooks.change(tx, crm.id, Change(events=["incident.updated", "article.published"]))
    _add_issues(tx, settings.secret_bytes(), staff["Ines"], now)


def _add_issues(tx: Tx, secret: bytes, by: Actor, now: int) -> None:
    """Issues on the tickets that the product team works on, one of them closed."""
    escalations = escalations_of(secret)
    source, _ = escalations.add_source(tx, "github", TRACKER, now - 30 * _DAY_MS)
    waiting = select(TicketRow.number).where(TicketRow.status != "solved", col(TicketRow.with_) == "product")
    numbers = [one for one in tx.session.exec(waiting.order_by(col(TicketRow.number)).limit(3)) if one is not None]
    for place, number in enumerate(numbers):
        escalations.add(tx, number, f"{TRACKER}/player/issues/{410 + place}", by.id, now - 5 * _DAY_MS)
    closed, open_ = (issue_of(f"{TRACKER}/player/issues/{number}").key for number in (410, 411))
    for news in (News(closed, "closed", "Closed", 1), News(open_, "open", "Open", 1)):
        escalations.told(tx, news, now - _DAY_MS)
    escalations.heard(tx, source.id, now - _DAY_MS)


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
