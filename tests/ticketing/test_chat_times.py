from __future__ import annotations

from ticketing.chat_times import ChatTimes, Turn, TurnKind, times_of


def chat(id_: str, *steps: tuple[int, TurnKind] | tuple[int, TurnKind, str]) -> list[Turn]:
    return [Turn(id_, seconds * 1000, kind, *agent) for seconds, kind, *agent in steps]


def test_times_without_a_chat_are_none() -> None:
    assert times_of([]) is None


def test_times_of_a_chat_that_nobody_took_are_its_wait() -> None:
    turns = chat("c1", (0, "started"), (0, "customer"), (90, "closed"))
    assert times_of(turns) == ChatTimes(90, None, None, None, None, 0, [])


def test_times_count_from_the_first_unanswered_message() -> None:
    """The first response is no gap. Several messages of a side in a row are one."""
    turns = chat(
        "c1",
        (0, "started"),
        (0, "customer"),
        (60, "assigned", "Priya"),
        (100, "staff"),
        (110, "customer"),
        (150, "customer"),
        (210, "staff"),
        (211, "staff"),
        (300, "customer"),
        (310, "staff"),
        (400, "customer"),
        (430, "staff"),
        (600, "closed"),
    )
    assert times_of(turns) == ChatTimes(60, 40, 30, 100, 540, 0, ["Priya"])


def test_times_of_several_chats_add_up_and_begin_with_the_first() -> None:
    first = chat(
        "c1",
        (0, "started"),
        (10, "assigned", "Priya"),
        (20, "staff"),
        (30, "transferred"),
        (40, "assigned", "Mateo"),
        (50, "closed"),
    )
    second = chat("c2", (1000, "started"), (1500, "assigned", "Priya"), (1600, "closed"))
    assert times_of([*first, *second]) == ChatTimes(10, 10, None, None, 140, 1, ["Priya", "Mateo"])
