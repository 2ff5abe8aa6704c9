from __future__ import annotations

import pytest

from chat.silence import (
    Patience,
    first_reply_owed_since,
    next_reply_owed_since,
    notice,
    nudge_due,
    paused_wait,
    rests,
    silent_for,
    step_reached,
)

PATIENCE = Patience(steps=(300, 600, 900), slot=400, first_reply=180, next_reply=300)
SAID = 10_000
"""When the last word was ours."""
DUE = SAID + 900


def test_silence_counts_from_our_last_message() -> None:
    """It is zero while the last message is the customer's, and never negative, wherever the clock jumps."""
    assert silent_for(DUE, PATIENCE, SAID + 250) == 250
    assert silent_for(None, PATIENCE, SAID + 250) == 0
    assert silent_for(DUE, PATIENCE, SAID - 3_600) == 0


@pytest.mark.parametrize(("after", "step"), [(0, 0), (299, 0), (300, 1), (599, 1), (600, 2), (899, 2), (5_000, 2)])
def test_silence_step_depends_on_the_time_passed(after: int, step: int) -> None:
    """The first step reminds and the second warns. The third, which ends the chat, is handled elsewhere."""
    assert step_reached(DUE, PATIENCE, SAID + after) == step
    assert step_reached(None, PATIENCE, SAID + after) == 0


def test_silence_steps_of_zero_length_are_reached_at_once() -> None:
    assert step_reached(SAID + 900, Patience(steps=(0, 0, 900), slot=0, first_reply=0, next_reply=300), SAID) == 2


@pytest.mark.parametrize(("after", "takes_none"), [(0, False), (399, False), (400, True), (900, True)])
def test_silent_customer_takes_no_slot(after: int, takes_none: bool) -> None:
    assert rests(DUE, PATIENCE, SAID + after) is takes_none
    assert rests(None, PATIENCE, SAID + after) is False


@pytest.mark.parametrize(
    "patience", [PATIENCE, Patience(steps=(300, 600, 900), slot=200, first_reply=180, next_reply=300)]
)
def test_silence_has_no_effect_before_its_notice(patience: Patience) -> None:
    """Then the customer is reminded or the slot is free, whichever comes first."""
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
def test_first_response_is_owed_by_each_agent(
    owed_since: int | None, assigned_at: int | None, replied_at: int | None, since: int | None
) -> None:
    """Since the assignment or the customer's message, whichever was later, until the agent's first message."""
    assert first_reply_owed_since(owed_since, assigned_at, replied_at) == since


@pytest.mark.parametrize(
    ("owed", "told"), [(0, 0), (179, 0), (180, 1), (359, 1), (360, 2), (539, 2), (540, 3), (99_999, 3)]
)
def test_late_first_response_alerts_agent_then_supervisors(owed: int, told: int) -> None:
    """Then the chat is passed on. Each step lasts as long as the agent had."""
    assert nudge_due(owed, PATIENCE) == told


def test_team_without_a_first_response_limit_alerts_nobody() -> None:
    assert nudge_due(99_999, Patience(steps=(300, 600, 900), slot=400, first_reply=0, next_reply=300)) == 0


@pytest.mark.parametrize(("owed_since", "replied_at", "since"), [(50, None, None), (50, 40, 50), (None, 40, None)])
def test_next_response_is_owed_after_the_agents_first(
    owed_since: int | None, replied_at: int | None, since: int | None
) -> None:
    assert next_reply_owed_since(owed_since, replied_at) == since


@pytest.mark.parametrize(
    ("owed", "gone", "came", "since"),
    [(100, 160, 260, 200), (100, 50, 260, 260), (300, 160, 260, 300), (100, 160, 150, 100)],
)
def test_wait_does_not_count_the_customers_absence(owed: int, gone: int, came: int, since: int) -> None:
    """A wait that began in the absence starts at its end. A clock that went back changes nothing."""
    assert paused_wait(owed, gone, came) == since
