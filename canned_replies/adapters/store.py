"""Canned replies in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from msgspec import ValidationError, convert, json
from sqlalchemy import ColumnElement, Delete, and_, delete, func, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from canned_replies.adapters.tables import CannedReplyRow, CannedReplyTextRow, CannedReplyUseRow
from canned_replies.macro import Actions
from canned_replies.reply import LOCALES, CannedReply, Locale, Scope
from storage.ports import Tx
from storage.upsert import insert_into

_NEVER = 2**31 - 1
"""A day on which nothing was used yet."""


class SqlStore:
    """Implements `canned_replies.ports.Store` on SQLite and PostgreSQL."""

    def readable(self, tx: Tx, staff: str, teams: Collection[str] | None, since: int) -> list[CannedReply]:
        scope, holder = col(CannedReplyRow.scope), col(CannedReplyRow.holder)
        of_teams = scope == "team" if teams is None else and_(scope == "team", holder.in_(sorted(teams)))
        return self._found(tx, or_(scope == "all", of_teams, and_(scope == "own", holder == staff)), since)

    def find(self, tx: Tx, id: str, since: int, *, lock: bool) -> CannedReply | None:
        if lock:
            tx.session.exec(select(CannedReplyRow.id).where(col(CannedReplyRow.id) == id).with_for_update())
        found = self._found(tx, col(CannedReplyRow.id) == id, since)
        return found[0] if found else None

    def find_all(self, tx: Tx, ids: Collection[str]) -> dict[str, CannedReply]:
        """These canned replies by id. Their uses are not counted."""
        return {one.id: one for one in self._found(tx, col(CannedReplyRow.id).in_(sorted(ids)), _NEVER)}

    def count(self, tx: Tx, scope: Scope, holder: str) -> int:
        query = select(func.count()).select_from(CannedReplyRow)
        query = query.where(col(CannedReplyRow.scope) == scope, col(CannedReplyRow.holder) == holder)
        return tx.session.exec(query).one()

    def add(self, tx: Tx, reply: CannedReply) -> bool:
        values = {"id": reply.id, "created_at": reply.created_at, **_values(reply)}
        insert = (
            insert_into(tx, CannedReplyRow).values(values).on_conflict_do_nothing().returning(col(CannedReplyRow.id))
        )
        if tx.session.connection().execute(insert).first() is None:
            return False
        self._keep_texts(tx, reply)
        return True

    def change(self, tx: Tx, reply: CannedReply) -> bool:
        query = update(CannedReplyRow).where(col(CannedReplyRow.id) == reply.id).values(_values(reply))
        try:
            with tx.savepoint():
                tx.session.connection().execute(query)
        except IntegrityError:
            return False
        tx.session.connection().execute(_of(CannedReplyTextRow, reply.id))
        self._keep_texts(tx, reply)
        return True

    def remove(self, tx: Tx, id: str) -> None:
        for table in (CannedReplyTextRow, CannedReplyUseRow):
            tx.session.connection().execute(_of(table, id))
        tx.session.connection().execute(delete(CannedReplyRow).where(col(CannedReplyRow.id) == id))

    def count_use(self, tx: Tx, id: str, day: int, now: int, before: int) -> None:
        uses = col(CannedReplyUseRow.uses)
        insert = insert_into(tx, CannedReplyUseRow).values(reply=id, day=day, uses=1)
        insert = insert.on_conflict_do_update(index_elements=["reply", "day"], set_={"uses": uses + 1})
        tx.session.connection().execute(insert)
        old = _of(CannedReplyUseRow, id).where(col(CannedReplyUseRow.day) < before)
        tx.session.connection().execute(old)
        tx.session.connection().execute(update(CannedReplyRow).where(col(CannedReplyRow.id) == id).values(used_at=now))

    def _keep_texts(self, tx: Tx, reply: CannedReply) -> None:
        rows = [{"reply": reply.id, "locale": locale, "text": text} for locale, text in reply.texts.items()]
        if rows:
            tx.session.connection().execute(insert_into(tx, CannedReplyTextRow).values(rows))

    def _found(self, tx: Tx, wanted: ColumnElement[bool], since: int) -> list[CannedReply]:
        query = select(CannedReplyRow).where(wanted).execution_options(populate_existing=True)
        rows: Sequence[CannedReplyRow] = tx.session.exec(query).all()
        ids = select(CannedReplyRow.id).where(wanted)
        texts: dict[str, dict[Locale, str]] = defaultdict(dict)
        for text in tx.session.exec(
            select(CannedReplyTextRow)
            .where(col(CannedReplyTextRow.reply).in_(ids))
            .execution_options(populate_existing=True)
        ):
            texts[text.reply] |= {locale: text.text for locale in LOCALES if locale == text.locale}
        day, used = col(CannedReplyUseRow.day), func.sum(CannedReplyUseRow.uses)
        counted = select(CannedReplyUseRow.reply, used).where(col(CannedReplyUseRow.reply).in_(ids), day >= since)
        uses = dict(tx.session.exec(counted.group_by(col(CannedReplyUseRow.reply))).all())
        return [_reply(row, texts[row.id], int(uses.get(row.id, 0))) for row in rows]


def _of(table: type[CannedReplyTextRow | CannedReplyUseRow], id: str) -> Delete:
    return delete(table).where(col(table.reply) == id)


def _values(reply: CannedReply) -> dict[str, str | int | None]:
    """The columns that can change. Uses are counted on their own."""
    return {
        "shortcut": reply.shortcut,
        "name": reply.name,
        "scope": reply.scope,
        "holder": reply.holder,
        "version": reply.version,
        "changed_at": reply.changed_at,
        "actions": json.encode(reply.actions).decode() if reply.actions is not None else None,
    }


def _reply(row: CannedReplyRow, texts: dict[Locale, str], uses: int) -> CannedReply:
    scope: Scope = "own" if row.scope == "own" else "team" if row.scope == "team" else "all"
    return CannedReply(
        id=row.id,
        shortcut=row.shortcut,
        name=row.name,
        scope=scope,
        holder=row.holder,
        texts=texts,
        created_at=row.created_at,
        changed_at=row.changed_at,
        version=row.version,
        used_at=row.used_at,
        uses=uses,
        actions=_actions(row.actions) if row.actions is not None else None,
    )


def _actions(stored: str) -> Actions:
    """The stored actions, without those that break a limit: one macro must not break the list of all."""
    try:
        return json.decode(stored, type=Actions)
    except ValidationError:
        given = json.decode(stored, type=dict[str, object])
    return convert({name: value for name, value in given.items() if _fits(name, value)}, Actions)


def _fits(name: str, value: object) -> bool:
    try:
        convert({name: value}, Actions)
    except ValidationError:
        return False
    return True
