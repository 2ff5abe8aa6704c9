"""Follows in the database: `following.ports.Follows` on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection

import msgspec
from sqlalchemy import ColumnElement, case, delete, func, select, update
from sqlmodel import col

from following.adapters.tables import FollowerRow, FollowRow, PendingFollowRow
from following.announcement import Kind, Subject
from following.follow import Follow, Follower, How, Level, Owner, What
from following.ports import Pending
from storage.ports import Tx
from storage.upsert import insert_into


class SqlFollows:
    def follower(self, tx: Tx, owner: Owner) -> Follower | None:
        row = tx.session.scalars(select(FollowerRow).where(_is(owner))).first()
        return _follower(row) if row is not None else None

    def keep_follower(self, tx: Tx, owner: Owner, now: int) -> Follower:
        insert = insert_into(tx, FollowerRow).values(
            account=owner.account,
            address=owner.address,
            locale=owner.locale,
            timezone=owner.timezone,
            created_at=now,
        )
        changed = {
            "locale": func.coalesce(insert.excluded.locale, col(FollowerRow.locale)),
            "timezone": func.coalesce(insert.excluded.timezone, col(FollowerRow.timezone)),
        }
        unique = "account" if owner.account is not None else "address"
        put = insert.on_conflict_do_update(index_elements=[unique], set_=changed)
        tx.session.connection().execute(put)
        kept = self.follower(tx, owner)
        assert kept is not None
        return kept

    def followers(self, tx: Tx, ids: Collection[int]) -> dict[int, Follower]:
        if not ids:
            return {}
        query = select(FollowerRow).where(col(FollowerRow.id).in_(sorted(ids)))
        return {one.id: one for one in map(_follower, tx.session.scalars(query))}

    def put(self, tx: Tx, follower: int, subject: Subject, level: Level, now: int) -> int:
        insert = insert_into(tx, FollowRow).values(
            follower=follower, kind=subject.kind, key=subject.key, what=level.what, how=level.how, since=now
        )
        ended = col(FollowRow.ended_at).is_not(None)
        since = case((ended, insert.excluded.since), else_=col(FollowRow.since))
        changed = {
            "what": insert.excluded.what,
            "how": insert.excluded.how,
            "since": since,
            "ended_at": None,
        }
        put = insert.on_conflict_do_update(index_elements=["follower", "kind", "key"], set_=changed)
        id_ = tx.session.connection().execute(put.returning(col(FollowRow.id))).scalar_one()
        return int(id_ or 0)

    def end(self, tx: Tx, ids: Collection[int], now: int) -> int:
        live = (col(FollowRow.id).in_(sorted(ids)), col(FollowRow.ended_at).is_(None))
        ended = update(FollowRow).where(*live).values(ended_at=now).returning(col(FollowRow.id))
        return len(tx.session.connection().execute(ended).all())

    def set_how(self, tx: Tx, ids: Collection[int], how: How) -> None:
        tx.session.connection().execute(update(FollowRow).where(col(FollowRow.id).in_(sorted(ids))).values(how=how))

    def move(self, tx: Tx, ids: Collection[int], follower: int) -> None:
        moved = update(FollowRow).where(col(FollowRow.id).in_(sorted(ids))).values(follower=follower)
        tx.session.connection().execute(moved)

    def of_follower(self, tx: Tx, follower: int) -> list[Follow]:
        query = select(FollowRow).where(col(FollowRow.follower) == follower, col(FollowRow.ended_at).is_(None))
        return [_follow(row) for row in tx.session.scalars(query.order_by(col(FollowRow.id)))]

    def one(self, tx: Tx, follower: int, subject: Subject) -> Follow | None:
        which = (col(FollowRow.kind) == subject.kind, col(FollowRow.key) == subject.key)
        these = (col(FollowRow.follower) == follower, *which)
        row = tx.session.scalars(select(FollowRow).where(*these).execution_options(populate_existing=True)).first()
        return _follow(row) if row is not None else None

    def find(self, tx: Tx, ids: Collection[int]) -> list[Follow]:
        query = select(FollowRow).where(col(FollowRow.id).in_(sorted(ids))).order_by(col(FollowRow.id))
        return [_follow(row) for row in tx.session.scalars(query.execution_options(populate_existing=True))]

    def add_pending(self, tx: Tx, pending: Pending) -> None:
        tx.session.add(
            PendingFollowRow(
                hash=pending.hash,
                address=pending.owner.address or "",
                kind=pending.subject.kind,
                key=pending.subject.key,
                what=pending.level.what,
                how=pending.level.how,
                locale=pending.owner.locale,
                timezone=pending.owner.timezone,
                created_at=pending.created_at,
                expires_at=pending.expires_at,
            )
        )
        tx.session.flush()

    def pending(self, tx: Tx, hash_: str) -> Pending | None:
        row = tx.session.get(PendingFollowRow, hash_)
        return _pending(row) if row is not None else None

    def take_pending(self, tx: Tx, hash_: str) -> Pending | None:
        taken = delete(PendingFollowRow).where(col(PendingFollowRow.hash) == hash_).returning(PendingFollowRow)
        row = tx.session.scalars(taken).first()
        return _pending(row) if row is not None else None

    def pending_since(self, tx: Tx, address: str, since: int) -> int:
        theirs = (col(PendingFollowRow.address) == address, col(PendingFollowRow.created_at) > since)
        return tx.session.scalars(select(func.count()).select_from(PendingFollowRow).where(*theirs)).one()

    def forget_pending(self, tx: Tx, now: int) -> None:
        tx.session.connection().execute(delete(PendingFollowRow).where(col(PendingFollowRow.expires_at) <= now))


def _is(owner: Owner) -> ColumnElement[bool]:
    if owner.account is not None:
        return col(FollowerRow.account) == owner.account
    return col(FollowerRow.address) == owner.address


def _follower(row: FollowerRow) -> Follower:
    assert row.id is not None
    return Follower(row.id, Owner(row.account, row.address, row.locale, row.timezone))


def _follow(row: FollowRow) -> Follow:
    assert row.id is not None
    subject = Subject(msgspec.convert(row.kind, Kind), row.key)
    level = Level(msgspec.convert(row.what, What), msgspec.convert(row.how, How))
    return Follow(row.id, row.follower, subject, level, row.since, row.ended_at)


def _pending(row: PendingFollowRow) -> Pending:
    return Pending(
        hash=row.hash,
        owner=Owner(address=row.address, locale=row.locale, timezone=row.timezone),
        subject=Subject(msgspec.convert(row.kind, Kind), row.key),
        level=Level(msgspec.convert(row.what, What), msgspec.convert(row.how, How)),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
