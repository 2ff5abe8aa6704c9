"""Interfaces that reviews need from other packages.

`Tx` is the caller's transaction and opaque here. Every call with a `tx` is part of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from identity.actor import Actor
from reviews.entry import Entry
from reviews.judgement import Review
from reviews.scorecard import RowWanted
from reviews.settings import ReviewSettings

Tx: TypeAlias = Any
"""The caller's transaction. Only adapters know its type."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day whose sample has been drawn. `seed` and `share` decided which tickets were drawn. Times are in ms, UTC."""

    day: str
    seed: str
    share: int
    drawn_at: int
    tickets: int
    sampled: int


@dataclass(frozen=True, slots=True)
class CodeNow:
    """The present code of a ticket. `original` is the ticket that it duplicates."""

    code: str | None
    original: int | None
    version: int


class Store(Protocol):
    def day(self, tx: Tx, day: str) -> Day | None: ...

    def days_drawn(self, tx: Tx, days: Collection[str]) -> set[str]:
        """The days among `days` whose samples have been drawn."""
        ...

    def add_day(self, tx: Tx, day: Day) -> None: ...

    def clear_day(self, tx: Tx, day: str) -> None:
        """Remove the entries of a day whose draw did not end."""
        ...

    def put_entries(self, tx: Tx, entries: Sequence[Entry]) -> None:
        """Store the entries of a day, before `add_day`. An entry replaces an earlier one of the same ticket, so each
        ticket is in the review of one day only."""
        ...

    def entry(self, tx: Tx, ticket: int) -> Entry | None:
        """The entry of a ticket. None while the day of its chat is not drawn."""
        ...

    def reviews_of(self, tx: Tx, chats: Collection[str]) -> list[Review]:
        """The judgements of these chats, oldest first."""
        ...

    def save(self, tx: Tx, review: Review) -> Review:
        """Store a judgement in place of the reviewer's earlier judgement of the same chat. Returns it with its id."""
        ...

    def remove(self, tx: Tx, review: int) -> None: ...

    def agreed(self, tx: Tx, review: Review, by: str, at: int) -> None:
        """Store that the reviewers of a chat agreed on this judgement. A judgement of the chat that is saved or removed
        later ends it."""
        ...

    def review(self, tx: Tx, review: int) -> Review | None: ...

    def since(self, tx: Tx, since: int, until: int) -> list[Review]:
        """The judgements saved in this span, oldest first."""
        ...

    def corrected_codes(self, tx: Tx, since: int) -> set[tuple[str, str]]:
        """The agents and codes that reviewers have corrected since, without judgements that are still hidden."""
        ...

    def with_feedback(self, tx: Tx, agent: str, limit: int) -> list[Review]:
        """The judgements with feedback on an agent's chats, newest first, at most `limit`."""
        ...

    def answered(self, tx: Tx, review: int, text: str, at: int) -> None: ...

    def settings(self, tx: Tx) -> ReviewSettings: ...

    def change_settings(self, tx: Tx, settings: ReviewSettings) -> None:
        """Store everything except the rows of the scorecard."""
        ...

    def replace_rows(self, tx: Tx, rows: Sequence[RowWanted]) -> None: ...


class Tickets(Protocol):
    def code(self, tx: Tx, actor: Actor, number: int) -> CodeNow:
        """The ticket's present code. Locks the ticket. Raises Refused(`not_found`) if the actor may not see it."""
        ...

    def check_version(self, number: int, version: int, accepted: Collection[int]) -> None:
        """Check that the ticket's version is among `accepted`. Raises Refused(`conflict`) if it is not."""
        ...

    def check_choice(self, code: str) -> None:
        """Check that a person may choose this code. Raises Refused(`invalid`) if not."""
        ...

    def correct(
        self, tx: Tx, actor: Actor, number: int, code: str, original: int | None, reason: str | None, now: int
    ) -> None:
        """Change the code of a ticket. `original`: for the code `duplicate`, the ticket that it duplicates. `reason`
        becomes a note for staff. Raises Refused if the rules of tickets do not allow the change."""
        ...

    def judgement_changed(self, tx: Tx, number: int) -> None:
        """Called after a judgement of this ticket was stored or removed."""
        ...


class Audit(Protocol):
    def record(
        self, tx: Tx, actor: Actor, verb: str, thing: str, thing_id: str | None, detail: Mapping[str, object], now: int
    ) -> None:
        """Add a line to the audit log."""
        ...
