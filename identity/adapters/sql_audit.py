"""Failed sign-ins and the audit log in the database."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from msgspec import json
from sqlalchemy import ColumnElement, delete, func, or_
from sqlmodel import col, select

from identity.adapters.tables import AuditRow, ClientRow, FailedSignInsRow, UserRow
from identity.audit import AuditLine
from identity.audit_search import AuditSearch
from identity.ports import FailedSignIns
from storage.ports import Tx
from storage.upsert import insert_into


class SqlAudit:
    """Implements the methods of `identity.ports.Store` for failed sign-ins and the audit log."""

    def failed_sign_ins(self, tx: Tx, user: str) -> FailedSignIns | None:
        row = tx.session.exec(select(FailedSignInsRow).where(FailedSignInsRow.user == user)).first()
        return FailedSignIns(row.since, row.count, row.last_at, row.last_network) if row is not None else None

    def add_failed_sign_ins(self, tx: Tx, user: str, first: FailedSignIns, more: int) -> None:
        last = {"last_at": first.last_at, "last_network": first.last_network}
        query = insert_into(tx, FailedSignInsRow).values(user=user, since=first.since, count=first.count, **last)
        count = col(FailedSignInsRow.count) + more
        tx.session.execute(query.on_conflict_do_update(index_elements=["user"], set_={"count": count, **last}))

    def forget_failed_sign_ins(self, tx: Tx, user: str) -> None:
        tx.session.execute(delete(FailedSignInsRow).where(col(FailedSignInsRow.user) == user))

    def record(self, tx: Tx, line: AuditLine) -> None:
        tx.session.add(
            AuditRow(
                at=line.at,
                actor_kind=line.actor_kind,
                actor=line.actor,
                verb=line.verb,
                thing=line.thing,
                thing_id=line.thing_id,
                detail=json.encode(line.detail).decode(),
                network=line.network,
            )
        )
        tx.session.flush()

    def audit(self, tx: Tx, *, since: int, person: str | None, limit: int) -> Sequence[AuditLine]:
        query = select(AuditRow).where(AuditRow.at >= since)
        if person is not None:
            query = query.where(or_(col(AuditRow.actor) == person, col(AuditRow.thing_id) == person))
        rows = tx.session.exec(query.order_by(col(AuditRow.at).desc(), col(AuditRow.id).desc()).limit(limit)).all()
        return [_audit_line(row) for row in reversed(rows)]

    def search_audit(
        self, tx: Tx, wanted: AuditSearch, limit: int, window: int
    ) -> tuple[list[tuple[int, AuditLine]], int | None]:
        """The newest `limit` lines that match, each with its id, newest first.

        Looks at no more than `window` lines. The second value is the `before` with which a search continues after these
        lines. It is None if the period has no older lines. If `limit` lines were found, the window may contain more
        matches: then continue before the last line that was returned.
        """
        newest, oldest = self._ends(tx, wanted)
        if newest is None or oldest is None:
            return [], None
        top = newest + 1 if wanted.before is None else min(wanted.before, newest + 1)
        lowest = max(top - window, oldest)
        # The id grows with the time, and is the primary key: a page reads no more than the lines that it passes.
        found = select(AuditRow).where(AuditRow.at >= wanted.since, col(AuditRow.id) >= lowest, col(AuditRow.id) < top)
        if wanted.until is not None:
            found = found.where(AuditRow.at < wanted.until)
        if wanted.person is not None:
            found = found.where(or_(col(AuditRow.actor) == wanted.person, col(AuditRow.thing_id) == wanted.person))
        if wanted.verb is not None:
            found = found.where(AuditRow.verb == wanted.verb)
        if wanted.thing is not None:
            found = found.where(AuditRow.thing == wanted.thing)
        for word in wanted.words:
            found = found.where(_has(word))
        rows = tx.session.exec(found.order_by(col(AuditRow.id).desc()).limit(limit)).all()
        return [(row.id or 0, _audit_line(row)) for row in rows], lowest if lowest > oldest else None

    def _ends(self, tx: Tx, wanted: AuditSearch) -> tuple[int | None, int | None]:
        """The highest and the lowest id in the period. After a clock jump, these are not those of the newest and oldest
        line."""
        found = []
        for end in (func.max, func.min):
            query = select(end(AuditRow.id))
            if wanted.since:
                query = query.where(AuditRow.at >= wanted.since)
            if wanted.until is not None:
                query = query.where(AuditRow.at < wanted.until)
            found.append(tx.session.exec(query).one())
        return found[0], found[1]

    def audit_moment(self, tx: Tx, id: int) -> int | None:
        """The moment of the first line with this id or a later one."""
        query = select(AuditRow.at).where(col(AuditRow.id) >= id).order_by(col(AuditRow.id)).limit(1)
        return tx.session.exec(query).first()

    def audit_line(self, tx: Tx, id: int) -> AuditLine | None:
        row = tx.session.get(AuditRow, id)
        return _audit_line(row) if row is not None else None

    def later_lines(
        self, tx: Tx, id: int, things: Collection[str], thing_id: str | None, limit: int
    ) -> Sequence[tuple[int, AuditLine]]:
        """The newest lines after `id` about such things, newest first. If there is only one thing, only the lines about
        the same `thing_id`."""
        query = select(AuditRow).where(col(AuditRow.thing).in_(things), col(AuditRow.id) > id)
        if len(things) == 1:
            query = query.where(AuditRow.thing_id == thing_id)
        rows = tx.session.exec(query.order_by(col(AuditRow.id).desc()).limit(limit))
        return [(row.id or 0, _audit_line(row)) for row in rows]

    def undoings_since(self, tx: Tx, id: int, limit: int) -> Sequence[tuple[int, AuditLine]]:
        """The newest lines after `id` that say that a line was undone."""
        query = select(AuditRow).where(AuditRow.thing == "audit", AuditRow.verb == "undo", col(AuditRow.id) > id)
        rows = tx.session.exec(query.order_by(col(AuditRow.id).desc()).limit(limit))
        return [(row.id or 0, _audit_line(row)) for row in rows]

    def undone_lines(self, tx: Tx, ids: Iterable[int]) -> frozenset[int]:
        """Those of the lines whose change was undone."""
        query = select(AuditRow.thing_id).where(
            AuditRow.thing == "audit", AuditRow.verb == "undo", col(AuditRow.thing_id).in_([str(id_) for id_ in ids])
        )
        return frozenset(int(id_) for id_ in tx.session.exec(query) if id_ is not None)


def _has(word: str) -> ColumnElement[bool]:
    """True for lines that contain a word, ignoring case. The names and addresses of the people and clients of a line
    count as part of it."""

    def like(*columns: object) -> ColumnElement[bool]:
        return or_(*(col(column).icontains(word, autoescape=True) for column in columns))

    people = select(UserRow.id).where(like(UserRow.name, UserRow.email))
    clients = select(ClientRow.id).where(like(ClientRow.name))
    return or_(
        like(AuditRow.verb, AuditRow.thing, AuditRow.thing_id, AuditRow.detail, AuditRow.network),
        col(AuditRow.actor).in_(people),
        col(AuditRow.thing_id).in_(people),
        col(AuditRow.thing_id).in_(clients),
    )


def _audit_line(row: AuditRow) -> AuditLine:
    return AuditLine(
        at=row.at,
        actor_kind=row.actor_kind,
        actor=row.actor,
        verb=row.verb,
        thing=row.thing,
        thing_id=row.thing_id,
        detail=json.decode(row.detail, type=dict[str, object]),
        network=row.network,
    )
