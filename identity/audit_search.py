"""A search in the audit log, and a page of its result, as plain values. Pure.

Moments are in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from identity.audit import AuditLine


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """Finds lines from `since` until just before `until`. With `person` (an id), only actions by this person or on this
    person.

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
