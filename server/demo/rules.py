"""Rules of the demo. None of them changes what the demo's customers and agents do."""

from __future__ import annotations

from collections.abc import Mapping

from uuid_utils import uuid7

from automations.adapters.store import SqlStore
from automations.rule import Actions, Condition, Rule
from identity.actor import Actor
from storage.ports import Tx

_HOUR_MS, _DAY_MS = 3_600_000, 86_400_000


def add_rules(tx: Tx, staff: Mapping[str, Actor], now: int) -> None:
    """`staff`: the demo's people, by first name."""
    invoices = Rule(
        id=uuid7().hex,
        name="Invoices are tagged",
        position=1,
        enabled=True,
        event="ticket.created",
        conditions=(Condition("subject", ["invoice", "invoices", "billing"]),),
        actions=Actions(add_tags=["invoice"]),
        created_at=now - 20 * _DAY_MS,
        runs=31,
        ran_at=now - 3 * _HOUR_MS,
    )
    ratings = Rule(
        id=uuid7().hex,
        name="Low ratings go to Ines",
        position=2,
        enabled=True,
        event="chat.rated",
        conditions=(Condition("rating", ["1", "2"]), Condition("team", ["media"])),
        actions=Actions(add_tags=["low-rating"], notify=[staff["Ines"].id]),
        created_at=now - 12 * _DAY_MS,
        runs=4,
        ran_at=now - 2 * _DAY_MS,
    )
    vips = Rule(
        id=uuid7().hex,
        name="VIPs first",
        position=3,
        enabled=False,
        event="ticket.created",
        conditions=(Condition("vip", ["yes"]),),
        actions=Actions(priority="high"),
        created_at=now - _DAY_MS,
    )
    for rule in (invoices, ratings, vips):
        SqlStore().keep(tx, rule)
