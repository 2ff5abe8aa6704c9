"""The articles that agents inserted into answers: `search.ports.Insertions` on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlmodel import col

from search.adapters.tables import ArticleInsertionRow
from search.inserted import STAYS_MS, How, Judged
from search.ports import Insertion
from storage.ports import Tx
from storage.upsert import insert_into

_ROW = ArticleInsertionRow


class SqlInsertions:
    def note(self, tx: Tx, article: int, place: str, how: How, now: int) -> None:
        insert = insert_into(tx, _ROW).values(
            article=article, place=place, how=how, at=now, state="waiting", due_at=now + STAYS_MS
        )
        changed = {name: insert.excluded[name] for name in ("how", "at", "state", "due_at")}
        put = insert.on_conflict_do_update(index_elements=["article", "place"], set_=changed)
        tx.session.connection().execute(put)

    def due(self, tx: Tx, now: int, limit: int) -> list[Insertion]:
        query = (
            select(col(_ROW.article), col(_ROW.place), col(_ROW.at))
            .where(col(_ROW.state) == "waiting", col(_ROW.due_at) <= now)
            .order_by(col(_ROW.due_at))
            .limit(limit)
        )
        return [Insertion(*row) for row in tx.session.execute(query)]

    def settle(self, tx: Tx, insertion: Insertion, judged: Judged) -> None:
        put = (
            update(_ROW)
            .where(
                col(_ROW.article) == insertion.article,
                col(_ROW.place) == insertion.place,
                col(_ROW.at) == insertion.at,
                col(_ROW.state) == "waiting",
            )
            .values(state=judged.state, due_at=judged.due_at)
        )
        tx.session.connection().execute(put)
