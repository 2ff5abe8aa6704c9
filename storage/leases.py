"""Leases on jobs, so that only one process at a time runs a job."""

from __future__ import annotations

import secrets
from functools import cache

from sqlalchemy import Executable, bindparam, delete, or_
from sqlmodel import col, select

from clock import Clock
from storage.ports import Dialect, Tx
from storage.tables import ClaimRow
from storage.upsert import insert_for

_NOW = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"
LONGEST_MS = 300_000
"""No lease is longer. One that ends later was taken before somebody set the clock back, and is free."""


class Lease:
    """The lease of this process on one job. The process has it from a successful `claim` until it expires or is
    released."""

    def __init__(self, job: str, clock: Clock, lease_ms: int, holder: str | None = None) -> None:
        """`holder` is the name of this process, by default a random one."""
        self._job = job
        self._clock = clock
        self._lease_ms = lease_ms
        self._holder = holder or secrets.token_hex(8)

    def claim(self, tx: Tx) -> bool:
        """Take or renew the lease. False if another process has it."""
        return claim(tx, self._job, self._holder, self._clock(), self._lease_ms)

    def release(self, tx: Tx) -> None:
        """End the lease of this process on the job, so that another process can take it at once. Does nothing if this
        process has lost it."""
        release(tx, self._job, self._holder)


def now_of(tx: Tx, clock: Clock) -> int:
    """The present time: on PostgreSQL that of the database, which is the same for all hosts. Otherwise that of
    `clock`."""
    if tx.dialect != "postgresql":
        return clock()
    now: int = tx.session.connection().exec_driver_sql(_NOW).scalar_one()
    return now


def claim(tx: Tx, job: str, holder: str, now: int, lease_ms: int) -> bool:
    """Take or renew the lease on `job` until `now + lease_ms`. False if another holder has it."""
    lease = {"job": job, "holder": holder, "until": now + lease_ms, "now": now, "latest": now + LONGEST_MS}
    return tx.session.connection().execute(_claim(tx.dialect), lease).first() is not None


def release(tx: Tx, job: str, holder: str) -> None:
    """End the lease on `job`. Does nothing if `holder` has lost it."""
    tx.session.connection().execute(delete(ClaimRow).where(col(ClaimRow.job) == job, col(ClaimRow.holder) == holder))


def release_of(tx: Tx, job: str, holders: str) -> None:
    """End the lease on `job` if the name of its holder begins with `holders`."""
    has_it = col(ClaimRow.holder).startswith(holders)
    tx.session.connection().execute(delete(ClaimRow).where(col(ClaimRow.job) == job, has_it))


def holder_of(tx: Tx, job: str, now: int) -> str | None:
    """The holder of the lease on `job`. None if nobody has it."""
    return tx.session.exec(select(ClaimRow.holder).where(ClaimRow.job == job, col(ClaimRow.until) > now)).first()


def leased(tx: Tx, prefix: str, now: int) -> set[str]:
    """The jobs with a lease whose name begins with `prefix`."""
    leases = select(ClaimRow.job).where(col(ClaimRow.job).startswith(prefix), col(ClaimRow.until) > now)
    return set(tx.session.exec(leases))


@cache
def _claim(dialect: Dialect) -> Executable:
    insert = insert_for(dialect, ClaimRow).values({name: bindparam(name) for name in ("job", "holder", "until")})
    until = col(ClaimRow.until)
    ended = or_(until <= bindparam("now"), until > bindparam("latest"))
    free = or_(ended, col(ClaimRow.holder) == insert.excluded.holder)
    changed = {name: insert.excluded[name] for name in ("holder", "until")}
    taken = insert.on_conflict_do_update(index_elements=["job"], set_=changed, where=free)
    return taken.returning(col(ClaimRow.job))
