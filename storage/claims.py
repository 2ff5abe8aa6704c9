"""Who runs a job: one holder at a time, for as long as its lease lasts, however many processes there are."""

from __future__ import annotations

from sqlalchemy import delete, or_
from sqlmodel import col

from storage.ports import Tx
from storage.tables import ClaimRow
from storage.upsert import insert_into


def claim(tx: Tx, job: str, holder: str, now: int, lease_ms: int) -> bool:
    """Is `job` the `holder`'s, from `now` until `now` + `lease_ms`? Its present holder may prolong it so."""
    insert = insert_into(tx, ClaimRow).values(job=job, holder=holder, until=now + lease_ms)
    taken = insert.on_conflict_do_update(
        index_elements=["job"],
        set_={"holder": holder, "until": now + lease_ms},
        where=or_(col(ClaimRow.until) <= now, col(ClaimRow.holder) == holder),
    )
    return tx.session.connection().execute(taken.returning(col(ClaimRow.job))).first() is not None


def release(tx: Tx, job: str, holder: str) -> None:
    """`job` is free again, if it is still the `holder`'s."""
    tx.session.connection().execute(delete(ClaimRow).where(col(ClaimRow.job) == job, col(ClaimRow.holder) == holder))
