"""Review days, entries, judgements and settings in the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict, fields, replace

import msgspec
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import aliased
from sqlmodel import col

from reviews.adapters.tables import (
    ReviewDayRow,
    ReviewEntryRow,
    ReviewRow,
    ReviewSettingsRow,
    ScorecardRow,
)
from reviews.entry import RULES, VOID, ChatFacts, Entry
from reviews.judgement import Review
from reviews.ports import Day
from reviews.scorecard import Answer, Row, RowWanted
from reviews.settings import Card, ReviewSettings, in_force
from storage.ports import Tx
from storage.upsert import insert_into

_FACTS = tuple(field.name for field in fields(ChatFacts))
_REVIEW = tuple(field.name for field in fields(Review))
_scores = msgspec.json.Decoder(dict[str, Answer])
_OF_CHATS = (
    select(ReviewRow)
    .where(col(ReviewRow.chat).in_(bindparam("chats", expanding=True)))
    .order_by(col(ReviewRow.at), col(ReviewRow.id))
)
_ENTRY = (
    select(ReviewEntryRow)
    .join(ReviewDayRow, col(ReviewDayRow.day) == col(ReviewEntryRow.day))
    .where(col(ReviewEntryRow.ticket) == bindparam("ticket"))
)
_OTHER = aliased(ReviewRow)
_CORRECTED = (
    select(col(ReviewRow.agent), col(ReviewRow.agent_code))
    .where(
        col(ReviewRow.at) >= bindparam("since"),
        col(ReviewRow.verdict) == "corrected",
        col(ReviewRow.blind).is_(False)
        | select(col(_OTHER.id))
        .where(col(_OTHER.chat) == col(ReviewRow.chat), col(_OTHER.id) != col(ReviewRow.id))
        .correlate(ReviewRow)
        .exists(),
    )
    .distinct()
)
_ONLY = 1
"""The `id` of the row of settings."""


class SqlReviews:
    """Implements `reviews.ports.Store` on SQLite and PostgreSQL."""

    # -- days and entries ---------------------------------------------------------------

    def day(self, tx: Tx, day: str) -> Day | None:
        row = tx.session.get(ReviewDayRow, day)
        return Day(**row.model_dump()) if row is not None else None

    def days_drawn(self, tx: Tx, days: Collection[str]) -> set[str]:
        return set(tx.session.scalars(select(col(ReviewDayRow.day)).where(col(ReviewDayRow.day).in_(sorted(days)))))

    def add_day(self, tx: Tx, day: Day) -> None:
        tx.session.add(ReviewDayRow(**asdict(day)))
        tx.session.flush()

    def clear_day(self, tx: Tx, day: str) -> None:
        tx.session.connection().execute(delete(ReviewEntryRow).where(col(ReviewEntryRow.day) == day))

    def put_entries(self, tx: Tx, entries: Sequence[Entry]) -> None:
        if not entries:
            return
        insert = insert_into(tx, ReviewEntryRow)
        changed = {name: insert.excluded[name] for name in ReviewEntryRow.model_fields if name != "ticket"}
        put = insert.on_conflict_do_update(index_elements=["ticket"], set_=changed)
        tx.session.connection().execute(put, [_entry_values(entry) for entry in entries])

    def entry(self, tx: Tx, ticket: int) -> Entry | None:
        row = tx.session.scalars(_ENTRY, {"ticket": ticket}).first()
        return entry_of(row) if row is not None else None

    # -- judgements ---------------------------------------------------------------------

    def reviews_of(self, tx: Tx, chats: Collection[str]) -> list[Review]:
        return [_review(row) for row in tx.session.scalars(_OF_CHATS, {"chats": sorted(chats)})]

    def save(self, tx: Tx, review: Review) -> Review:
        values = {name: getattr(review, name) for name in _REVIEW if name != "id"}
        values["scores"] = msgspec.json.encode(review.scores).decode()
        insert = insert_into(tx, ReviewRow).values(values)
        changed = {name: insert.excluded[name] for name in values}
        saved = insert.on_conflict_do_update(index_elements=["chat", "reviewer"], set_=changed)
        (id_,) = tx.session.connection().execute(saved.returning(col(ReviewRow.id))).one()
        self._disagree(tx, review.chat)
        return replace(review, id=id_ or 0)

    def remove(self, tx: Tx, review: int) -> None:
        gone = delete(ReviewRow).where(col(ReviewRow.id) == review).returning(col(ReviewRow.chat))
        for (chat,) in tx.session.connection().execute(gone).all():
            self._disagree(tx, chat)

    def agreed(self, tx: Tx, review: Review, by: str, at: int) -> None:
        self._disagree(tx, review.chat)
        tx.session.connection().execute(
            update(ReviewRow).where(col(ReviewRow.id) == review.id).values(agreed_by=by, agreed_at=at)
        )

    def _disagree(self, tx: Tx, chat: str) -> None:
        tx.session.connection().execute(
            update(ReviewRow)
            .where(col(ReviewRow.chat) == chat, col(ReviewRow.agreed_at).is_not(None))
            .values(agreed_by=None, agreed_at=None)
        )

    def review(self, tx: Tx, review: int) -> Review | None:
        row = tx.session.get(ReviewRow, review)
        return _review(row) if row is not None else None

    def since(self, tx: Tx, since: int, until: int) -> list[Review]:
        query = select(ReviewRow).where(col(ReviewRow.at) >= since, col(ReviewRow.at) < until)
        return [_review(row) for row in tx.session.scalars(query.order_by(col(ReviewRow.at), col(ReviewRow.id)))]

    def corrected_codes(self, tx: Tx, since: int) -> set[tuple[str, str]]:
        found = tx.session.execute(_CORRECTED, {"since": since})
        return {(agent, code) for agent, code in found if agent is not None and code is not None}

    def with_feedback(self, tx: Tx, agent: str, limit: int) -> list[Review]:
        query = (
            select(ReviewRow)
            .where(col(ReviewRow.agent) == agent, col(ReviewRow.feedback).is_not(None))
            .order_by(col(ReviewRow.at).desc())
            .limit(limit)
        )
        return [_review(row) for row in tx.session.scalars(query)]

    def answered(self, tx: Tx, review: int, text: str, at: int) -> None:
        tx.session.connection().execute(
            update(ReviewRow).where(col(ReviewRow.id) == review).values(answer=text, answered_at=at)
        )

    def void_reviewed(self, tx: Tx, tickets: Collection[int]) -> set[int]:
        """The tickets among `tickets` that a reviewer has judged to be void."""
        query = select(col(ReviewRow.ticket)).where(
            col(ReviewRow.ticket).in_(sorted(tickets)), col(ReviewRow.code) == VOID
        )
        return set(tx.session.scalars(query))

    # -- settings -----------------------------------------------------------------------

    def settings(self, tx: Tx) -> ReviewSettings:
        rows = [
            Row(row.id or 0, row.text)
            for row in tx.session.scalars(
                select(ScorecardRow).where(col(ScorecardRow.retired).is_(False)).order_by(col(ScorecardRow.position))
            )
        ]
        row = tx.session.get(ReviewSettingsRow, _ONLY)
        if row is None:
            return ReviewSettings(rows)
        stored = frozenset(row.rules.split(","))
        rules = in_force([rule for rule in RULES if rule in stored])
        return ReviewSettings(rows, row.share, rules, msgspec.convert(row.card, Card))

    def change_settings(self, tx: Tx, settings: ReviewSettings) -> None:
        rules = ",".join(settings.rules)
        tx.session.merge(ReviewSettingsRow(id=_ONLY, share=settings.share, rules=rules, card=settings.card))
        tx.session.flush()

    def replace_rows(self, tx: Tx, rows: Sequence[RowWanted]) -> None:
        kept = [row.id for row in rows if row.id is not None]
        tx.session.connection().execute(
            update(ScorecardRow).where(col(ScorecardRow.id).not_in(kept)).values(retired=True)
        )
        for position, wanted in enumerate(rows):
            text = wanted.text.strip()
            if wanted.id is None:
                tx.session.add(ScorecardRow(position=position, text=text, retired=False))
            else:
                tx.session.connection().execute(
                    update(ScorecardRow)
                    .where(col(ScorecardRow.id) == wanted.id)
                    .values(position=position, text=text, retired=False)
                )
        tx.session.flush()
        tx.session.expire_all()


def entry_of(row: ReviewEntryRow) -> Entry:
    return Entry(
        ticket=row.ticket,
        day=row.day,
        chat=row.chat,
        agent=row.agent,
        closed_at=row.closed_at,
        code=row.code,
        facts=ChatFacts(**{name: getattr(row, name) for name in _FACTS}),
        sampled=row.sampled,
        readers=row.readers,
    )


def _entry_values(entry: Entry) -> dict[str, object]:
    values = {name: getattr(entry, name) for name in ReviewEntryRow.model_fields if name not in _FACTS}
    return values | asdict(entry.facts)


def _review(row: ReviewRow) -> Review:
    values = {name: getattr(row, name) for name in _REVIEW}
    return Review(**values | {"scores": _scores.decode(row.scores)})
