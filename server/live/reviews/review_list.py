"""Reads the tickets that wait for review, as one supervisor sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct
from sqlalchemy import bindparam, func, select
from sqlmodel import col

from clock import rfc3339
from identity.actor import Actor
from reviews.adapters.store import SqlReviews, entry_of
from reviews.adapters.tables import ReviewDayRow, ReviewEntryRow, ReviewRow
from reviews.entry import ALWAYS, REOPENED_WITHIN_MS, Entry, Rule, caught_by
from reviews.judgement import Review, Verdict, shown_to
from reviews.scorecard import Answer
from reviews.settings import ReviewSettings
from server.live.reviews.review_days import span_of
from storage.ports import Tx
from ticketing.adapters.tables import TicketChangeRow, TicketRow
from ticketing.codes import out_of_reports

SHOWN_MAX = 1_000
"""Maximum number of tickets in one answer."""
State = Literal["open", "done"]
Wanted = Rule | Literal["sample", "any"]
"""`sample`: the tickets of the sample. `any`: those that any rule in force selects."""

_TICKET = ["number", "subject", "requester_name", "team", "product", "status", "resolution", "rating", "version"]


class _Ticket(NamedTuple):
    """The properties of a ticket that a review shows. Each has a column of the same name."""

    subject: str | None
    requester_name: str | None
    team: str
    product: str | None
    status: str
    resolution: str | None
    rating: int | None
    version: int


_REOPENED = (
    select(col(TicketChangeRow.id))
    .where(
        col(TicketChangeRow.ticket) == col(ReviewEntryRow.ticket),
        col(TicketChangeRow.field) == "status",
        col(TicketChangeRow.was) == '"solved"',
        col(TicketChangeRow.at) >= col(ReviewEntryRow.closed_at),
        col(TicketChangeRow.at) <= col(ReviewEntryRow.closed_at) + REOPENED_WITHIN_MS,
    )
    .correlate(ReviewEntryRow)
    .exists()
)
_OF_A_DAY = (
    select(ReviewEntryRow, _REOPENED, *(getattr(TicketRow, name) for name in _Ticket._fields))
    .join(TicketRow, col(TicketRow.number) == col(ReviewEntryRow.ticket))
    .join(ReviewDayRow, col(ReviewDayRow.day) == col(ReviewEntryRow.day))
    .where(col(ReviewEntryRow.day) == bindparam("day"))
    .order_by(col(ReviewEntryRow.closed_at), col(ReviewEntryRow.ticket))
)
_OF_A_TICKET = (
    select(ReviewEntryRow, _REOPENED, *(getattr(TicketRow, name) for name in _Ticket._fields))
    .join(TicketRow, col(TicketRow.number) == col(ReviewEntryRow.ticket))
    .join(ReviewDayRow, col(ReviewDayRow.day) == col(ReviewEntryRow.day))
    .where(col(ReviewEntryRow.ticket) == bindparam("number"))
)
_DUE = (
    select(col(TicketRow.team), func.count())
    .select_from(ReviewEntryRow)
    .join(TicketRow, col(TicketRow.number) == col(ReviewEntryRow.ticket))
    .where(
        col(ReviewEntryRow.day) == bindparam("day"),
        col(ReviewEntryRow.sampled),
        select(func.count())
        .select_from(ReviewRow)
        .where(col(ReviewRow.chat) == col(ReviewEntryRow.chat))
        .correlate(ReviewEntryRow)
        .scalar_subquery()
        < col(ReviewEntryRow.readers),
        ~select(col(ReviewRow.id))
        .where(col(ReviewRow.chat) == col(ReviewEntryRow.chat), col(ReviewRow.reviewer) == bindparam("reviewer"))
        .correlate(ReviewEntryRow)
        .exists(),
    )
    .group_by(col(TicketRow.team))
)


class Names(Protocol):
    def names(self, tx: Tx, ids: Collection[str]) -> Mapping[str, str]: ...


class Named(Struct, frozen=True):
    """A staff member."""

    id: str
    name: str


class Judgement(Struct, frozen=True):
    """A judgement. `from_code` is the code that the reviewer found, `code` the code that they consider right."""

    id: int
    reviewer: Named
    at: str
    verdict: Verdict
    from_code: str | None
    code: str | None
    reason: str | None
    scores: dict[str, Answer]
    feedback: str | None
    answer: str | None


class ToReview(Struct, frozen=True):
    """A ticket in the review of a day.

    `code` is the code to judge. `mine` is the reader's own judgement. `others` are those of other reviewers. If two
    reviewers judge the ticket, `others` is empty until both judgements are saved, and `version` does not count the
    correction of a judgement that is hidden from the reader. `rules` are the rules in force that select the ticket.
    """

    ticket: int
    day: str
    chat: str
    subject: str | None
    requester: str | None
    team: str
    product: str | None
    status: str
    code: str | None
    rating: int | None
    version: int
    agent: Named | None
    ending: str
    closed_at: str
    sampled: bool
    readers: int
    rules: list[Rule]
    state: State
    mine: Judgement | None
    others: list[Judgement]


class RulesTogether(Struct, frozen=True):
    """The number of tickets that exactly these rules select, whether or not the rules are in force."""

    rules: list[Rule]
    count: int


class ReviewCounts(Struct, frozen=True):
    """Numbers of tickets: in the sample, selected by any rule in force, and in all.

    `rules` has the numbers by rule, also of the rules that are switched off. `together` has the numbers by combination
    of rules. From these, one can add up how many tickets any choice of rules selects.
    """

    sample: int
    by_rule: int
    all: int
    rules: dict[str, int]
    together: list[RulesTogether]


class ReviewDay(Struct, frozen=True):
    """The tickets of a day.

    `drawn_at` is null if the day is not drawn yet. `left_out` is the number of further tickets that are not shown.
    """

    day: str
    drawn_at: str | None
    counts: ReviewCounts
    tickets: list[ToReview]
    left_out: int


@dataclass(frozen=True, slots=True)
class _Found:
    entry: Entry
    ticket: _Ticket
    rules: tuple[Rule, ...]
    reviews: Sequence[Review]


class ReviewList:
    def __init__(self, store: SqlReviews, names: Names) -> None:
        self._store = store
        self._names = names

    def of_day(
        self, tx: Tx, actor: Actor, day: str, *, state: State | None = None, wanted: Wanted | None = None
    ) -> ReviewDay:
        """The review of a day, with the tickets that the actor may see, in the order in which their chats ended.
        `state` and `wanted` leave out tickets, but not from the counts. At most SHOWN_MAX tickets are listed."""
        drawn, settings = self._store.day(tx, day), self._store.settings(tx)
        rows = [
            (row, _Ticket(*ticket), reopened) for row, reopened, *ticket in tx.session.execute(_OF_A_DAY, {"day": day})
        ]
        seen = [(row, ticket, reopened) for row, ticket, reopened in rows if actor.sees(ticket.team)]
        reviews = self._reviews_of(tx, [row.chat for row, _, _ in seen])
        found = [_found(row, ticket, reviews, reopened=reopened) for row, ticket, reopened in seen]
        chosen = [
            one for one in found if _is_wanted(one, wanted, settings) and (state is None or _state(one, actor) == state)
        ]
        shown = self._shown(tx, actor, chosen[:SHOWN_MAX], settings)
        return ReviewDay(
            day,
            rfc3339(drawn.drawn_at) if drawn is not None else None,
            _counts(found, settings),
            shown,
            len(chosen) - len(shown),
        )

    def of_ticket(self, tx: Tx, actor: Actor, number: int) -> ToReview | None:
        """The ticket in the review of its day. None if the ticket is in no review, or if the actor may not see it."""
        row = tx.session.execute(_OF_A_TICKET, {"number": number}).first()
        if row is None or not actor.sees((ticket := _Ticket(*row[2:])).team):
            return None
        found = _found(row[0], ticket, self._reviews_of(tx, [row[0].chat]), reopened=row[1])
        return self._shown(tx, actor, [found], self._store.settings(tx))[0]

    def due(self, tx: Tx, actor: Actor) -> int:
        """The number of tickets in the newest sample that wait for the actor."""
        day = tx.session.execute(select(func.max(col(ReviewDayRow.day)))).scalar()
        if day is None:
            return 0
        counted = tx.session.execute(_DUE, {"day": day, "reviewer": actor.id})
        return sum(count for team, count in counted if actor.sees(team))

    def seen(self, tx: Tx, actor: Actor, reviews: Sequence[Review]) -> list[Review]:
        """The reviews among `reviews` that the actor may see: of tickets of their teams, and not hidden from them."""
        blind = self._reviews_of(tx, sorted({review.chat for review in reviews if review.blind}))
        shown = [one for one in reviews if not one.blind or one in shown_to(actor.id, blind.get(one.chat, ()))]
        if actor.supervises_all:
            return shown
        numbers = sorted({review.ticket for review in shown})
        teams: dict[int, str] = {}
        for at in range(0, len(numbers), SHOWN_MAX):
            piece = numbers[at : at + SHOWN_MAX]
            query = select(col(TicketRow.number), col(TicketRow.team)).where(col(TicketRow.number).in_(piece))
            teams.update((number, team) for number, team in tx.session.execute(query))
        return [review for review in shown if actor.sees(teams.get(review.ticket, ""))]

    def _reviews_of(self, tx: Tx, chats: Sequence[str]) -> dict[str, list[Review]]:
        found: dict[str, list[Review]] = {}
        for at in range(0, len(chats), SHOWN_MAX):
            for review in self._store.reviews_of(tx, chats[at : at + SHOWN_MAX]):
                found.setdefault(review.chat, []).append(review)
        return found

    def _shown(self, tx: Tx, actor: Actor, chosen: Sequence[_Found], settings: ReviewSettings) -> list[ToReview]:
        people = {one.entry.agent for one in chosen} | {each.reviewer for one in chosen for each in one.reviews}
        names = self._names.names(tx, sorted(person for person in people if person is not None))
        return [_view(one, actor, settings, names) for one in chosen]


def judgement_view(review: Review, names: Mapping[str, str]) -> Judgement:
    return Judgement(
        id=review.id,
        reviewer=Named(review.reviewer, names.get(review.reviewer, "")),
        at=rfc3339(review.at),
        verdict=review.verdict,
        from_code=review.agent_code,
        code=review.code,
        reason=review.reason,
        scores=review.scores,
        feedback=review.feedback,
        answer=review.answer,
    )


def _found(row: ReviewEntryRow, ticket: _Ticket, reviews: Mapping[str, Sequence[Review]], *, reopened: bool) -> _Found:
    entry = entry_of(row)
    of_it = reviews.get(entry.chat, ())
    code = _code_to_judge(entry, ticket, of_it)
    left_out = out_of_reports(
        code, rated=ticket.rating is not None, agent_messages=entry.facts.agent_messages, reviewed=False
    )
    rules = caught_by(entry.facts, code, ticket.rating, counted=not left_out, reopened=reopened)
    return _Found(entry, ticket, rules, of_it)


def _code_to_judge(entry: Entry, ticket: _Ticket, reviews: Sequence[Review]) -> str | None:
    """The code that the agent gave, even if a reviewer has corrected the code of the ticket since."""
    return reviews[0].agent_code if reviews else ticket.resolution or entry.code


def _state(one: _Found, actor: Actor) -> State:
    mine = any(review.reviewer == actor.id for review in one.reviews)
    return "done" if mine or len(one.reviews) >= one.entry.readers else "open"


def _in_force(one: _Found, settings: ReviewSettings) -> list[Rule]:
    return [rule for rule in one.rules if rule in settings.rules or rule in ALWAYS]


def _is_wanted(one: _Found, wanted: Wanted | None, settings: ReviewSettings) -> bool:
    if wanted is None:
        return True
    if wanted == "sample":
        return one.entry.sampled
    return bool(_in_force(one, settings)) if wanted == "any" else wanted in one.rules


def _counts(found: Sequence[_Found], settings: ReviewSettings) -> ReviewCounts:
    together = Counter(one.rules for one in found if one.rules)
    rules: Counter[str] = Counter()
    for those, count in together.items():
        rules.update(dict.fromkeys(those, count))
    return ReviewCounts(
        sample=sum(one.entry.sampled for one in found),
        by_rule=sum(bool(_in_force(one, settings)) for one in found),
        all=len(found),
        rules=dict(rules),
        together=[RulesTogether(list(those), count) for those, count in together.most_common()],
    )


def _view(one: _Found, actor: Actor, settings: ReviewSettings, names: Mapping[str, str]) -> ToReview:
    entry, ticket = one.entry, one.ticket
    mine = next((review for review in one.reviews if review.reviewer == actor.id), None)
    seen = shown_to(actor.id, one.reviews)
    hidden = [review for review in one.reviews if review not in seen]
    return ToReview(
        ticket=entry.ticket,
        day=entry.day,
        chat=entry.chat,
        subject=ticket.subject,
        requester=ticket.requester_name,
        team=ticket.team,
        product=ticket.product,
        status=ticket.status,
        code=_code_to_judge(entry, ticket, one.reviews),
        rating=ticket.rating,
        version=ticket.version - sum(review.changed for review in hidden),
        agent=Named(entry.agent, names.get(entry.agent, "")) if entry.agent is not None else None,
        ending=entry.facts.ending,
        closed_at=rfc3339(entry.closed_at),
        sampled=entry.sampled,
        readers=entry.readers,
        rules=_in_force(one, settings),
        state=_state(one, actor),
        mine=judgement_view(mine, names) if mine is not None else None,
        others=[judgement_view(review, names) for review in seen if review is not mine],
    )


def span_is_valid(day: str, zone: str) -> bool:
    """True if `day` is a date like `2026-11-23`, and not out of range."""
    try:
        span_of(day, zone)
    except (ValueError, OverflowError):
        return False
    return len(day) == len("2026-11-23")
