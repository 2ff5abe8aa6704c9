"""The people who chose the weekly mail."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlmodel import col, select

from reports.adapters.tables import WeeklyReportRow
from storage.ports import Tx
from storage.upsert import insert_into


class SqlWeekly:
    def chosen(self, tx: Tx, person: str) -> bool:
        return tx.session.get(WeeklyReportRow, person) is not None

    def choose(self, tx: Tx, person: str, now: int) -> None:
        """Record the choice. Does nothing if the person has chosen already."""
        insert = insert_into(tx, WeeklyReportRow).values(person=person, chosen_at=now)
        tx.session.connection().execute(insert.on_conflict_do_nothing(index_elements=["person"]))

    def decline(self, tx: Tx, person: str) -> None:
        tx.session.connection().execute(delete(WeeklyReportRow).where(col(WeeklyReportRow.person) == person))

    def due(self, tx: Tx, monday: int, since: int) -> list[str]:
        """The people who chose the mail before the moment `since` and have not got the one of this Monday."""
        query = select(WeeklyReportRow.person).where(_due(monday, since)).order_by(col(WeeklyReportRow.person))
        return list(tx.session.exec(query))

    def take(self, tx: Tx, person: str, monday: int, since: int) -> bool:
        """Record that the person gets the mail of this Monday. False if it is no longer due (see `due`). If several
        transactions do this at the same time, only one gets True."""
        ours = update(WeeklyReportRow).where(col(WeeklyReportRow.person) == person, _due(monday, since))
        return tx.session.connection().execute(ours.values(sent_for=monday)).rowcount == 1


def _due(monday: int, since: int) -> ColumnElement[bool]:
    sent_for = col(WeeklyReportRow.sent_for)
    return and_(col(WeeklyReportRow.chosen_at) < since, or_(sent_for.is_(None), sent_for < monday))
