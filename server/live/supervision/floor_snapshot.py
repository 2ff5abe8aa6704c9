"""Computes from facts the floor that supervisors see. Pure functions. Times are in ms since the epoch, UTC."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from operator import itemgetter
from typing import Literal

from msgspec import structs

from chat.frames.floor import Floor, FloorAgent, FloorChat, FloorTeam
from chat.standing import ClosedChat, OpenChat, waits_for
from clock import rfc3339, rfc3339_or_none
from routing.agents import Agent
from routing.queue import QueueState

TODAY: tuple[Literal["capacity", "teams"], ...] = ("capacity", "teams")
HOUR_MS = 3_600_000
SPAN_MS = 300_000
SPANS = 12


@dataclass(frozen=True, slots=True)
class TeamFacts:
    """The present state of a team.

    `opens_at` and `closes_at` are RFC 3339. `silent_ms` is the time in ms for which a customer may be silent before the
    chat ends.
    """

    key: str
    name: str
    open: bool
    opens_at: str | None
    closes_at: str | None
    target_s: int
    silent_ms: int
    agent_grace_s: int


@dataclass(frozen=True, slots=True)
class Day:
    """Counts of the chats that were closed today. `responses` also includes chats that were closed within the last
    hour, but before today."""

    answered: Counter[str]
    """The number of closed chats that got their first response today, by team."""
    ended: Counter[tuple[str, str]]
    """The number of chats that were closed today, by team and reason."""
    handled: Mapping[str, Counter[str]]
    """The number of an agent's chats that were closed today, by agent, then by team."""
    scores: Mapping[str, Mapping[str, Sequence[int]]]
    """The ratings of an agent's chats that were closed today, by agent, then by team."""
    responses: Sequence[Response]
    """The first responses in the closed chats, earliest first."""


Response = tuple[int, str, int]
"""A first response: when (ms since the epoch, UTC), by which team, and for how many ms the customer had waited for
it."""


def day_of(closed: Iterable[ClosedChat], ratings: Mapping[int, int], day_began: int) -> Day:
    """The counts of today's closed chats.

    `closed` must contain the chats that were closed today or in the last hour. `ratings` has the rating of each rated
    chat, by the number of the chat's ticket. `day_began` is the start of today.
    """
    replied = sorted(_responses(closed := list(closed)))
    handled: defaultdict[str, Counter[str]] = defaultdict(Counter)
    scores: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    today = [chat for chat in closed if chat.closed_at >= day_began]
    for chat in today:
        if chat.agent is None:
            continue
        handled[chat.agent][chat.team] += 1
        if chat.ticket is not None and (score := ratings.get(chat.ticket)) is not None:
            scores[chat.agent][chat.team].append(score)
    return Day(
        answered=Counter(team for at, team, _ in replied if at >= day_began),
        ended=Counter((chat.team, chat.reason) for chat in today),
        handled=handled,
        scores=scores,
        responses=replied,
    )


