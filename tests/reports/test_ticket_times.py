from __future__ import annotations

from reports.facts import Interval, IntervalKind
from reports.ticket_times import times_of

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


def test_times_are_ordered_and_an_interval_that_lasts_is_measured_to_now() -> None:
    found = times_of(
        7,
        [
            interval("open", 5, None, place=3),
            interval("waiting_for_agent", 1, 5, chat="c", place=1),
            interval("queued", 0, 1, chat="c"),
        ],
        now=65 * MINUTE,
    ).intervals
    assert [(one.kind, one.chat, one.holder, one.seconds, one.open_s) for one in found] == [
        ("queued", "c", None, 60, 60),
        ("waiting_for_agent", "c", "ana", 240, 60),
        ("open", None, "ana", 3600, None),
    ]
    assert [one.until is None for one in found] == [False, False, True]


def test_times_after_a_clock_that_was_set_back_are_never_negative() -> None:
    assert times_of(7, [interval("open", 5, None)], now=4 * MINUTE).intervals[0].seconds == 0
