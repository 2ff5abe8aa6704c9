from __future__ import annotations

from alarms.pacing import EVERY_MS, first_attempt, next_attempt


def test_pauses_grow_to_five_minutes() -> None:
    assert [next_attempt(attempt, 0) // 1000 for attempt in (1, 2, 3, 4, 5, 6, 60)] == [10, 30, 60, 120, 300, 300, 300]


def test_alarm_soon_after_a_message_waits_for_the_rest_of_the_minute() -> None:
    assert first_attempt(None, 5) == 5
    assert first_attempt(5, 6) == 5 + EVERY_MS
    assert first_attempt(5, 5 + EVERY_MS + 1) == 5 + EVERY_MS + 1
