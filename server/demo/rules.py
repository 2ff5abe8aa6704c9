"""Rules of the demo, and what one of them has put into an inbox. None of them changes what the demo's customers and
agents do."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import col, select
from uuid_utils import uuid7

from automations.adapters.store import SqlStore
from automations.events import TIMED
from automations.rule import Actions, Condition, Rule
from automations.timing import Time
from identity.actor import RULE, Actor
from inbox.adapters.store import SqlInbox
from inbox.entry import NewEntry
from inbox.service import Inbox
from storage.ports import Tx
from ticketing.adapters.tables import TicketRow

_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000


def add_rules(tx: Tx, staff: Mapping[str, Actor], now: int) -> None:
    """`staff`: the demo's people, by first name."""
    late = _late(now)
    for rule in (_invoices(now), _ratings(staff["Ines"].id, now), _vips(now), late, _outage(now)):
        SqlStore().keep(tx, rule)
    _point_to(tx, late, staff["Ines"], now)


def _invoices(now: int) -> Rule:
    return Rule(
        id=uuid7().hex,
        name="Invoices are tagged",
        position=1,
        enabled=True,
        event="ticket.created",
        conditions=(Condition("subject", ["invoice", "invoices", "billing"]),),
        actions=Actions(add_tags=["invoice"]),
        created_at=now - 20 * _DAY_MS,
        since=now - 20 * _DAY_MS,
        runs=31,
        ran_at=now - 3 * _HOUR_MS,
    )


def _ratings(ines: str, now: int) -> Rule:
    return Rule(
        id=uuid7().hex,
        name="Low ratings go to Ines",
        position=2,
        enabled=True,
        event="chat.rated",
        conditions=(Condition("rating", ["1", "2"]), Condition("team", ["media"])),
        actions=Actions(add_tags=["low-rating"], notify=[ines]),
        created_at=now - 12 * _DAY_MS,
        since=now - 12 * _DAY_MS,
        runs=4,
        ran_at=now - 2 * _DAY_MS,
    )


def _vips(now: int) -> Rule:
    return Rule(
        id=uuid7().hex,
        name="VIPs first",
        position=3,
        enabled=False,
        event="ticket.created",
        conditions=(Condition("vip", ["yes"]),),
        actions=Actions(priority="high"),
        created_at=now - _DAY_MS,
        since=now - _DAY_MS,
    )


def _late(now: int) -> Rule:
    return Rule(
        id=uuid7().hex,
        name="Nobody waits longer than a day",
        position=4,
        enabled=True,
        event=TIMED,
        time=Time("waiting", 8, business=True),
        conditions=(Condition("status", ["open"]),),
        actions=Actions(add_tags=["waits-long"], inbox=["assignee", "supervisors"]),
        created_at=now - 9 * _DAY_MS,
        since=now - 9 * _DAY_MS,
        runs=6,
        ran_at=now - 5 * _HOUR_MS,
    )


def _outage(now: int) -> Rule:
    return Rule(
        id=uuid7().hex,
        name="Known outage: the chat ends, the ticket stays",
        position=5,
        enabled=False,
        event="chat.started",
        conditions=(Condition("subject", ["outage", "is down", "unavailable"]),),
        actions=Actions(
            end_chat="We know of the outage and are working on it. Your ticket stays open, and we answer as soon as "
            "all is well again.",
            add_tags=["outage"],
        ),
        created_at=now - 5 * _DAY_MS,
        since=now - 5 * _DAY_MS,
        runs=12,
        ran_at=now - 4 * _DAY_MS,
    )


def _point_to(tx: Tx, rule: Rule, person: Actor, now: int) -> None:
    """An entry of the rule in the person's inbox, about the ticket that waits longest."""
    waits = select(TicketRow.number).where(col(TicketRow.status) == "open", col(TicketRow.waiting_since).is_not(None))
    number = tx.session.exec(waits.order_by(col(TicketRow.waiting_since)).limit(1)).first()
    if number is not None:
        inbox: Inbox[Tx] = Inbox(SqlInbox())
        inbox.tell(tx, [NewEntry(person=person.id, kind="rule", ticket=number, author=f"{RULE}{rule.id}")], now)
