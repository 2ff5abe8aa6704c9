"""The lists of what authors may want to write next: from answers, searches and visits of readers, and from agents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

DAYS = 30
"""The lists have what happened in this many days."""


@dataclass(frozen=True, slots=True)
class Missing:
    """An answer "No" to "Was this useful?", with what was missing."""

    article: int
    title: str
    comment: str
    at: int


@dataclass(frozen=True, slots=True)
class Judged:
    """An article with its answers to "Was this useful?", and how often it was opened."""

    article: int
    title: str
    useful: int
    not_useful: int
    reads: int


@dataclass(frozen=True, slots=True)
class Asked:
    """Words that were searched and not found."""

    words: str
    locale: str
    count: int
    last_at: int


@dataclass(frozen=True, slots=True)
class Inserted:
    """An article that agents inserted into answers. `helped` counts tickets that stayed solved."""

    article: int
    title: str
    count: int
    helped: int


@dataclass(frozen=True, slots=True)
class Needs:
    missing: Sequence[Missing]
    asked: Sequence[Asked]
    inserted: Sequence[Inserted]
    read: Sequence[Judged]
