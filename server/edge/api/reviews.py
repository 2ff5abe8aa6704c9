"""Reviews over HTTP: the tickets of a day, judgements, agreement between reviewers, settings, and feedback for
agents."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct
from starlette.responses import Response

from chat.frames.ephemeral import ReviewFeedback
from clock import Clock, rfc3339
from identity.adapters.people import People
from refusals import Refused
from reviews.adapters.store import SqlReviews
from reviews.agreement import agreement, codes
from reviews.entry import RULES
from reviews.judgement import AgreedOn, NewAnswer, NewReview
from reviews.service import Reviews
from reviews.settings import ReviewSettings, SettingsChange
from server.edge.api.bodies import answer, read_body
from server.edge.api.queries import Parameter, choice, number, text
from server.edge.api.registry import Answer, Api, Call, Operation
from server.edge.api.ticket_parameters import number_of, versions_of
from server.edge.heavy_reads import HeavyReads
from server.live.ports import Telling
from server.live.reviews.review_chats import ReviewChats, ReviewedChats
from server.live.reviews.review_days import day_before
from server.live.reviews.review_list import Named, ReviewDay, ReviewList, State, ToReview, Wanted, span_is_valid
from server.live.reviews.review_pairs import Difference, differences
from server.live.reviews.reviewed_tickets import ReviewedTickets
from server.live.teams import Teams
from storage.ports import Storage, Tx
from ticketing.service import Tickets

DAY_MS = 86_400_000
DAYS = 30
DAYS_MAX = 366

_STATES: tuple[State, ...] = ("open", "done")
_WANTED: tuple[Wanted, ...] = ("sample", "any", *RULES)
DAY = text("day", "Like `2026-11-23`, in the time zone of the hours file. Default: yesterday.")
STATE = choice("state", _STATES, "`open`: waits for your judgement. Default: both.")
RULE = choice("rule", _WANTED, "`sample`: the sample of the day. `any`: selected by any rule in force. Default: all.")
OVER_DAYS = number("days", 1, DAYS_MAX, f"The judgements of the last days. Default: {DAYS}.")
_NUMBER = (Parameter("number", Annotated[int, Meta(ge=1)], "Number of the ticket."),)


class DueReviews(Struct, frozen=True):
    """The number of tickets in the newest sample that wait for your judgement."""

    due: int


class AgreementView(Struct, frozen=True):
    """How often two reviewers of the same ticket agreed. `differ` has the tickets with different codes.

    `answers` counts the rows of the scorecard that both answered. `differences` has the tickets with different codes or
    answers, the newest first, at most 50. It leaves out those of which the reviewers agreed on one judgement later, and
    `settled` counts these.
    """

    pairs: int
    same_code: int
    differ: list[int]
    answers: int
    same_answer: int
    differences: list[Difference]
    settled: int


class CodePairView(Struct, frozen=True):
    """How often reviewers gave one code where the agent had another, or the same."""

    agent: str | None
    reviewer: str | None
    count: int


class ReviewFigures(Struct, frozen=True):
    """Figures of the judgements of a span of days, for your teams."""

    agreement: AgreementView
    codes: list[CodePairView]


class FeedbackView(Struct, frozen=True):
    """Feedback on one of your chats. `from_code` is your code, `code` the one that the reviewer considers right."""

    id: int
    ticket: int
    at: str
    reviewer: Named
    from_code: str | None
    code: str | None
    reason: str | None
    feedback: str
    answer: str | None


class ReviewsApi(Api):
    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        people: People,
        teams: Teams,
        tickets: Tickets,
        heavy_reads: HeavyReads,
        telling: Telling,
    ) -> None:
        """`telling` reaches the people of all processes."""
        self._storage = storage
        self._clock = clock
        self._people = people
        self._teams = teams
        self._heavy_reads = heavy_reads
        self._telling = telling
        self._store = SqlReviews()
        self._reviews = Reviews(self._store, ReviewedTickets(tickets), people)
        self._list = ReviewList(self._store, people)
        self._chats = ReviewChats(self._store, tickets)

    async def reviews(self, call: Call) -> Response:
        zone = self._teams.desk.timezone
        day = call.query[DAY] or day_before(self._clock(), zone)
        if not span_is_valid(day, zone):
            raise Refused("invalid", "day: Write a date like 2026-11-23.", {"day": "Write a date like 2026-11-23."})
        state, wanted = call.query[STATE], call.query[RULE]

        def read(tx: Tx) -> ReviewDay:
            return self._list.of_day(tx, call.actor, day, state=state, wanted=wanted)

        return answer(await self._heavy_reads.read_for(call.request, call.actor, read))

    async def due(self, call: Call) -> Response:
        read = self._heavy_reads.read_for(call.request, call.actor, lambda tx: self._list.due(tx, call.actor))
        return answer(DueReviews(await read))

    async def chats(self, call: Call) -> Response:
        number, now = number_of(call.request), self._clock()

        def read(tx: Tx) -> ReviewedChats:
            return self._chats.of_ticket(tx, call.actor, number, now)

        return answer(await self._heavy_reads.read_for(call.request, call.actor, read))

    async def judge(self, call: Call) -> Response:
        number, versions = number_of(call.request), versions_of(call.request)
        wanted, now = await read_body(call.request, NewReview), self._clock()

        def judged(tx: Tx) -> ToReview | None:
            review = self._reviews.judge(tx, call.actor, number, wanted, versions, now)
            agent = review.agent
            if agent is not None and review.feedback is not None:
                tx.after_commit(lambda: self._telling.to_person(agent, ReviewFeedback(ticket=number)))
            return self._list.of_ticket(tx, call.actor, number)

        return answer(await self._storage.write(judged))

    async def withdraw(self, call: Call) -> Response:
        number, now = number_of(call.request), self._clock()

        def withdrawn(tx: Tx) -> ToReview | None:
            self._reviews.withdraw(tx, call.actor, number, now)
            return self._list.of_ticket(tx, call.actor, number)

        return answer(await self._storage.write(withdrawn))

    async def agree(self, call: Call) -> Response:
        number, wanted, now = number_of(call.request), await read_body(call.request, AgreedOn), self._clock()

        def agreed(tx: Tx) -> ToReview | None:
            self._reviews.agree(tx, call.actor, number, wanted, now)
            return self._list.of_ticket(tx, call.actor, number)

        return answer(await self._storage.write(agreed))

    async def figures(self, call: Call) -> Response:
        now, days = self._clock(), call.query[OVER_DAYS] or DAYS
        actor = call.actor

        def read(tx: Tx) -> ReviewFigures:
            reviews = self._list.seen(tx, actor, self._store.since(tx, now - days * DAY_MS, now + 1))
            found = agreement(reviews)
            return ReviewFigures(
                AgreementView(
                    pairs=found.pairs,
                    same_code=found.same_code,
                    differ=list(found.differ),
                    answers=found.answers,
                    same_answer=found.same_answer,
                    differences=differences(tx, self._people, found.apart),
                    settled=found.settled,
                ),
                [CodePairView(pair.agent, pair.reviewer, pair.count) for pair in codes(reviews)],
            )

        return answer(await self._heavy_reads.read_for(call.request, actor, read))

    async def settings(self, call: Call) -> Response:
        return answer(await self._heavy_reads.read_for(call.request, call.actor, self._store.settings))

    async def change_settings(self, call: Call) -> Response:
        wanted, now = await read_body(call.request, SettingsChange), self._clock()
        changed = await self._storage.write(lambda tx: self._reviews.change_settings(tx, call.actor, wanted, now))
        return answer(changed)

    async def feedback(self, call: Call) -> Response:
        def read(tx: Tx) -> list[FeedbackView]:
            found = self._reviews.feedback(tx, call.actor)
            names = self._people.names(tx, sorted({one.reviewer for one in found}))
            return [
                FeedbackView(
                    id=one.id,
                    ticket=one.ticket,
                    at=rfc3339(one.at),
                    reviewer=Named(one.reviewer, names.get(one.reviewer, "")),
                    from_code=one.agent_code,
                    code=one.code,
                    reason=one.reason,
                    feedback=one.feedback or "",
                    answer=one.answer,
                )
                for one in found
            ]

        return answer(await self._heavy_reads.read_for(call.request, call.actor, read))

    async def answer_feedback(self, call: Call) -> Response:
        number, wanted, now = number_of(call.request), await read_body(call.request, NewAnswer), self._clock()
        await self._storage.write(lambda tx: self._reviews.answer(tx, call.actor, number, wanted, now))
        return Response(status_code=204)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/reviews",
            endpoint=reviews,
            summary="List the tickets to review of one day",
            needs=("supervise", "chats"),
            in_query=(DAY, STATE, RULE),
            answers=(Answer(200, "In the order in which their chats ended.", ReviewDay),),
        ),
        Operation(
            method="GET",
            path="/api/reviews/due",
            endpoint=due,
            summary="Count the tickets that wait for your judgement",
            needs=("supervise", "chats"),
            answers=(Answer(200, "Of the newest sample.", DueReviews),),
        ),
        Operation(
            method="GET",
            path="/api/tickets/{number}/review",
            endpoint=chats,
            summary="Read the chats of a ticket to review",
            needs=("supervise", "chats"),
            in_path=_NUMBER,
            answers=(Answer(200, "Without judgements that are hidden from you.", ReviewedChats),),
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/review",
            endpoint=judge,
            summary="Confirm or correct the code of a ticket, with scores and feedback",
            needs=("supervise", "chats"),
            in_path=_NUMBER,
            body=NewReview,
            answers=(Answer(200, "The ticket in the review of its day.", ToReview),),
            errors=("conflict",),
            if_match=True,
        ),
        Operation(
            method="DELETE",
            path="/api/tickets/{number}/review",
            endpoint=withdraw,
            summary="Take your judgement back",
            needs=("supervise", "chats"),
            in_path=_NUMBER,
            answers=(Answer(200, "The ticket in the review of its day.", ToReview),),
            errors=("conflict",),
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/review/agreement",
            endpoint=agree,
            summary="Say on which of two differing judgements the reviewers agreed",
            needs=("supervise", "chats"),
            in_path=_NUMBER,
            body=AgreedOn,
            answers=(Answer(200, "The ticket in the review of its day.", ToReview),),
            errors=("conflict",),
        ),
        Operation(
            method="GET",
            path="/api/reviews/figures",
            endpoint=figures,
            summary="Show how often reviewers agree with each other and with agents",
            needs=("supervise", "chats"),
            in_query=(OVER_DAYS,),
            answers=(Answer(200, "Agreement, and codes of agents against codes of reviewers.", ReviewFigures),),
        ),
        Operation(
            method="GET",
            path="/api/reviews/settings",
            endpoint=settings,
            summary="Show the scorecard and the rules of reviews",
            needs=("supervise", "chats"),
            answers=(Answer(200, "The settings.", ReviewSettings),),
        ),
        Operation(
            method="PATCH",
            path="/api/reviews/settings",
            endpoint=change_settings,
            summary="Change the scorecard, the sample and the rules of reviews",
            needs=("supervise", "chats"),
            body=SettingsChange,
            answers=(Answer(200, "The settings after the change.", ReviewSettings),),
        ),
        Operation(
            method="GET",
            path="/api/reviews/feedback",
            endpoint=feedback,
            summary="Read what reviewers wrote about your chats",
            needs=("read", "chats"),
            answers=(Answer(200, "The newest first, at most 50.", list[FeedbackView]),),
        ),
        Operation(
            method="POST",
            path="/api/tickets/{number}/review/answer",
            endpoint=answer_feedback,
            summary="Answer feedback on one of your chats",
            needs=("read", "chats"),
            in_path=_NUMBER,
            body=NewAnswer,
            answers=(Answer(204, "The answer is stored.", media_type=None),),
            errors=("conflict",),
        ),
    )
