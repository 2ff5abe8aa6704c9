"""Custom fields of the demo's teams, and values on its open tickets."""

from __future__ import annotations

from collections.abc import Mapping

from sqlmodel import col, select

from identity.actor import Actor
from storage.ports import Tx
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketRow
from ticketing.custom_fields import CustomField, Option
from ticketing.service import Tickets
from ticketing.wanted import Wanted

_MINUTE_MS = 60_000


def _option(key: str, en: str, fr: str, es: str) -> Option:
    return Option(key, {"en": en, "fr": fr, "es": es})


_FIELDS = (
    CustomField(
        key="order_number",
        kind="text",
        labels={"en": "Order number", "fr": "Numéro de commande", "es": "Número de pedido"},
        teams=["media"],
        for_customers=True,
        position=1,
    ),
    CustomField(
        key="cause",
        kind="choice",
        labels={"en": "Cause", "fr": "Cause", "es": "Causa"},
        options=[
            _option("data_entry", "Data entry", "Saisie des données", "Entrada de datos"),
            _option("locked", "Locked by a colleague", "Verrouillé par un collègue", "Bloqueado por un compañero"),
            _option("upgrade", "Upgrade", "Mise à jour", "Actualización"),
        ],
        position=2,
    ),
    CustomField(
        key="month_end",
        kind="yes_no",
        labels={"en": "Blocks the month-end", "fr": "Bloque la clôture", "es": "Bloquea el cierre"},
        for_customers=True,
        position=3,
    ),
    CustomField(
        key="market",
        kind="text",
        labels={"en": "Market", "fr": "Marché", "es": "Mercado"},
        teams=["media"],
        products=["Lumina"],
        needed_to_solve=True,
        position=4,
    ),
)
_VALUES: Mapping[str, tuple[str, Wanted]] = {
    "Totals differ between the screen and the PDF": ("Mateo", Wanted(custom_fields={"month_end": True})),
    "Estimate 40031 is locked": ("Priya", Wanted(custom_fields={"cause": "locked", "month_end": False})),
}


def add_fields(tx: Tx, tickets: Tickets, staff: Mapping[str, Actor], now: int) -> None:
    store = SqlStore()
    for field in _FIELDS:
        store.put_field(tx, field)
    query = select(TicketRow.number, TicketRow.subject).where(col(TicketRow.subject).in_(_VALUES))
    for number, subject in tx.session.exec(query).all():
        ticket = store.find(tx, number or 0, lock=True)
        if ticket is None or subject is None or ticket.status == "solved":
            continue
        by, change = _VALUES[subject]
        tickets.change(tx, staff[by], ticket, change, min(now, ticket.updated_at + _MINUTE_MS))
