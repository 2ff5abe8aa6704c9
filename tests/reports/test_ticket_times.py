from __future__ import annotations

from collections.abc import Sequence

from reports.facts import ChatFact, Interval, IntervalKind
from reports.ticket_times import TicketTimes, times_of

MINUTE = 60_000


def interval(kind: IntervalKind, began: int, ended: int | None, *, chat: str = "", place: int = 0) -> Interval:
    return Interval(
        ticket=7,
        place=place,
        chat=chat,
        kind=kind,
        team="media",
        holder="ana" if kind != "queued" else "",
        began=began * MINUTE,
        ended=None if ended is None else ended * MINUTE,
        day=None,
        product="",
        channel="chat",
        open_ms=0 if ended is None else MINUTE,
    )


def fact(chat: str, wait_goal_s: int, *, replied: int | None = None) -> ChatFact:
    """A chat that an agent joined after four minutes and answered at minute `replied`."""
    return ChatFact(
        chat=chat,
        ticket=7,
        day=1,
        hour=0,
        team="media",
        agent="ana",
        answered_team="media",
        answered_by="ana",
        product="",
        outcome="answered",
        void=False,
        queued_at=0,
        closed_at=99 * MINUTE,
        wait_ms=4 * MINUTE,
        told_s=None,
        wait_goal_s=wait_goal_s,
        first_ms=None if replied is None else (replied - 4) * MINUTE,
        first_goal_s=180,
        next_ms=(),
        handle_ms=None,
        rating=None,
    )


def told(*intervals: Interval, now: int = 0, chats: Sequence[ChatFact] = ()) -> TicketTimes:
    return times_of(7, intervals, now, {one.chat: one for one in chats}, {"media": 300}.get)


def test_times_are_ordered_and_an_interval_that_lasts_is_measured_to_now() -> None:
    found = told(
        interval("open", 5, None, place=3),
        interval("waiting_for_agent", 1, 5, chat="c", place=1),
        interval("queued", 0, 1, chat="c"),
        now=65 * MINUTE,
    ).intervals
    assert [(one.kind, one.chat, one.holder, one.seconds, one.open_s) for one in found] == [
        ("queued", "c", None, 60, 60),
        ("waiting_for_agent", "c", "ana", 240, 60),
        ("open", None, "ana", 3600, None),
    ]
    assert [one.until is None for one in found] == [False, False, True]


def test_times_after_a_clock_that_was_set_back_are_never_negative() -> None:
    assert told(interval("open", 5, None), now=4 * MINUTE).intervals[0].seconds == 0


def test_late_part_of_a_wait_in_several_intervals_is_that_after_its_goal() -> None:
    """A wait goes on over an overflow, a first response over a requeue. Each message begins a next response."""
    found = told(
        interval("queued", 0, 1, chat="c", place=0),
        interval("queued", 1, 4, chat="c", place=1),
        interval("waiting_for_agent", 4, 5, chat="c", place=2),
        interval("queued", 5, 6, chat="c", place=3),
        interval("waiting_for_agent", 6, 8, chat="c", place=4),
        interval("waiting_for_customer", 8, 30, chat="c", place=5),
        interval("waiting_for_agent", 30, 40, chat="c", place=6),
        interval("waiting_for_customer", 40, 41, chat="c", place=7),
        interval("waiting_for_agent", 41, 44, chat="c", place=8),
        interval("open", 44, None, place=9),
        now=50 * MINUTE,
        chats=[fact("c", 120, replied=8)],
    ).intervals
    assert [(one.goal, one.goal_s, one.late_s) for one in found] == [
        ("wait", 120, 0),
        ("wait", 120, 120),
        ("first_response", 180, 0),
        ("first_response", 180, 0),
        ("first_response", 180, 60),
        (None, None, None),
        ("next_response", 300, 300),
        (None, None, None),
        ("next_response", 300, 0),
        (None, None, None),
    ]


def test_waits_of_a_chat_that_was_not_counted_or_of_an_unknown_team_have_no_goal() -> None:
    waits = (interval("queued", 0, 9, chat="c"), interval("waiting_for_agent", 9, 19, chat="c", place=1))
    found = times_of(7, waits, 0, {}, lambda team: None).intervals
    assert [(one.goal, one.goal_s, one.late_s) for one in found] == [
        ("wait", None, None),
        ("first_response", None, None),
    ]


def test_waits_of_two_chats_of_a_ticket_are_apart() -> None:
    waits = (interval("queued", 0, 5, chat="a"), interval("queued", 1, 2, chat="b", place=1))
    found = told(*waits, chats=[fact("a", 120), fact("b", 30)]).intervals
    assert [(one.chat, one.late_s) for one in found] == [("a", 180), ("b", 30)]


def test_message_in_the_moment_of_the_first_reply_begins_a_next_response() -> None:
    waits = (
        interval("queued", 0, 4, chat="c"),
        interval("waiting_for_agent", 4, 5, chat="c", place=1),
        interval("waiting_for_agent", 5, 12, chat="c", place=2),
    )
    found = told(*waits, chats=[fact("c", 300, replied=5)]).intervals
    assert [(one.goal, one.late_s) for one in found] == [("wait", 0), ("first_response", 0), ("next_response", 120)]
