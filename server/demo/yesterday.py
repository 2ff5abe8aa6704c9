"""Yesterday's chats of the demo, and the reviews of the last days. One of yesterday's tickets is reviewed with feedback
for the agent, and the others wait for a review. Two supervisors have read the same tickets on the days before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import cycle
from typing import NamedTuple

from clock import Clock, zones
from identity.actor import Actor
from identity.adapters.people import People
from reviews.adapters.store import SqlReviews
from reviews.judgement import NewReview
from reviews.scorecard import Answer
from reviews.service import Reviews
from server.demo.sample import Line, SampleChat
from server.live.reviews.review_days import DAYS_BACK, ReviewDays, day_before
from server.live.reviews.review_list import ReviewList
from server.live.reviews.reviewed_tickets import ReviewedTickets
from server.live.teams import Teams
from storage.ports import Storage, Tx
from ticketing.service import Tickets

_MINUTE_MS = 60_000
_FEEDBACK = "Good find. When you go and look something up, say so first: the customer asked if you were there."
_CHATS: Sequence[tuple[int, str, str, str, str, str, str, tuple[Line, ...]]] = (
    (
        604,
        "media",
        "Spectra OX",
        "Where do I see who changed a rate?",
        "Omar El-Sayed",
        "Hannah",
        "support_question",
        (
            Line("customer", "Hi, a rate on SO-447310 isn’t what we agreed. Where do I see who changed it?"),
            Line("agent", "Hi Omar, Hannah here. Open the order, then History on the right.", 70),
            Line("customer", "ah ok. Now it’s 300 lines, can I search in it?", 60),
            Line("note", "Reading his order myself, the history is long because of the October rate load.", 120),
            Line("customer", "are you still there?", 180),
            Line("agent", "Sorry for the silence, I was reading your order. Type the line number into Find.", 80),
            Line("customer", "thanks", 60),
        ),
    ),
    (
        650,
        "prod",
        "Spectra DS",
        "Spots on CHNS moved by an hour",
        "Ana Ruiz",
        "Mateo",
        "action_needed",
        (
            Line("customer", "All spots on CHNS are an hour late since Monday."),
            Line("agent", "Hi Ana, Mateo here. I’ll patch the order, give me two minutes."),
            Line("customer", "They are right now. Thank you!", 150),
        ),
    ),
    (
        700,
        "media",
        "Spectra OX",
        "Export stays at 99 %",
        "Piotr Nowak",
        "Priya",
        "support_question",
        (
            Line("customer", "The audience export stays at 99 %."),
            Line("agent", "Hi Piotr, Priya here. That is a known issue with long names. Shorten the name for now."),
            Line("customer", "It works with a short name."),
        ),
    ),
    (
        745,
        "media",
        "Spectra OX",
        "Copy an estimate with its notes",
        "Grace Okafor",
        "Hannah",
        "training_suggested",
        (
            Line("customer", "Can I copy an estimate together with its notes?"),
            Line("agent", "Hi Grace, Hannah here. Yes: choose Copy, then tick Notes in the second step."),
            Line("customer", "Found it, thanks."),
        ),
    ),
    (
        790,
        "media",
        "Lumina",
        "Test",
        "Piotr Nowak",
        "Priya",
        "void",
        (
            Line("customer", "test"),
            Line("agent", "Hi Piotr, Priya here. How can I help?"),
            Line("customer", "Sorry, wrong window."),
        ),
    ),
)
"""For each chat: its start in minutes after midnight, team, product, subject, customer, agent, code, lines."""


class _Opinion(NamedTuple):
    """The judgement of the second reviewer: the code, if it is not the agent's, and the answer to the last question."""

    code: str | None
    reason: str | None
    last: Answer


_SAME = _Opinion(None, None, "yes")
_OPINIONS = (
    _Opinion("training_suggested", "The client’s third question about the same page. A course helps more.", "yes"),
    _SAME,
    _Opinion(None, None, "partly"),
    _SAME,
    _SAME,
)
"""Of the tickets that two reviewers read, one after the other."""
_QUESTIONS = ("support_question", "action_needed")
"""Codes about which reviewers may differ."""


def chats_of_yesterday(now: int, zone: str) -> list[SampleChat]:
    yesterday = zones.local(now, zone).replace(tzinfo=None) - timedelta(days=1)
    midnight = zones.moment_of(yesterday.replace(hour=0, minute=0, second=0, microsecond=0), zone)
    return [
        SampleChat(
            minutes_ago=(now - midnight) // _MINUTE_MS - at,
            team=team,
            product=product,
            subject=subject,
            name=name,
            email=f"{name.split()[0].lower()}@blue-harbor.example",
            agent=agent,
            lines=lines,
            status="solved",
            resolution=code,
        )
        for at, team, product, subject, name, agent, code, lines in _CHATS
    ]


async def review_yesterday(
    storage: Storage, clock: Clock, teams: Teams, people: People, tickets: Tickets, reviewers: Sequence[Actor]
) -> None:
    """Select the tickets to review for each of the last days. The first reviewer reviews the first ticket of
    yesterday's sample. Both reviewers have read what two reviewers read on the days before, and do not always agree."""
    await ReviewDays(storage, clock, teams, new_seed=lambda: "demo", tell=lambda day: None).sweep()
    store = SqlReviews()
    reading, reviews = ReviewList(store, people), Reviews(store, ReviewedTickets(tickets), people)
    yesterday = date.fromisoformat(day_before(clock(), teams.desk.timezone))
    first, second = reviewers

    def judge(tx: Tx) -> None:
        waiting = reading.of_day(tx, first, yesterday.isoformat(), state="open", wanted="sample").tickets
        for one in [each for each in waiting if each.code is not None][:1]:
            wanted = NewReview("confirmed", scores=_scores(tx, store, last="partly"), feedback=_FEEDBACK)
            reviews.judge(tx, first, one.ticket, wanted, None, clock())

    def judge_twice(tx: Tx) -> None:
        days = [(yesterday - timedelta(days=back)).isoformat() for back in range(DAYS_BACK - 1, 0, -1)]
        samples = [reading.of_day(tx, first, day, state="open", wanted="sample").tickets for day in days]
        opinions = cycle(_OPINIONS)
        for one in [each for sample in samples for each in sample if each.readers > 1 and each.code is not None]:
            opinion = next(opinions) if one.code in _QUESTIONS else _SAME
            reviews.judge(tx, first, one.ticket, _judgement(tx, store, _SAME), None, clock())
            reviews.judge(tx, second, one.ticket, _judgement(tx, store, opinion), None, clock())

    await storage.write(judge)
    await storage.write(judge_twice)


def _judgement(tx: Tx, store: SqlReviews, opinion: _Opinion) -> NewReview:
    scores = _scores(tx, store, last=opinion.last)
    if opinion.code is None:
        return NewReview("confirmed", scores=scores)
    return NewReview("corrected", resolution=opinion.code, reason=opinion.reason, scores=scores)


def _scores(tx: Tx, store: SqlReviews, last: Answer = "yes") -> dict[str, Answer]:
    rows = [str(row.id) for row in store.settings(tx).rows]
    return {row: last if row == rows[-1] else "yes" for row in rows}
