"""The outbox: work to do after a commit, such as sending a webhook.

An entry is written in the same transaction as its cause. So the work is never lost, and never done without its cause.
One worker at a time holds an entry, until its lease ends. A failed entry is retried after growing pauses. After the
last attempt it is given up, but stays in the table with its last error.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, text, update
from sqlmodel import col, select

from storage.ports import Tx
from storage.tables import OutboxRow

_SECOND, _MINUTE, _HOUR = 1000, 60_000, 3_600_000
PAUSES_MS = (
    30 * _SECOND, 2 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE, _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, 24 * _HOUR,
)  # fmt: skip
"""Pauses in ms after the first failure, the second, and so on. One last attempt follows the last pause."""
ATTEMPTS = len(PAUSES_MS) + 1
ERROR_MAX = 500
"""Maximum characters of an error that are stored."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A claimed entry. `attempts` includes the current attempt."""

    id: int
    kind: str
    payload: str
    attempts: int


def add(tx: Tx, kind: str, payload: str, now: int) -> int:
    """Add an entry that is due at once. Returns its id."""
    row = OutboxRow(kind=kind, payload=payload, created_at=now, due_at=now)
    tx.session.add(row)
    tx.session.flush()
    assert row.id is not None
    return row.id


def take(tx: Tx, kinds: Collection[str], limit: int) -> Sequence[Entry]:
    """Mark at most `limit` waiting entries of these kinds as done, and return them, ordered by due time. Entries that
    are not due yet, or that a worker has leased, are taken too.

    Use this only if the caller stores the work of the entries in another table, in the same transaction.
    """
    rows = tx.session.exec(
        select(OutboxRow)
        .where(text("state = 'waiting'"), col(OutboxRow.kind).in_(kinds))
        .order_by(col(OutboxRow.due_at))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.state = "done"
    tx.session.flush()
    return [Entry(row.id, row.kind, row.payload, row.attempts) for row in rows if row.id is not None]


def waiting(tx: Tx, kind: str, limit: int) -> Sequence[Entry]:
    """At most `limit` waiting entries of this kind, ordered by due time, also entries that are not due yet or that a
    worker has leased. The call does not reserve the entries, so use it only for work that may be done twice."""
    waits = (text("state = 'waiting'"), OutboxRow.kind == kind)
    rows = tx.session.exec(select(OutboxRow).where(*waits).order_by(col(OutboxRow.due_at)).limit(limit)).all()
    return [Entry(row.id, row.kind, row.payload, row.attempts) for row in rows if row.id is not None]


def claim_due(tx: Tx, holder: str, now: int, limit: int, lease_ms: int) -> Sequence[Entry]:
    """Lease at most `limit` due entries to `holder` until `now + lease_ms`, and return them, ordered by due time.
    Entries that another worker has leased are left out.

    Each claim is counted as an attempt. So an entry that crashes its workers is given up too.
    """
    rows = tx.session.exec(
        select(OutboxRow)
        .where(
            OutboxRow.state == "waiting",
            OutboxRow.due_at <= now,
            or_(col(OutboxRow.claimed_until).is_(None), col(OutboxRow.claimed_until) <= now),
        )
        .order_by(col(OutboxRow.due_at), col(OutboxRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    entries = []
    for row in rows:
        if row.attempts >= ATTEMPTS:
            _give_up(row, f"{row.claimed_by} did not report the result of the last attempt")
            continue
        row.attempts += 1
        row.claimed_by, row.claimed_until = holder, now + lease_ms
        assert row.id is not None
        entries.append(Entry(row.id, row.kind, row.payload, row.attempts))
    tx.session.flush()
    return entries


def done(tx: Tx, id: int) -> None:
    """Mark an entry as done, even if its lease has passed to a different worker."""
    tx.session.connection().execute(
        update(OutboxRow).where(col(OutboxRow.id) == id).values(state="done", claimed_by=None, claimed_until=None)
    )


def all_done(tx: Tx, ids: Collection[int]) -> None:
    """Mark these entries as done. The caller must pass only entries that no worker has claimed."""
    tx.session.connection().execute(update(OutboxRow).where(col(OutboxRow.id).in_(ids)).values(state="done"))


def failed(tx: Tx, id: int, holder: str, error: str, now: int) -> bool:
    """Record that the attempt of `holder` failed. Returns True if the entry is now given up.

    Does nothing if `holder` has lost the lease.
    """
    row = tx.session.exec(
        select(OutboxRow)
        .where(OutboxRow.id == id, OutboxRow.state == "waiting", OutboxRow.claimed_by == holder)
        .with_for_update()
    ).first()
    if row is None:
        return False
    if row.attempts >= ATTEMPTS:
        _give_up(row, error)
    else:
        row.due_at = now + PAUSES_MS[row.attempts - 1]
        row.last_error = error[:ERROR_MAX]
        row.claimed_by = row.claimed_until = None
    tx.session.flush()
    return row.state == "given_up"


def _give_up(row: OutboxRow, error: str) -> None:
    row.state = "given_up"
    row.last_error = error[:ERROR_MAX]
    row.claimed_by = row.claimed_until = None
