"""Things to be done once their cause is committed: mail, webhooks, notices.

Each is written by the transaction that causes it, and so is neither lost nor done for nothing. One
claimant at a time does it, for as long as its lease lasts. What fails is tried again after growing
pauses, and at last given up: it stays, with its last error, for people to see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, update
from sqlmodel import col, select

from storage.ports import Tx
from storage.tables import OutboxRow

_SECOND, _MINUTE, _HOUR = 1000, 60_000, 3_600_000
PAUSES_MS = (
    30 * _SECOND, 2 * _MINUTE, 10 * _MINUTE, 30 * _MINUTE, _HOUR, 3 * _HOUR, 6 * _HOUR, 12 * _HOUR, 24 * _HOUR,
)  # fmt: skip
"""How long to wait after the first failure, the second, and so on. After the last pause there is one more attempt."""
ATTEMPTS = len(PAUSES_MS) + 1
ERROR_MAX = 500
"""Characters kept of an error."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One thing to be done, by who claimed it. `attempts` counts this one too."""

    id: int
    kind: str
    payload: str
    attempts: int


def add(tx: Tx, kind: str, payload: str, now: int) -> int:
    """Have a thing done as soon as this transaction is committed. Returns its id."""
    row = OutboxRow(kind=kind, payload=payload, created_at=now, due_at=now)
    tx.session.add(row)
    tx.session.flush()
    assert row.id is not None
    return row.id


def claim_due(tx: Tx, holder: str, now: int, limit: int, lease_ms: int) -> Sequence[Duty]:
    """What is due, longest due first, `limit` at most; the `holder`'s until `now` + `lease_ms`.

    An attempt is counted here: what takes its holders down with it is given up as well, in the end.
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
    duties = []
    for row in rows:
        if row.attempts >= ATTEMPTS:
            _give_up(row, f"{row.claimed_by} did not come back from the last attempt")
            continue
        row.attempts += 1
        row.claimed_by, row.claimed_until = holder, now + lease_ms
        assert row.id is not None
        duties.append(Duty(row.id, row.kind, row.payload, row.attempts))
    tx.session.flush()
    return duties


def done(tx: Tx, id: int) -> None:
    """It is done, whoever holds it by now."""
    tx.session.connection().execute(
        update(OutboxRow).where(col(OutboxRow.id) == id).values(state="done", claimed_by=None, claimed_until=None)
    )


def failed(tx: Tx, id: int, holder: str, error: str, now: int) -> bool:
    """It could not be done: is it given up now? Does nothing where it is no longer the `holder`'s."""
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
