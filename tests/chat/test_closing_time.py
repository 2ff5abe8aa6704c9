from __future__ import annotations

import pytest

from chat.closing_time import NOT_ASKED, Asked, OpeningState, asked_after_absence, asked_now, staying

NOTICE, DRAIN = 900, 600
CLOSES = 10_000
STAYS = Asked(None, CLOSES + DRAIN, stays=True)
ASKED = Asked(CLOSES, CLOSES)
CAME_BACK = Asked(None, CLOSES + DRAIN)
"""To the queue of a team that was closed."""


def opening_state(*, open_: bool = True, closes_at: int | None = CLOSES, answerable: bool = False) -> OpeningState:
    return OpeningState(
        open=open_, closes_at=closes_at if open_ else None, notice_ms=NOTICE, drain_ms=DRAIN, answerable=answerable
    )


@pytest.mark.parametrize("before", [NOT_ASKED, ASKED, STAYS, CAME_BACK])
@pytest.mark.parametrize("closes_at", [None, CLOSES])
def test_customer_is_not_asked_before_the_closing_notice(before: Asked, closes_at: int | None) -> None:
    """Nor if the team never closes. A question asked before the hours were extended is withdrawn."""
    assert asked_now(before, opening_state(closes_at=closes_at), CLOSES - NOTICE - 1) == NOT_ASKED


@pytest.mark.parametrize(
    ("before", "after"),
    [(NOT_ASKED, ASKED), (ASKED, ASKED), (Asked(9_000, 9_000), ASKED), (STAYS, STAYS), (CAME_BACK, ASKED)],
)
def test_customer_is_asked_from_the_notice_until_closing(before: Asked, after: Asked) -> None:
    """The current closing time counts. A customer who has chosen is not asked again."""
    assert (
        asked_now(before, opening_state(), CLOSES - NOTICE) == asked_now(before, opening_state(), CLOSES - 1) == after
    )


@pytest.mark.parametrize(("before", "last"), [(ASKED, CLOSES - 1), (STAYS, CLOSES + DRAIN - 1)])
@pytest.mark.parametrize("answerable", [True, False])
def test_chat_is_missed_at_closing_or_after_the_stay(before: Asked, last: int, answerable: bool) -> None:
    """At closing without a choice. After the extra time for a customer who chose to stay."""
    closed = opening_state(open_=False, answerable=answerable)
    assert asked_now(before, closed, last) == before
    assert asked_now(before, closed, last + 1) is None


def test_chat_requeued_after_closing_waits_for_an_agent() -> None:
    """It waits as long as a customer who chose to stay. With no agent left, it becomes a ticket at once."""
    assert asked_now(NOT_ASKED, opening_state(open_=False, answerable=True), CLOSES) == CAME_BACK
    assert asked_now(CAME_BACK, opening_state(open_=False, answerable=True), CLOSES + DRAIN - 1) == CAME_BACK
    assert asked_now(CAME_BACK, opening_state(open_=False, answerable=True), CLOSES + DRAIN) is None
    assert asked_now(NOT_ASKED, opening_state(open_=False), CLOSES) is None
    assert asked_now(CAME_BACK, opening_state(open_=False), CLOSES + 1) is None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (NOT_ASKED, Asked(50_000 + NOTICE, 50_000 + NOTICE)),
        (ASKED, Asked(50_000 + NOTICE, 50_000 + NOTICE)),
        (STAYS, Asked(None, 50_000 + DRAIN, stays=True)),
        (Asked(None, 60_000, stays=True), Asked(None, 60_000, stays=True)),
        (CAME_BACK, Asked(None, 50_000 + DRAIN)),
        (Asked(None, 60_000), Asked(None, 50_000 + DRAIN)),
    ],
)
def test_closing_during_downtime_grants_the_full_wait(before: Asked, after: Asked) -> None:
    """Counted from when the server is ready. A customer who was promised more keeps it."""
    assert asked_after_absence(before, opening_state(open_=False), 50_000) == after


@pytest.mark.parametrize("before", [NOT_ASKED, ASKED, STAYS])
def test_team_still_open_after_downtime_closes_on_time(before: Asked) -> None:
    assert asked_after_absence(before, opening_state(), CLOSES - 1) == before


def test_choosing_to_stay_extends_the_wait_once() -> None:
    """From the deadline for the choice. Repeating it adds nothing, and a customer who was not asked has no choice."""
    assert staying(ASKED, DRAIN) == STAYS
    assert staying(STAYS, DRAIN) == STAYS
    assert staying(NOT_ASKED, DRAIN) == NOT_ASKED


@pytest.mark.parametrize(
    ("present", "now", "soon"),
    [
        (opening_state(), CLOSES - NOTICE - 1, False),
        (opening_state(), CLOSES - NOTICE, True),
        (opening_state(open_=False), 0, True),
        (opening_state(closes_at=None), CLOSES, False),
    ],
)
def test_team_closes_soon_from_the_notice_on(present: OpeningState, now: int, soon: bool) -> None:
    assert present.closes_soon(now) == soon
