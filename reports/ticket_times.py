"""The intervals of one ticket and of its chats, and how much later than a goal they were. Pure. Times are in ms since
the epoch, UTC."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from clock import rfc3339, rfc3339_or_none
from reports.facts import NOBODY, ChatFact, Interval, IntervalKind

Goal = Literal["wait", "first_response", "next_response"]


class TicketInterval(Struct, frozen=True):
    """A span of time in one state. `chat` is null for an interval of the ticket itself.

    `until` and `open_s` are null while the interval lasts. `seconds` is its length, up to now while it lasts. `open_s`
    is the part within the team's hours.

    While a customer waits in a chat, `goal` names what they wait for, `goal_s` is how long they may wait for it, and
    `late_s` is the part of the interval that was later. Several intervals can belong to one wait. `goal_s` and `late_s`
    are null if there is no goal.
    """

    chat: str | None
    kind: IntervalKind
    team: str
    holder: str | None
    since: str
    until: str | None
    seconds: int
    open_s: int | None
    goal: Goal | None = None
    goal_s: int | None = None
    late_s: int | None = None


class TicketTimes(Struct, frozen=True):
    """The intervals of a ticket and of its closed chats, oldest first, as reports count them."""

    ticket: int
    intervals: list[TicketInterval]


def times_of(
    ticket: int,
    intervals: Iterable[Interval],
    now: int,
    chats: Mapping[str, ChatFact],
    next_goal: Callable[[str], int | None],
) -> TicketTimes:
    """`chats`: the facts of the ticket's chats, with the goals with which they were counted. `next_goal`: how long a
    customer of a team may wait for a next response, in seconds; None for an unknown team."""
    ordered = sorted(intervals, key=lambda one: (one.began, one.is_of_ticket, one.place))
    waits = {(one.chat, one.place): (goal, since) for one, goal, since in _waits(ordered, chats)}
    found = []
    for one in ordered:
        goal, since = waits.get((one.chat, one.place), (None, 0))
        goal_s = None if goal is None else _goal_s(goal, chats.get(one.chat), next_goal(one.team))
        until = now if one.ended is None else one.ended
        found.append(
            TicketInterval(
                chat=None if one.is_of_ticket else one.chat,
                kind=one.kind,
                team=one.team,
                holder=None if one.holder == NOBODY else one.holder,
                since=rfc3339(one.began),
                until=rfc3339_or_none(one.ended),
                seconds=max(0, until - one.began) // 1000,
                open_s=None if one.ended is None else one.open_ms // 1000,
                goal=goal,
                goal_s=goal_s,
                late_s=None if goal_s is None else max(0, until - max(one.began, since + goal_s * 1000)) // 1000,
            )
        )
    return TicketTimes(ticket, found)


def _waits(ordered: Iterable[Interval], chats: Mapping[str, ChatFact]) -> Iterator[tuple[Interval, Goal, int]]:
    """The intervals in which a customer waited, each with what they waited for, and since when.

    As `reports.chat_facts` counts: the wait ends when an agent joins, and the first response with the first message of
    an agent, also if the chat joined a queue again before.
    """
    waits: dict[str, tuple[Goal, int | None]] = {}
    for one in ordered:
        if one.is_of_ticket:
            continue
        goal, since = waits.get(one.chat, ("wait", None))
        if one.kind == "waiting_for_customer":
            waits[one.chat] = ("next_response", None)
            continue
        if goal == "wait" and one.kind == "waiting_for_agent":
            goal, since = "first_response", None
        if goal == "first_response" and one.began >= _replied_at(chats.get(one.chat), one.began + 1):
            # The customer wrote again in the same moment, so no interval lies between.
            goal, since = "next_response", None
        since = one.began if since is None else since
        waits[one.chat] = (goal, since)
        yield one, goal, since


def _replied_at(chat: ChatFact | None, otherwise: int) -> int:
    if chat is None or chat.wait_ms is None or chat.first_ms is None:
        return otherwise
    return chat.queued_at + chat.wait_ms + chat.first_ms


def _goal_s(goal: Goal, chat: ChatFact | None, following: int | None) -> int | None:
    if goal == "next_response":
        return following
    if chat is None:
        return None
    return chat.wait_goal_s if goal == "wait" else chat.first_goal_s
