"""Merged customers in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func
from sqlmodel import col, select

from identity.adapters.tables import MergeRow
from identity.merging import MERGED_MAX, Merge
from storage.ports import Tx

_MERGES = 7_203
"""Key of the advisory lock of merges on PostgreSQL."""


def one_at_a_time(tx: Tx) -> None:
    """Keep other transactions from merging until this one ends. Otherwise two merges at the same time could form a
    circle."""
    if tx.dialect == "postgresql":
        tx.session.exec(select(func.pg_advisory_xact_lock(_MERGES)))


def merge_of(tx: Tx, person: str) -> Merge | None:
    """The merge of this person into another person; None if this person was not merged."""
    row = tx.session.get(MergeRow, person)
    return _merge(row) if row is not None else None


def root_of(tx: Tx, person: str) -> str:
    """The id of the person into whom `person` was merged, directly or through others. Returns `person` if not
    merged."""
    for _ in range(MERGED_MAX):
        merge = merge_of(tx, person)
        if merge is None:
            break
        person = merge.into
    return person


def merged_into(tx: Tx, people: Collection[str]) -> Sequence[Merge]:
    """The merges into one of these people, directly or through others."""
    found: list[Merge] = []
    level: Collection[str] = people
    while level and len(found) <= MERGED_MAX * max(1, len(people)):
        query = select(MergeRow).where(col(MergeRow.into).in_(level)).order_by(col(MergeRow.at), col(MergeRow.person))
        merges = [_merge(row) for row in tx.session.exec(query)]
        found += merges
        level = [merge.person for merge in merges]
    return found


def together(tx: Tx, people: Collection[str]) -> set[str]:
    """The ids of these people, and of all people who were merged with them."""
    roots = {root_of(tx, person) for person in people}
    return roots | {merge.person for merge in merged_into(tx, roots)} if roots else set()


def add(tx: Tx, merge: Merge) -> None:
    tx.session.add(MergeRow(person=merge.person, into=merge.into, by=merge.by, at=merge.at))
    tx.session.flush()


def remove(tx: Tx, person: str) -> None:
    row = tx.session.get(MergeRow, person)
    if row is not None:
        tx.session.delete(row)
        tx.session.flush()


def _merge(row: MergeRow) -> Merge:
    return Merge(row.person, row.into, row.by, row.at)
