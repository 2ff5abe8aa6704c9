"""Private feeds in the database: `following.ports.Feeds` on SQLite and PostgreSQL."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlmodel import col

from following.adapters.tables import PrivateFeedRow
from storage.ports import Tx
from storage.upsert import insert_into


class SqlFeeds:
    def put(self, tx: Tx, follower: int, feed: str, now: int) -> None:
        insert = insert_into(tx, PrivateFeedRow).values(follower=follower, feed=feed, created_at=now)
        changed = {"feed": insert.excluded.feed, "created_at": insert.excluded.created_at}
        put = insert.on_conflict_do_update(index_elements=["follower"], set_=changed)
        tx.session.connection().execute(put)

    def remove(self, tx: Tx, follower: int) -> None:
        tx.session.connection().execute(delete(PrivateFeedRow).where(col(PrivateFeedRow.follower) == follower))

    def of_follower(self, tx: Tx, follower: int) -> str | None:
        return tx.session.scalars(
            select(col(PrivateFeedRow.feed)).where(col(PrivateFeedRow.follower) == follower)
        ).first()

    def follower_of(self, tx: Tx, feed: str) -> int | None:
        return tx.session.scalars(select(col(PrivateFeedRow.follower)).where(col(PrivateFeedRow.feed) == feed)).first()
