"""Searching the audit log. Pure values.

Moments are in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from identity.audit import AuditLine


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """`since` is included, `until` is not. `person` is the id of the person who acted, or to whom it happened.

    `before` is the id of a line: only older lines are found.
    """

    since: int = 0
    until: int | None = None
    person: str | None = None
    verb: str | None = None
    thing: str | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Lines with their ids, newest first. `more` is the value of `before` for the next page, None at the end.

    `names` has the names of staff and clients by id.
    """

    lines: Sequence[tuple[int, AuditLine]]
    more: int | None
    names: Mapping[str, str]
