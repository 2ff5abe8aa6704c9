"""Reads what the page of one agent shows: figures, a day, and feedback of reviews."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from identity.actor import Actor
from identity.adapters.people import People
from reports.asking import Wanted
from reviews.adapters.store import SqlReviews
from server.live.reports.report_reading import ReportReading
from server.live.reviews.review_list import ReviewList
from storage.ports import Tx
from widgets.reports.ports import AgentDay, Feedback

FEEDBACK_SHOWN = 5


class AgentDays:
    def __init__(self, reading: ReportReading, people: People) -> None:
        self._reading = reading
        self._people = people
        self._reviews = SqlReviews()
        self._list = ReviewList(self._reviews, people)

    def of(self, actor: Actor, agent: str, day: int | None) -> Callable[[Tx], AgentDay]:
        """A query that reads a day of an agent; `day` None means today. The query may raise Refused(not_found)."""
        # An admin sees no one's day.
        actor = replace(actor, also=actor.also - {"admin", "auditor"})
        timeline = self._reading.timeline(actor, agent, day)
        overview = self._reading.overview(actor, Wanted(agent=agent), tickets_too=False)

        def query(tx: Tx) -> AgentDay:
            # Comes first: it checks whether the actor may see this agent.
            of_day = timeline(tx)
            return AgentDay(
                name=self._people.names(tx, [agent]).get(agent, ""),
                overview=overview(tx),
                timeline=of_day,
                feedback=self._feedback(tx, actor, agent),
            )

        return query

    def _feedback(self, tx: Tx, actor: Actor, agent: str) -> Sequence[Feedback]:
        found = self._reviews.with_feedback(tx, agent, FEEDBACK_SHOWN)
        seen = found if actor.id == agent else self._list.seen(tx, actor, found)
        names = self._people.names(tx, sorted({one.reviewer for one in seen}))
        return [
            Feedback(
                ticket=one.ticket,
                at=one.at,
                reviewer=names.get(one.reviewer, ""),
                code=one.code,
                text=one.feedback or "",
                answer=one.answer,
            )
            for one in seen
        ]
