from __future__ import annotations

from reports.facts import IntervalKind
from reports.ticket_times import Goal, TicketInterval, TicketTimes
from widgets.reports.ticket_view import late, lines, sums


def interval(kind: IntervalKind, seconds: int, *, chat: str | None = None, lasts: bool = False) -> TicketInterval:
    until = None if lasts else "2026-11-20T00:00:00.000Z"
    return TicketInterval(
        chat, kind, "media", "ana", "2026-11-19T00:00:00.000Z", until, seconds, None if lasts else seconds // 2
    )


TIMES = TicketTimes(
    7,
    [
        interval("waiting_for_agent", 30, chat="c"),
        interval("waiting_for_customer", 90, chat="c"),
        interval("open", 3600),
        interval("awaiting_reply", 7 * 86_400),
        interval("open", 3600, lasts=True),
    ],
)


def test_sums_add_up_each_state_of_the_ticket_longest_first() -> None:
    found = sums(TIMES, of_chats=False)
    assert [(one.name, one.lasted, one.share) for one in found] == [
        ("Awaiting a reply", "7.0\u00a0days", "98.8\u00a0%"),
        ("Open with support", "2.0\u00a0h", "1.2\u00a0%"),
    ]
    assert [(one.name, one.share) for one in sums(TIMES, of_chats=True)] == [
        ("Chat waited for the customer", "75.0\u00a0%"),
        ("Chat waited for the agent", "25.0\u00a0%"),
    ]


def test_sums_of_a_ticket_without_a_chat_are_empty() -> None:
    assert sums(TicketTimes(7, [interval("open", 60)]), of_chats=True) == []


def test_lines_name_state_team_and_holder_and_leave_open_what_lasts() -> None:
    found = lines(TIMES, str.title, {"ana": "Ana"})
    assert [(one.name, one.lasted, one.in_hours, one.team, one.holder) for one in found][::2] == [
        ("Chat waited for the agent", "0:30", "0:15", "Media", "Ana"),
        ("Open with support", "60\u00a0min", "30\u00a0min", "Media", "Ana"),
        ("Open with support", "60\u00a0min", "–", "Media", "Ana"),
    ]
    assert found[-1].until is None


def wait(goal: Goal, seconds: int, late_s: int, *, chat: str = "c", holder: str | None = "ana") -> TicketInterval:
    since, until = "2026-11-19T00:00:00.000Z", "2026-11-20T00:00:00.000Z"
    kind: IntervalKind = "waiting_for_agent" if holder else "queued"
    return TicketInterval(chat, kind, "media", holder, since, until, seconds, seconds, goal, 120, late_s)


def test_wait_over_several_intervals_is_late_once_with_its_goal() -> None:
    times = TicketTimes(
        7,
        [
            wait("wait", 60, 0, holder=None),
            wait("wait", 90, 30, holder=None),
            wait("first_response", 30, 0),
            interval("waiting_for_customer", 90, chat="c"),
            wait("next_response", 150, 30),
            interval("waiting_for_customer", 90, chat="c"),
            wait("next_response", 130, 10),
            interval("open", 3600),
        ],
    )
    found = late(times, str.title, {"ana": "Ana"})
    assert [(one.name, one.lasted, one.late, one.goal, one.holder) for one in found] == [
        ("Wait in the queue", "2:30", "0:30", "2:00", ""),
        ("Next response", "2:30", "0:30", "2:00", "Ana"),
        ("Next response", "2:10", "0:10", "2:00", "Ana"),
    ]
    shown = lines(times, str.title, {})
    assert [(one.goal, one.late) for one in shown[1:4]] == [
        ("Wait in the queue in 2:00", "0:30"),
        ("First response in 2:00", ""),
        ("–", ""),
    ]


def test_ticket_whose_waits_met_their_goals_has_nothing_late() -> None:
    assert late(TicketTimes(7, [wait("wait", 60, 0), interval("open", 60)]), str.title, {}) == []
