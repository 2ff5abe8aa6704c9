"""A search in the audit log, and a page of its result, as plain values. Pure.

Moments are in ms since the epoch, UTC.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from identity.audit import AuditLine


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """Finds lines from `since` until just before `until`. With `person` (an id), only actions by this person or on this
    person.

    With `words`, each of them is part of the line: of its verb, thing, detail or network, or of the name or address of
    a person or client. This is the person who acted, or the person or client that the line is about.

    `before` is the id of a line: only older lines are found.
    """

    since: int = 0
    until: int | None = None
    person: str | None = None
    verb: str | None = None
    thing: str | None = None
    words: Sequence[str] = ()
    before: int | None = None


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Lines with their ids, newest first. `more` is the value of `before` for the next page, None at the end.

    `names` has the names of staff and clients by id, and titles by thing and number, such as `incident 7`. `undone` has
    the ids of lines whose change was undone. `searched_to` is a moment if the search stopped there, because it had
    looked at many lines and found few: `more` continues it.
    """

    lines: Sequence[tuple[int, AuditLine]]
    more: int | None
    names: Mapping[str, str]
    searched_to: int | None = None
    undone: Collection[int] = ()


_WORDS_MAX = 10
_WORD_MAX = 100
"""Maximum number of characters of a word. Longer words are cut."""


def words_of(text: str) -> Sequence[str]:
    """The words of a search, at most 10. Longer words are cut."""
    return [word[:_WORD_MAX] for word in text.split()[:_WORDS_MAX]]
