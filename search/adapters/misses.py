"""Queries that found nothing: `search.ports.Misses` on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlmodel import col

from search.adapters.tables import SearchMissRow
from search.ports import Miss
from storage.ports import Tx
from storage.upsert import insert_into

MISSES_MAX = 5_000
"""At most this many queries are kept. The oldest ones go first."""


class SqlMisses:
    def note(self, tx: Tx, words: str, locale: str, product: str, now: int) -> None:
        row = SearchMissRow
        insert = insert_into(tx, row).values(
            words=words, locale=locale, product=product, count=1, first_at=now, last_at=now
        )
        changed = {"count": col(row.count) + 1, "last_at": now}
        put = insert.on_conflict_do_update(index_elements=["words", "locale", "product"], set_=changed)
        connection = tx.session.connection()
        count = connection.execute(put.returning(col(row.count))).scalar_one()
        if count == 1 and (connection.execute(select(func.count()).select_from(row)).scalar_one()) > MISSES_MAX:
            oldest = connection.execute(select(func.min(col(row.last_at)))).scalar_one()
            connection.execute(delete(row).where(col(row.last_at) == oldest))

    def asked_not_found(self, tx: Tx, since: int, limit: int) -> list[Miss]:
        row = SearchMissRow
        query = (
            select(row)
            .where(col(row.last_at) >= since)
            .order_by(col(row.count).desc(), col(row.last_at).desc(), col(row.words))
        )
        return [
            Miss(one.words, one.locale, one.product, one.count, one.first_at, one.last_at)
            for one in tx.session.scalars(query.limit(limit))
        ]

    def forget(self, tx: Tx, words: str) -> None:
        tx.session.connection().execute(delete(SearchMissRow).where(col(SearchMissRow.words) == words))
