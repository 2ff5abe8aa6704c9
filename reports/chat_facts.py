"""Derives facts and intervals of a closed chat from its steps. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from clock import zones
from reports.facts import NOBODY, ChatFact, Interval, IntervalKind, Outcome
from reports.sources import Calendar, ChatLog, Goals, TicketNow, Turn
from ticketing.codes import out_of_reports


@dataclass(slots=True)
class _Walk:
    """The state of a chat after the steps so far."""

    team: str = NOBODY
    agent: str = NOBODY
    last_agent: str = NOBODY
    answered_team: str = NOBODY
    answered_by: str = NOBODY
    queued_at: int | None = None
    assigned_at: int | None = None
    replied_at: int | None = None
    closed_at: int | None = None
    owed_since: int | None = None
    staff_wrote: int = 0
    gaps: list[int] = field(default_factory=list)

    def step(self, turn: Turn) -> None:
        if turn.team is not None:
            self.team = turn.team
        match turn.kind:
            case "queued":
                self.agent = NOBODY
                self.queued_at = turn.at if self.queued_at is None else self.queued_at
                self.owed_since = turn.at if self.owed_since is None else self.owed_since
            case "assigned":
                self._assigned(turn)
            case "left":
                self.agent = NOBODY
            case "customer":
                self.owed_since = turn.at if self.owed_since is None else self.owed_since
            case "staff":
                self._replied(turn)
            case "closed":
                self.closed_at = turn.at

    @property
    def waits_for(self) -> IntervalKind:
        if self.agent == NOBODY:
            return "queued"
        return "waiting_for_customer" if self.owed_since is None else "waiting_for_agent"

    def _assigned(self, turn: Turn) -> None:
        self.agent = self.last_agent = turn.agent or NOBODY
        if self.assigned_at is None:
            self.assigned_at, self.answered_team, self.answered_by = turn.at, self.team, self.agent

    def _replied(self, turn: Turn) -> None:
        self.staff_wrote += 1
        if self.replied_at is None:
            self.replied_at = turn.at if self.assigned_at is not None else None
        elif self.owed_since is not None:
            self.gaps.append(max(0, turn.at - self.owed_since))
        self.owed_since = None


def fact_of(log: ChatLog, ticket: TicketNow, rating: int | None, calendar: Calendar, known: Goals | None) -> ChatFact:
    """The facts of a closed chat of `ticket`. `rating`: the ticket's rating if this is its last chat, otherwise None.

    `known`: the goals with which the chat was counted before, or None.
    """
    walk = _Walk()
    for turn in log.turns:
        walk.step(turn)
    queued = walk.queued_at if walk.queued_at is not None else log.turns[0].at
    closed = walk.closed_at if walk.closed_at is not None else log.turns[-1].at
    answered_team = walk.answered_team if walk.assigned_at is not None else walk.team
    goals = known or calendar.goals(answered_team)
    local = zones.local(queued, calendar.zone)
    return ChatFact(
        chat=log.id,
        ticket=ticket.number,
        day=local.toordinal(),
        hour=24 * local.weekday() + local.hour,
        team=walk.team,
        agent=walk.last_agent,
        answered_team=answered_team,
        answered_by=walk.answered_by,
        product=log.product,
        outcome=_outcome(log, walk),
        void=out_of_reports(
            ticket.code or None,
            rated=rating is not None,
            agent_messages=walk.staff_wrote,
            reviewed=ticket.void_reviewed,
        ),
        queued_at=queued,
        closed_at=closed,
        wait_ms=_span(queued, walk.assigned_at),
        told_s=log.told_s,
        wait_goal_s=goals.wait_s,
        first_ms=_span(walk.assigned_at, walk.replied_at),
        first_goal_s=goals.first_s,
        next_ms=tuple(walk.gaps),
        handle_ms=_span(walk.assigned_at, closed),
        rating=rating,
    )


def intervals_of(log: ChatLog, ticket: int, first_place: int, calendar: Calendar) -> Iterator[Interval]:
    """The intervals of a closed chat, without gaps, from its start to its end. Empty intervals are left out."""
    walk, began, place = _Walk(), log.turns[0].at, first_place
    walk.step(log.turns[0])
    for turn in log.turns[1:]:
        before = (walk.waits_for, walk.team, walk.agent)
        walk.step(turn)
        if (walk.waits_for, walk.team, walk.agent) == before and turn.kind != "closed":
            continue
        if turn.at > began:
            kind, team, holder = before
            yield Interval(
                ticket=ticket,
                place=place,
                chat=log.id,
                kind=kind,
                team=team,
                holder=holder,
                began=began,
                ended=turn.at,
                day=zones.local(turn.at, calendar.zone).toordinal(),
                product=log.product,
                channel="chat",
                open_ms=calendar.open_ms(team, began, turn.at),
            )
            place += 1
        began = max(began, turn.at)


def _outcome(log: ChatLog, walk: _Walk) -> Outcome:
    if walk.assigned_at is not None:
        return "answered"
    return "missed" if log.reason == "missed" else "abandoned"


def _span(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else max(0, end - start)
