"""Finds the lines of the audit log that name an address, and empties them."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import select as some
from sqlmodel import col

from identity.adapters.tables import AuditRow
from server.live.personal_data.rows import change_rows
from storage.ports import Tx
from ticketing.requester import id_by_address

_AT_A_TIME = 5_000
_NAMING = ("mail", "customer", "customer_note")
"""The things whose lines may name an address: the sender of a mail, a customer who is known by an address alone, and
a note about one."""
_decoder = msgspec.json.Decoder(dict[str, object])


def lines_with(tx: Tx, addresses: Collection[str]) -> list[int]:
    """The ids of the lines that name one of these addresses, in lower case. A heavy read."""
    wanted = {*addresses, *map(id_by_address, addresses)}
    found, last = list[int](), 0
    while True:
        query = some(col(AuditRow.id), col(AuditRow.thing_id), col(AuditRow.detail))
        lines = query.where(col(AuditRow.thing).in_(_NAMING), col(AuditRow.id) > last).order_by(col(AuditRow.id))
        rows = tx.session.connection().execute(lines.limit(_AT_A_TIME)).all()
        for id_, thing_id, detail in rows:
            last = id_ or last
            if thing_id in wanted or _names(detail, wanted):
                found.append(last)
        if len(rows) < _AT_A_TIME:
            return found


def empty_lines(tx: Tx, ids: Collection[int], addresses: Collection[str]) -> None:
    """Take the addresses out of these lines. The lines stay."""
    change_rows(tx, AuditRow, AuditRow.id, ids, {"detail": "{}"})
    named = col(AuditRow.thing_id).in_([id_by_address(address) for address in addresses])
    change_rows(tx, AuditRow, AuditRow.id, ids, {"thing_id": None}, named)


def _names(detail: str, wanted: Collection[str]) -> bool:
    return any(isinstance(value, str) and value.lower() in wanted for value in _decoder.decode(detail).values())
