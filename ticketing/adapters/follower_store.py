"""The followers of tickets in the database."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import bindparam, delete
from sqlmodel import col, select

from storage.ports import Tx
from storage.upsert import insert_into
from ticketing.adapters.follower_tables import TicketFollowerRow

_FOLLOWERS = (
    select(TicketFollowerRow.ticket, TicketFollowerRow.person)
    .where(col(TicketFollowerRow.ticket).in_(bindparam("numbers", expanding=True)))
    .order_by(col(TicketFollowerRow.at), col(TicketFollowerRow.person))
)


class SqlFollowers:
    """Implements `ticketing.follower_ports.FollowerStore`."""

    def followers_of(self, tx: Tx, numbers: Collection[int]) -> Mapping[int, Sequence[str]]:
        found: dict[int, list[str]] = {}
        for row in tx.session.connection().execute(_FOLLOWERS, {"numbers": list(numbers)}):
            found.setdefault(row.ticket, []).append(row.person)
        return found

    def follow(self, tx: Tx, number: int, person: str, at: int) -> bool:
        new = insert_into(tx, TicketFollowerRow).values(ticket=number, person=person, at=at)
        once = new.on_conflict_do_nothing(index_elements=["ticket", "person"]).returning(col(TicketFollowerRow.at))
        return tx.session.connection().execute(once).first() is not None

    def unfollow(self, tx: Tx, number: int, person: str) -> bool:
        ours = (col(TicketFollowerRow.ticket) == number, col(TicketFollowerRow.person) == person)
        return tx.session.connection().execute(delete(TicketFollowerRow).where(*ours)).rowcount > 0
