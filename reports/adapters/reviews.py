"""Reads judgements of reviewers. The only module of reports that reads the tables of `reviews`."""

from __future__ import annotations

from collections.abc import Collection

from reviews.adapters.store import SqlReviews
from storage.ports import Tx


def void_reviewed(tx: Tx, numbers: Collection[int]) -> set[int]:
    """The tickets among `numbers` that a reviewer has judged to be void."""
    return SqlReviews().void_reviewed(tx, numbers)
