"""Derives the steps and intervals of a ticket from its history. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from clock import zones
from reports import chat_facts
from reports.facts import NOBODY, ChatFact, Interval, IntervalKind, StepFact, StepKind, TicketFacts
from reports.sources import Calendar, ChatLog, KnownGoals, TicketLine, TicketNow
from ticketing.codes import out_of_reports

TARGET_KINDS: Mapping[tuple[str, bool], StepKind] = {
    ("first_reply", False): "first_reply_met",
    ("first_reply", True): "first_reply_missed",
    ("next_reply", False): "next_reply_met",
    ("next_reply", True): "next_reply_missed",
    ("resolution", False): "resolution_met",
    ("resolution", True): "resolution_missed",
}
_FOLLOWED = ("status", "with", "team", "assignee", "product", "resolution")


@dataclass(slots=True)
class _State:
    """The properties of a ticket that decide its figures, as they are at one moment."""

    status: str
    with_: str
    team: str
    assignee: str
    product: str
    resolution: str

    @property
    def waits_for(self) -> IntervalKind | None:
        """What the ticket waits for. None if it is solved."""
        match self.status:
            case "awaiting_reply":
                return "awaiting_reply"
            case "fixed_pending_rca":
                return "fixed_pending_rca"
            case "open":
                return "with_product" if self.with_ == "product" else "open"
        return None


def facts_of(ticket: TicketNow, logs: Sequence[ChatLog], calendar: Calendar, known: KnownGoals) -> TicketFacts:
    """All facts of a ticket that reports count. `logs`: the ticket's closed chats, oldest first."""
    logs = [log for log in logs if log.turns]
    last = logs[-1].id if logs else None
    chats = tuple(
        chat_facts.fact_of(log, ticket, ticket.rating if log.id == last else None, calendar, known.get(log.id))
        for log in logs
    )
    intervals: list[Interval] = []
    for log in logs:
        intervals += chat_facts.intervals_of(log, ticket.number, len(intervals), calendar)
    intervals += _intervals(ticket, len(intervals), calendar)
    steps = list(_steps(ticket, calendar.zone))
    ends = [] if _is_void(ticket, chats) else _target_ends(ticket, steps, calendar.zone)
    return TicketFacts(
        number=ticket.number,
        version=ticket.version,
        chats=chats,
        steps=tuple(_numbered([*steps, *ends])),
        intervals=tuple(intervals),
    )


def _first(ticket: TicketNow) -> _State:
    """The state before the first line of history, found by walking back from the present state.

    The history begins with the lines that say how the ticket began. Before these lines, the ticket is open and has no
    assignee.
    """
    with_ = "product" if ticket.with_product else "support"
    state = _State(ticket.status, with_, ticket.team, ticket.assignee, ticket.product, ticket.code)
    for line in reversed(ticket.lines):
        _set(state, line.field, line.was)
    state.status = state.status or "open"
    return state


def _set(state: _State, field: str, value: str) -> None:
    if field in _FOLLOWED:
        setattr(state, "with_" if field == "with" else field, value)


def _steps(ticket: TicketNow, zone: str) -> Iterator[StepFact]:
    state, place = _first(ticket), 0
    yield _step(ticket, place, "created", ticket.created_at, state, NOBODY, zone)
    solved: StepFact | None = None
    for moment in _moments(ticket.lines):
        was = state.status
        for line in moment:
            _set(state, line.field, line.became)
        if solved is not None and state.status == "solved":
            solved = replace(solved, code=state.resolution)
        elif state.status == "solved" and was != "solved":
            place += 1
            solved = _step(ticket, place, "solved", moment[0].at, state, moment[0].by, zone)
        elif was == "solved" and state.status != "solved":
            if solved is not None:
                yield solved
            place += 1
            agent = solved.agent if solved is not None else NOBODY
            yield _step(ticket, place, "reopened", moment[0].at, state, agent, zone)
            solved = None
    if solved is not None:
        yield solved


def _target_ends(ticket: TicketNow, steps: Sequence[StepFact], zone: str) -> Iterator[StepFact]:
    state = _first(ticket)
    # Another ticket covers the issue, and has its own target.
    as_duplicate = {step.at for step in steps if step.kind == "solved" and step.code == "duplicate"}
    for end in ticket.targets:
        state.team, state.product = end.team, ticket.product
        if end.metric == "resolution" and end.at in as_duplicate:
            continue
        if (kind := TARGET_KINDS.get((end.metric, end.late))) is not None:
            yield _step(ticket, 0, kind, end.at, state, end.agent, zone)


def _is_void(ticket: TicketNow, chats: Sequence[ChatFact]) -> bool:
    """True if the ticket, like all its chats, is left out of times and ratings."""
    rated, reviewed = ticket.rating is not None, ticket.void_reviewed
    void = out_of_reports(ticket.code or None, rated=rated, agent_messages=0, reviewed=reviewed)
    return void and all(chat.void for chat in chats)


def _numbered(steps: Sequence[StepFact]) -> Iterator[StepFact]:
    """Each step with its place among the steps of the ticket."""
    return (replace(step, place=place) for place, step in enumerate(steps))


def _moments(lines: Sequence[TicketLine]) -> Iterator[list[TicketLine]]:
    """Groups the lines of one change: the lines with the same time and author that follow each other."""
    together: list[TicketLine] = []
    for line in lines:
        if together and (line.at, line.by) != (together[-1].at, together[-1].by):
            yield together
            together = []
        together.append(line)
    if together:
        yield together


def _step(ticket: TicketNow, place: int, kind: StepKind, at: int, state: _State, agent: str, zone: str) -> StepFact:
    code = state.resolution if kind == "solved" else NOBODY
    return StepFact(
        ticket=ticket.number,
        place=place,
        kind=kind,
        at=at,
        day=zones.local(at, zone).toordinal(),
        team=state.team,
        agent=agent,
        product=state.product,
        channel=ticket.channel,
        code=code,
        client=ticket.client,
    )


def _intervals(ticket: TicketNow, place: int, calendar: Calendar) -> Iterator[Interval]:
    """The intervals in which the ticket was not solved. The last one may not have ended yet."""
    state, began = _first(ticket), ticket.created_at
    for moment in (*_moments(ticket.lines), []):
        before = (state.waits_for, state.team, state.assignee, state.product)
        for line in moment:
            _set(state, line.field, line.became)
        if moment and (state.waits_for, state.team, state.assignee, state.product) == before:
            continue
        ended = moment[0].at if moment else None
        kind, team, holder, product = before
        if kind is not None and (ended is None or ended > began):
            open_ms = 0 if ended is None else calendar.open_ms(team, began, ended)
            yield Interval(
                ticket=ticket.number,
                place=place,
                chat=NOBODY,
                kind=kind,
                team=team,
                holder=holder,
                began=began,
                ended=ended,
                day=None if ended is None else zones.local(ended, calendar.zone).toordinal(),
                product=product,
                channel=ticket.channel,
                open_ms=open_ms,
            )
            place += 1
        began = began if ended is None else max(began, ended)
