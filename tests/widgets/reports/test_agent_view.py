from __future__ import annotations

from reports.timeline import ChatLane, ChatSpan, Load, StatusSpan, Timeline
from widgets.reports.agent_view import chats, day_chart, times

ZONE = "America/New_York"


def at(clock: str) -> str:
    return f"2026-11-19T{clock}:00Z"


def span(state: str, since: str, until: str) -> ChatSpan:
    return ChatSpan(state, at(since), at(until))


def timeline(states: list[StatusSpan], lanes: list[ChatLane]) -> Timeline:
    return Timeline("ana", "2026-11-19", at("05:00"), "2026-11-20T05:00:00Z", states, lanes, Load(0, 0, 0))


LANES = [
    ChatLane("b", 8, "prod", 1, [span("waiting_for_agent", "14:30", "14:40")]),
    ChatLane(
        "a",
        7,
        "media",
        0,
        [
            span("waiting_for_agent", "14:10", "14:12"),
            span("waiting_for_customer", "14:12", "14:50"),
            span("waiting_for_agent", "14:50", "15:05"),
        ],
    ),
]


def test_chats_are_listed_in_the_order_in_which_the_agent_got_them() -> None:
    first, second = chats(timeline([], LANES), ZONE, str.title)
    assert (first.ticket, first.since, first.until, first.lasted, first.owed) == (
        7,
        "09:10",
        "10:05",
        "55\u00a0min",
        "17\u00a0min",
    )
    assert (second.ticket, second.team) == (8, "Prod")


def test_times_leave_out_the_time_offline_and_name_reasons_and_lost_connections() -> None:
    states = [
        StatusSpan("available", None, True, 5, at("14:00"), at("16:00")),
        StatusSpan("available", None, False, 5, at("16:00"), at("16:20")),
        StatusSpan("away", "lunch", True, 5, at("16:20"), at("17:00")),
        StatusSpan("offline", None, False, 5, at("17:00"), at("23:00")),
    ]
    found = [(one.name, one.lasted, one.share) for one in times(timeline(states, []))]
    assert found == [
        ("Available", "120\u00a0min", "66.7\u00a0%"),
        ("Away: lunch", "40\u00a0min", "22.2\u00a0%"),
        ("Connection lost", "20\u00a0min", "11.1\u00a0%"),
    ]


def test_chart_has_a_part_for_each_wait_and_says_how_many_chats_ran_at_once() -> None:
    drawn = day_chart(timeline([], LANES), ZONE)
    assert (drawn.count('class="wa"'), drawn.count('class="wc"')) == (3, 1)
    assert "2 chats, at most 2 at once" in drawn
    assert "<title>#7, 09:10 to 10:05, 55\u00a0min</title>" in drawn


def test_chart_names_a_status_where_its_block_is_long_enough() -> None:
    states = [
        StatusSpan("available", None, True, 5, at("14:00"), at("16:00")),
        StatusSpan("away", "lunch", True, 5, at("16:00"), at("16:02")),
    ]
    drawn = day_chart(timeline(states, []), ZONE)
    assert ">available</text>" in drawn and ">lunch</text>" not in drawn


def test_chart_of_a_day_without_anything_is_empty() -> None:
    assert day_chart(timeline([], []), ZONE) == ""
    assert times(timeline([], [])) == []


def test_chart_writes_a_reason_as_text_only() -> None:
    states = [StatusSpan("away", "<b>", True, 5, at("14:00"), at("15:00"))]
    assert "<b>" not in day_chart(timeline(states, []), ZONE)


def test_lost_connection_has_a_color_of_its_own() -> None:
    states = [
        StatusSpan("available", None, True, 5, at("14:00"), at("16:00")),
        StatusSpan("available", None, False, 5, at("16:00"), at("16:20")),
        StatusSpan("away", "lunch", True, 5, at("16:20"), at("17:00")),
    ]
    drawn = str(day_chart(timeline(states, []), ZONE))
    assert [drawn.count(f'<rect class="{kind}"') for kind in ("sa", "sl", "sw")] == [1, 1, 1]
