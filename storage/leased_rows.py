"""Leases on rows of work, so that only one process at a time works on a row."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

_GIVEN_UP = "The worker did not report the result of the last attempt."


class Row(Protocol):
    state: str
    attempts: int
    claimed_by: str | None
    claimed_until: int | None
    settled_at: int | None
    error: str | None


RowOfWork = TypeVar("RowOfWork", bound=Row)


def leased(rows: Iterable[RowOfWork], holder: str, now: int, until: int, attempts_max: int) -> list[RowOfWork]:
    """Lease the rows to `holder` until `until`, and count one attempt for each. Returns the leased rows.

    A row that has had `attempts_max` attempts is not leased, but marked as failed. In this case nobody reported the
    result of the last attempt, perhaps because the attempt crashed the program.
    """
    taken = []
    for row in rows:
        if row.attempts >= attempts_max:
            row.state, row.settled_at, row.error = "failed", now, _GIVEN_UP
            continue
        row.attempts += 1
        row.claimed_by, row.claimed_until = holder, until
        taken.append(row)
    return taken
