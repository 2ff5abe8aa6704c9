"""The pace of teams, from the states of their chats."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from routing.estimate import DEFAULT_WEIGHT, SERVICE_S
from routing.paces import Paces

MINUTE = 60_000
ONE_SEAT = {frozenset({"media"}): 1}


def wait_s(paces: Paces, position: int, *, team: str = "media", free: int = 0, waiting: int = 1) -> int | None:
    """The wait at this position, with one seat of media."""
    return paces.estimate(team, ONE_SEAT, {"media": waiting, "prod": 0}, free)(position)


def after_chats(*minutes: int) -> Paces:
    """The paces after chats of media with these handle times."""
    paces, now = Paces(), 0
    for number, length in enumerate(minutes):
        paces.waits(str(number), "media", now)
        paces.held(str(number), "media", now)
        now += length * MINUTE
        paces.gone(str(number), now, gave_up=False)
    return paces


def test_estimate_follows_recent_handle_times() -> None:
    """Without data, the default."""
    unknown = wait_s(Paces(), 1)
    assert unknown is not None and unknown >= SERVICE_S
    short, long = wait_s(after_chats(*[1] * 50), 1), wait_s(after_chats(*[30] * 50), 1)
    assert short is not None and long is not None and short < unknown < long
    second = wait_s(after_chats(*[1] * 50), 2)
    assert second is not None and second > short


Facts = Callable[[Paces], None]


def waits_and_is_held(paces: Paces) -> None:
    paces.waits("1", "media", 0)
    paces.held("1", "media", MINUTE)


def is_over(paces: Paces) -> None:
    waits_and_is_held(paces)
    paces.gone("1", 11 * MINUTE, gave_up=False)


def gave_up(paces: Paces) -> None:
    paces.waits("1", "media", 0)
    paces.gone("1", MINUTE, gave_up=True)


@pytest.mark.parametrize("facts", [waits_and_is_held, is_over, gave_up])
def test_repeated_facts_change_nothing(facts: Facts) -> None:
    once, twice = Paces(), Paces()
    facts(once)
    facts(twice)
    twice.gone("unknown", 11 * MINUTE, gave_up=True)
    if facts is waits_and_is_held:
        twice.held("1", "media", MINUTE)
    else:
        twice.gone("1", 12 * MINUTE, gave_up=True)
    assert [wait_s(once, place) for place in (1, 5)] == [wait_s(twice, place) for place in (1, 5)]


def test_resting_chat_takes_no_seat() -> None:
    paces = Paces()
    for number in range(50):
        chat, now = str(number), number * 60 * MINUTE
        paces.waits(chat, "media", now)
        paces.held(chat, "media", now)
        for _ in range(2):
            paces.rests(chat, now + 10 * MINUTE)
            paces.rests("unknown", now)
        for _ in range(2):
            paces.returns(chat, now + 30 * MINUTE)
            paces.returns("unknown", now)
        paces.rests(chat, now + 40 * MINUTE)
        paces.gone(chat, now + 55 * MINUTE, gave_up=False)
    assert wait_s(paces, 1) == wait_s(after_chats(*[10] * 100), 1)


def test_abandonment_shortens_estimates() -> None:
    """Chats sent away at closing time do not."""
    impatient, patient = Paces(), Paces()
    for number in range(50):
        for paces in (impatient, patient):
            paces.waits(str(number), "media", 0)
            paces.gone(str(number), MINUTE, gave_up=paces is impatient)
    sooner, later = wait_s(impatient, 10, waiting=10), wait_s(patient, 10, waiting=10)
    assert sooner is not None and later is not None and sooner < later


def test_transferred_chat_counts_for_its_new_team() -> None:
    paces = Paces()
    paces.waits("1", "prod", 0)
    paces.held("1", "prod", 0)
    paces.waits("1", "media", MINUTE)
    paces.held("1", "media", MINUTE)
    before = wait_s(paces, 1)
    paces.waits("2", "media", 600 * MINUTE)
    paces.held("2", "media", 600 * MINUTE)
    after = wait_s(paces, 1)
    assert before is not None and after is not None
    assert before < after, f"ten hours of one chat outweigh {DEFAULT_WEIGHT} chats of the default"