def _responses(chats: Iterable[OpenChat] | Iterable[ClosedChat]) -> Iterator[Response]:
    return (
        (chat.first_reply_at, chat.team, chat.first_reply_at - chat.queued_at)
        for chat in chats
        if chat.first_reply_at is not None
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that the floor is computed from, at the time `now`.

    `day_began` is the start of today in the time zone of the hours file.
    """

    now: int
    day_began: int
    teams: Sequence[TeamFacts]
    queues: Mapping[str, QueueState]
    agents: Sequence[Agent]
    supervisors: Collection[str]
    """The ids of supervisors. A supervisor is shown only if available or holding a chat."""
    gone_at: Mapping[str, int]
    """The time at which each disconnected agent lost the last connection."""
    came_at: Mapping[str, int]
    """The time at which each connected agent came back from a long time without a connection."""
    open_chats: Sequence[OpenChat]
    day: Day
    """The counts of today's closed chats."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A floor: one row for each team, and one for each agent."""

    teams: Mapping[str, FloorTeam]
    agents: Mapping[str, FloorAgent]
    day: Day


def snapshot(facts: Facts) -> Snapshot:
    """The floor of all teams."""
    held, day, waits, late = _held(facts), facts.day, _waits(facts), _late(facts)
    answered = day.answered + Counter(team for at, team, _ in _responses(facts.open_chats) if at >= facts.day_began)
    agents = [agent for agent in facts.agents if _is_shown(agent, facts, holds=agent.staff in held)]
    return Snapshot(
        teams={
            team.key: _team(team, facts, agents, waits[team.key], late[team.key], answered[team.key])
            for team in facts.teams
        },
        agents={agent.staff: _agent(agent, facts, held.get(agent.staff, [])) for agent in agents},
        day=day,
    )


def _is_shown(agent: Agent, facts: Facts, *, holds: bool) -> bool:
    """True if the agent holds a chat, is connected, or lost the connection while available.

    A connected supervisor is shown only if available or holding a chat.
    """
    available = agent.status == "available"
    if agent.connected:
        return holds or available or agent.staff not in facts.supervisors
    return holds or (available and agent.staff in facts.gone_at)


def seen_by(whole: Snapshot, teams: Collection[str]) -> Snapshot:
    """The part of the floor that a supervisor of `teams` may see.

    If an agent also holds chats of other teams, these chats stay in the agent's row, because they take slots. But their
    ids, teams and customers are left out.
    """
    seen, day = frozenset(teams), whole.day
    return Snapshot(
        teams={key: row for key, row in whole.teams.items() if key in seen},
        agents={
            staff: row if _is_whole(row, day, seen) else _part(row, day, seen)
            for staff, row in whole.agents.items()
            if not seen.isdisjoint(row.teams)
        },
        day=day,
    )


def _is_whole(row: FloorAgent, day: Day, seen: frozenset[str]) -> bool:
    """True if the row shows nothing about a team outside `seen`."""
    return (
        seen.issuperset(row.teams)
        and seen.issuperset(day.handled.get(row.staff, ()))
        and all(chat.team in seen for chat in row.chats)
    )


def _part(row: FloorAgent, day: Day, seen: frozenset[str]) -> FloorAgent:
    handled, rating = _today(row.staff, day, seen)
    return structs.replace(
        row,
        handled=handled,
        rating=rating,
        teams=[team for team in row.teams if team in seen],
        paused=[team for team in row.paused if team in seen],
        chats=[
            chat if chat.team in seen else structs.replace(chat, chat=None, team=None, customer=None)
            for chat in row.chats
        ],
    )


def whole_frame(seen: Snapshot, version: int, now: int) -> Floor:
    rows = list(seen.agents.values())
    return Floor(version=version, after=0, as_of=rfc3339(now), teams=list(seen.teams.values()), agents=rows, gone=[])


def change_frame(before: Snapshot, now_seen: Snapshot, *, after: int, version: int, now: int) -> Floor | None:
    """A frame with the changes from `before` to `now_seen`. None if the two do not have the same teams.

    `after` is the version of `before`, and `version` that of `now_seen`.
    """
    if list(before.teams) != list(now_seen.teams):
        return None
    return Floor(
        version=version,
        after=after,
        as_of=rfc3339(now),
        teams=[row for key, row in now_seen.teams.items() if before.teams[key] != row],
        agents=[row for staff, row in now_seen.agents.items() if before.agents.get(staff) != row],
        gone=[staff for staff in before.agents if staff not in now_seen.agents],
    )


# -- rows -----------------------------------------------------------------------------------------


def within(waits: Iterable[int], target_ms: int) -> float | None:
    """The share of waits that are at most `target_ms`, rounded to a hundredth. None if there is no wait."""
    all_waits = list(waits)
    return round(sum(wait <= target_ms for wait in all_waits) / len(all_waits), 2) if all_waits else None


def longest_by_span(responses: Iterable[tuple[int, int]], now: int) -> list[int | None]:
    """The longest wait in seconds for each of the last SPANS spans of five minutes. The present span is the last one.

    `responses` are pairs of a time and a wait in ms. None stands for a span without a response.
    """
    first = now // SPAN_MS - SPANS + 1
    longest: list[int | None] = [None] * SPANS
    for at, wait in responses:
        span = min(at // SPAN_MS - first, SPANS - 1)
        if span >= 0:
            longest[span] = max(longest[span] or 0, wait // 1000)
    return longest


def _waits(facts: Facts) -> Mapping[str, Sequence[tuple[int, int]]]:
    """The first responses of the last hour, by team: pairs of the time and the customer's wait in ms."""
    since, recent = facts.now - HOUR_MS, facts.day.responses
    found: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, team, wait in chain(recent[bisect_left(recent, since, key=itemgetter(0)) :], _responses(facts.open_chats)):
        if at > since:
            found[team].append((at, wait))
    return found


def _late(facts: Facts) -> Mapping[str, list[int]]:
    """The waits in ms, by team, of customers who have no first response yet and have waited for longer than the
    target."""
    target = {team.key: team.target_s * 1000 for team in facts.teams}
    found: defaultdict[str, list[int]] = defaultdict(list)
    for chat in facts.open_chats:
        wait = facts.now - chat.queued_at
        if chat.first_reply_at is None and chat.team in target and wait > target[chat.team]:
            found[chat.team].append(wait)
    return found


def _team(
    team: TeamFacts,
    facts: Facts,
    shown: Iterable[Agent],
    responses: Sequence[tuple[int, int]],
    late: Sequence[int],
    answered: int,
) -> FloorTeam:
    key, queue = team.key, facts.queues[team.key]
    mine = [agent for agent in shown if key in agent.teams]
    serving = [agent for agent in mine if agent.serves(key)]
    return FloorTeam(
        team=key,
        name=team.name,
        open=team.open,
        opens_at=team.opens_at,
        closes_at=team.closes_at,
        waiting=queue.waiting,
        longest_wait_s=queue.longest_wait_s,
        target_s=team.target_s,
        within_target=within([*(wait for _, wait in responses), *late], team.target_s * 1000),
        waits=longest_by_span(responses, facts.now),
        answered=answered,
        abandoned=facts.day.ended[key, "abandoned"],
        missed=facts.day.ended[key, "missed"],
        available=len(serving),
        away=sum(agent.connected and not agent.serves(key) for agent in mine),
        seats=sum(agent.capacity for agent in serving),
        seats_taken=sum(agent.seats_taken for agent in serving),
        agent_grace_s=team.agent_grace_s,
    )


_ORDER = {"owed": 0, "waiting_for_agent": 1, "offered": 2, "waiting_for_customer": 3}


def _held(facts: Facts) -> dict[str, list[FloorChat]]:
    """The chats that each agent holds or is offered, by agent.

    An agent's chats are in four groups: first those without a first response, then those that wait for the agent, then
    the offered ones, and last those that wait for the customer. In each group, the chat that has waited longest comes
    first.
    """
    silent = {team.key: team.silent_ms for team in facts.teams}
    found: defaultdict[str, list[tuple[int, int, str, FloorChat]]] = defaultdict(list)
    for chat in facts.open_chats:
        if chat.holder is not None:
            found[chat.holder].append(_placed(chat, silent.get(chat.team, 0)))
    return {staff: [row[-1] for row in sorted(rows)] for staff, rows in found.items()}


# Most chats are the same as a second before.
@lru_cache(maxsize=4_096)
def _placed(chat: OpenChat, silent_ms: int) -> tuple[int, int, str, FloorChat]:
    """A tuple: the values by which the chats of an agent are sorted, and last the row of the chat."""
    state, since = waits_for(chat, silent_ms)
    waits = chat.waiting_since if state == "offered" else chat.reply_owed_since
    unanswered = rfc3339_or_none(waits)
    row = FloorChat(chat.id, chat.team, chat.customer, state, rfc3339(since), unanswered)
    return _ORDER[state], since, chat.id, row


def _agent(agent: Agent, facts: Facts, chats: list[FloorChat]) -> FloorAgent:
    choice, gone_at = agent.choice, None if agent.connected else facts.gone_at.get(agent.staff)
    came_at = facts.came_at.get(agent.staff, 0)
    handled, rating = _today(agent.staff, facts.day)
    return FloorAgent(
        staff=agent.staff,
        name=agent.name,
        role="supervisor" if agent.staff in facts.supervisors else "agent",
        teams=sorted(agent.teams),
        status=agent.status,
        reason=choice.reason,
        since=rfc3339(max(choice.since, came_at if agent.status == "available" else 0)),
        by=choice.set_by,
        connected=agent.connected,
        gone_since=rfc3339_or_none(gone_at),
        capacity=agent.capacity,
        free=agent.free,
        taken=agent.seats_taken,
        wrapping_up=agent.wrapping_up,
        paused=sorted(agent.paused),
        chats=chats,
        handled=handled,
        rating=rating,
        today_by=choice.today_by,
        today_changed=[what for what in TODAY if what in choice.today_changed],
    )


def _today(staff: str, day: Day, teams: Collection[str] | None = None) -> tuple[int, float | None]:
    """The number of an agent's chats of `teams` that ended today, and the average of their ratings. If `teams` is None,
    chats of all teams are included."""
    counts: Mapping[str, int] = day.handled.get(staff, {})
    by_team = day.scores.get(staff, {})
    scores = [score for team, all_scores in by_team.items() if teams is None or team in teams for score in all_scores]
    handled = sum(count for team, count in counts.items() if teams is None or team in teams)
    return handled, round(sum(scores) / len(scores), 1) if scores else None
