"""Yesterday's chats of the demo, and their review. One ticket is reviewed with feedback for the agent. The other
tickets wait for a review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from clock import Clock, zones
from identity.actor import Actor
from identity.adapters.people import People
from reviews.adapters.store import SqlReviews
from reviews.judgement import NewReview
from reviews.scorecard import Answer
from reviews.service import Reviews
from server.demo.sample import Line, SampleChat
from server.live.review_days import ReviewDays, day_before
from server.live.review_list import ReviewList
from server.live.reviewed_tickets import ReviewedTickets
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
    storage: Storage, clock: Clock, teams: Teams, people: People, tickets: Tickets, supervisor: Actor
) -> None:
    """Select the tickets to review for each of the last days, and review the first ticket of yesterday's sample."""
    await ReviewDays(storage, clock, teams, new_seed=lambda: "demo", tell=lambda day: None).sweep()
    store, day = SqlReviews(), day_before(clock(), teams.desk.timezone)

    def judge(tx: Tx) -> None:
        waiting = ReviewList(store, people).of_day(tx, supervisor, day, state="open", wanted="sample").tickets
        rows = store.settings(tx).rows
        for one in [each for each in waiting if each.code is not None][:1]:
            scores: dict[str, Answer] = {str(row.id): "yes" for row in rows}
            scores.update((str(row.id), "partly") for row in rows[-1:])
            wanted = NewReview("confirmed", scores=scores, feedback=_FEEDBACK)
            Reviews(store, ReviewedTickets(tickets), people).judge(tx, supervisor, one.ticket, wanted, None, clock())

    await storage.write(judge)
