"""Saved views in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import and_, delete, func, or_
from sqlmodel import col, select

from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.adapters import list_counts, list_queries
from ticketing.adapters.saved_view_tables import SavedViewRow
from ticketing.listing import Filters
from ticketing.listing import Scope as Readable
from ticketing.saved_views import Known, SavedView, Scope

_FIELDS = ("name", "scope", "holder", "query", "filters")


class SqlSavedViews:
    """Implements `ticketing.saved_views.ViewStore` on SQLite and PostgreSQL."""

    def readable(self, tx: Tx, staff: str, teams: Collection[str] | None) -> Sequence[SavedView]:
        scope, holder = col(SavedViewRow.scope), col(SavedViewRow.holder)
        of_teams = scope == "team" if teams is None else and_(scope == "team", holder.in_(sorted(teams)))
        query = select(SavedViewRow).where(or_(of_teams, and_(scope == "own", holder == staff)))
        return [_view(row) for row in tx.session.exec(query.order_by(func.lower(SavedViewRow.name), SavedViewRow.id))]

    def find(self, tx: Tx, id: str) -> SavedView | None:
        row = tx.session.exec(select(SavedViewRow).where(SavedViewRow.id == id)).first()
        return _view(row) if row is not None else None

    def count(self, tx: Tx, scope: Scope, holder: str) -> int:
        query = select(func.count()).select_from(SavedViewRow)
        return tx.session.exec(query.where(SavedViewRow.scope == scope, SavedViewRow.holder == holder)).one()

    def tickets(self, tx: Tx, scope: Readable, filters: Filters, most: int, since: int | None, known: Known) -> int:
        if list_counts.is_of_assignees(filters):
            return list_counts.held(tx, scope, filters, most)
        return list_queries.counted(tx, scope, filters, most, since, known)

    def few_labelled(self, tx: Tx, filters: Filters, known: Known) -> bool:
        return list_queries.few_labelled(tx, filters, known)

    def changed_since(self, tx: Tx, most: int) -> int | None:
        return list_queries.changed_since(tx, most)

    def put(self, tx: Tx, view: SavedView) -> None:
        values = {name: getattr(view, name) for name in _FIELDS}
        insert = insert_into(tx, SavedViewRow).values(id=view.id, **values)
        tx.session.connection().execute(insert.on_conflict_do_update(index_elements=["id"], set_=values))

    def remove(self, tx: Tx, id: str) -> None:
        tx.session.connection().execute(delete(SavedViewRow).where(col(SavedViewRow.id) == id))


def _view(row: SavedViewRow) -> SavedView:
    scope: Scope = "team" if row.scope == "team" else "own"
    return SavedView(row.id, row.name, scope, row.holder, row.query, row.filters)
