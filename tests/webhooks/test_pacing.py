from __future__ import annotations

from webhooks.pacing import ATTEMPTS, PAUSES_MS, next_attempt

HOUR = 3_600_000


def test_pauses_are_those_of_standard_webhooks() -> None:
    """Ten attempts over 75 hours and 35 minutes."""
    assert ATTEMPTS == 10
    assert sum(PAUSES_MS) == 75 * HOUR + 35 * 60_000 + 5_000


def test_message_is_given_up_after_the_last_attempt() -> None:
    assert next_attempt(1, 0) == 5_000
    assert next_attempt(ATTEMPTS - 1, 0) == 24 * HOUR
    assert next_attempt(ATTEMPTS, 0) is None


def test_receiver_can_ask_for_a_longer_pause_only() -> None:
    assert next_attempt(1, 0, asked_ms=60_000) == 60_000
    assert next_attempt(2, 0, asked_ms=1_000) == 5 * 60_000
    assert next_attempt(1, 0, asked_ms=1000 * HOUR) == 24 * HOUR
