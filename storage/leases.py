"""Leases on jobs: one process at a time runs a job."""

from __future__ import annotations

from sqlalchemy import delete, or_
from sqlmodel import col

from storage.ports import Tx
from storage.tables import ClaimRow
from storage.upsert import insert_into


def claim(tx: Tx, job: str, holder: str, now: int, lease_ms: int) -> bool:
    """Take or renew the lease on `job` until `now + lease_ms`. False if another holder has it."""
    insert = insert_into(tx, ClaimRow).values(job=job, holder=holder, until=now + lease_ms)
    taken = insert.on_conflict_do_update(
        index_elements=["job"],
        set_={"holder": holder, "until": now + lease_ms},
        where=or_(col(ClaimRow.until) <= now, col(ClaimRow.holder) == holder),
    )
    return tx.session.connection().execute(taken.returning(col(ClaimRow.job))).first() is not None


def release(tx: Tx, job: str, holder: str) -> None:
    """End the lease on `job`. Does nothing if `holder` has lost it."""
    tx.session.connection().execute(delete(ClaimRow).where(col(ClaimRow.job) == job, col(ClaimRow.holder) == holder))
