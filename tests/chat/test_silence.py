"""The clocks of an answered chat: the customer is silent, a reply is owed."""

from __future__ import annotations

import pytest

from chat.silence import Patience, first_reply_owed_since, notice, nudge_due, rests, silent_for, step_reached

PATIENCE = Patience(steps=(300, 600, 900), slot=400, first_reply=180)
SAID = 10_000
"""When the last word was ours."""
DUE = SAID + 900


def test_silence_is_counted_from_our_last_word() -> None:
    """Not at all while the last word is theirs, and never less than none, wherever the clock has jumped to."""
    assert silent_for(DUE, PATIENCE, SAID + 250) == 250
    assert silent_for(None, PATIENCE, SAID + 250) == 0
    assert silent_for(DUE, PATIENCE, SAID - 3_600) == 0


@pytest.mark.parametrize(("after", "step"), [(0, 0), (299, 0), (300, 1), (599, 1), (600, 2), (899, 2), (5_000, 2)])
def test_the_steps_before_the_end(after: int, step: int) -> None:
    """Reminded at the first, warned at the second; the third ends the chat, which is not told here."""
    assert step_reached(DUE, PATIENCE, SAID + after) == step
    assert step_reached(None, PATIENCE, SAID + after) == 0


def test_a_patience_without_steps_to_tell_of() -> None:
    """Who is reminded at once is reminded at once: a span of nothing is reached as it begins."""
    assert step_reached(SAID + 900, Patience(steps=(0, 0, 900), slot=0, first_reply=0), SAID) == 2


@pytest.mark.parametrize(("after", "takes_none"), [(0, False), (399, False), (400, True), (900, True)])
def test_a_silent_customer_takes_no_seat(after: int, takes_none: bool) -> None:
    """From the span of the team on, and only while the last word is ours."""
    assert rests(DUE, PATIENCE, SAID + after) is takes_none
    assert rests(None, PATIENCE, SAID + after) is False


@pytest.mark.parametrize("patience", [PATIENCE, Patience(steps=(300, 600, 900), slot=200, first_reply=180)])
def test_the_notice_that_a_silence_gives(patience: Patience) -> None:
    """Until then nothing comes of it; then the customer is reminded or the seat is free, whichever comes first."""
    begins = DUE - notice(patience)
    assert (step_reached(DUE, patience, begins - 1), rests(DUE, patience, begins - 1)) == (0, False)
    assert (step_reached(DUE, patience, begins), rests(DUE, patience, begins)) != (0, False)


@pytest.mark.parametrize(
    ("owed_since", "assigned_at", "replied_at", "since"),
    [
        (50, 100, None, 100),
        (100, 100, None, 100),
        (101, 100, None, 101),
        (101, 100, 100, None),
        (None, 100, None, None),
        (50, None, None, None),
    ],
)
def test_a_first_reply_is_owed_by_each_agent(
    owed_since: int | None, assigned_at: int | None, replied_at: int | None, since: int | None
) -> None:
    """From when the chat was theirs and the customer had spoken, whichever was later, until they write for the first
    time."""
    assert first_reply_owed_since(owed_since, assigned_at, replied_at) == since


@pytest.mark.parametrize(
    ("owed", "told"), [(0, 0), (179, 0), (180, 1), (359, 1), (360, 2), (539, 2), (540, 3), (99_999, 3)]
)
def test_who_is_told_that_a_reply_is_owed(owed: int, told: int) -> None:
    """The agent, then the supervisors, then it is passed on: each has as long as the agent had."""
    assert nudge_due(owed, PATIENCE) == told


def test_a_team_that_asks_for_no_first_reply() -> None:
    """Where the span is nothing nobody is told, however long it lasts."""
    assert nudge_due(99_999, Patience(steps=(300, 600, 900), slot=400, first_reply=0)) == 0
