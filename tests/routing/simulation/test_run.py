"""A day passes: hand-made customers and shifts, and what becomes of each."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace

import pytest

from routing.adapters.queue_memory import MemoryFloor
from routing.assign import Placement
from routing.desk import Desk, Team
from routing.hours import Schedule, Span
from routing.simulation.customers import Customer, Second
from routing.simulation.day import Answers, Shift
from routing.simulation.run import Outcome, Run
from tests.routing.desks import desk_of

S = 1_000
MEDIA = Team(key="media", name="Media", schedule="standard")
PROD = Team(key="prod", name="Prod", schedule="standard")
ALWAYS = desk_of(MEDIA, PROD)


def shift(
    staff: str, begins: int = 0, ends: int = 10_000, teams: Sequence[str] = ("media",), capacity: int = 1
) -> Shift:
    return Shift(staff, staff, frozenset(teams), capacity, ((begins * S, ends * S),))


def customer(at: int, service: int = 60, patience: int | None = None, team: str = "media") -> Customer:
    return Customer(at * S, team, service * S, None if patience is None else patience * S)


def outcomes(
    customers: Sequence[Customer], shifts: Sequence[Shift], desk: Desk = ALWAYS, answers: Answers | None = None
) -> list[Outcome]:
    """What became of each, in the order in which they came."""
    of_media = {"media": answers or Answers()}
    run = Run(customers, shifts, desk, MemoryFloor(), of_media)
    return sorted(run.outcomes(), key=lambda outcome: outcome.came_at)


def told(found: Sequence[Outcome]) -> list[tuple[str, int, str | None]]:
    """How each ended, after how many seconds of waiting, and with whom."""
    return [(outcome.end, outcome.waited_ms // S, outcome.staff) for outcome in found]


def test_one_after_the_other() -> None:
    """One seat: the second waits until the first is done, the third until the second is."""
    found = outcomes([customer(1), customer(2), customer(3)], [shift("ada")])
    assert told(found) == [("answered", 0, "ada"), ("answered", 59, "ada"), ("answered", 118, "ada")]
    assert [outcome.released_at for outcome in found] == [61 * S, 121 * S, 181 * S]


def test_the_rules_say_who_gets_whom() -> None:
    """The most free room first, and an agent of two teams takes whoever waited longest."""
    found = outcomes([customer(1), customer(2), customer(3)], [shift("ada", capacity=2), shift("bo")])
    assert [staff for _, _, staff in told(found)] == ["ada", "bo", "ada"]
    both = shift("cleo", begins=10, teams=("media", "prod"))
    found = outcomes([customer(2), customer(1, team="prod"), customer(3)], [both])
    assert [(outcome.team, outcome.waited_ms // S) for outcome in found] == [("prod", 9), ("media", 68), ("media", 127)]


def test_a_customer_without_patience_leaves() -> None:
    """Who is not answered in time leaves the queue, and those behind move up."""
    found = outcomes([customer(1), customer(2, patience=30), customer(3)], [shift("ada")])
    assert told(found) == [("answered", 0, "ada"), ("left", 30, None), ("answered", 58, "ada")]


def test_nobody_gets_a_chat_outside_their_shift() -> None:
    """Before the shift and in a break chats wait; those held at its end go on."""
    broken = replace(shift("ada"), spans=((100 * S, 200 * S), (300 * S, 400 * S)))
    found = outcomes([customer(1), customer(150), customer(195), customer(399), customer(400)], [broken])
    assert told(found)[:4] == [
        ("answered", 99, "ada"),
        ("answered", 10, "ada"),
        ("answered", 105, "ada"),
        ("answered", 0, "ada"),
    ]


def test_who_waits_at_closing_time_is_missed_and_who_comes_later_is_refused() -> None:
    """The real hours gate the day: at the closing minute the queue becomes tickets, after it nobody starts."""
    desk = desk_of(MEDIA, schedule=Schedule("standard", ((Span(0, 2),),) * 7))
    found = outcomes([customer(1, service=600), customer(60), customer(120)], [shift("ada")], desk)
    assert told(found) == [("answered", 0, "ada"), ("missed", 60, None), ("closed", 0, None)]


def test_wrap_up_keeps_the_seat() -> None:
    """A team's wrap-up time is part of what a chat takes of a seat."""
    desk = desk_of(replace(MEDIA, wrap_up_s=30))
    found = outcomes([customer(1), customer(2)], [shift("ada")], desk)
    assert told(found)[1] == ("answered", 89, "ada")


def test_the_wait_is_told_when_they_come() -> None:
    """With a free seat none, with none there and nobody to come no word, behind others more the further back."""
    found = outcomes([customer(second) for second in range(1, 5)], [shift("ada")])
    waits = [outcome.told_s for outcome in found]
    assert waits[0] == 0 and None not in waits
    assert waits[1:] == sorted({wait for wait in waits[1:] if wait})
    assert [outcome.told_s for outcome in outcomes([customer(1)], [shift("ada", begins=50)])] == [None]


def test_vips_go_ahead() -> None:
    """Of a client marked so: before who waits longer, not before who is answered."""
    late = replace(customer(3), vip=True)
    assert [(one.vip, one.waited_ms // S) for one in outcomes([customer(1), customer(2), late], [shift("ada")])] == [
        (False, 0),
        (False, 119),
        (True, 58),
    ]


OFFERS = desk_of(replace(MEDIA, assign="offer", offer_s=30), PROD)


def test_an_offer_is_taken_after_a_moment_or_rings_for_the_next() -> None:
    """Who lets it pass is not asked again; each has the whole time of the offer, and the seat is theirs meanwhile."""
    found = outcomes([customer(1)], [shift("ada")], OFFERS, Answers(after_s=5))
    assert told(found) == [("answered", 5, "ada")]
    found = outcomes([replace(customer(1), lets_pass=1)], [shift("ada"), shift("bo")], OFFERS, Answers(after_s=5))
    assert told(found) == [("answered", 35, "bo")]
    assert (found[0].offers, found[0].passed) == (2, 1)
    nobody = outcomes([replace(customer(1, patience=300), lets_pass=9)], [shift("ada")], OFFERS)
    assert told(nobody) == [("left", 300, None)]


def test_who_lets_two_offers_pass_is_away_for_a_while() -> None:
    """By the rule of the desk; then they are asked again."""
    picky = [replace(customer(at, patience=100), lets_pass=9) for at in (1, 2)]
    found = outcomes([*picky, customer(70)], [shift("ada")], OFFERS, Answers(after_s=5, back_s=60))
    assert told(found) == [("left", 100, None), ("left", 100, None), ("answered", 61 + 60 + 5 - 70, "ada")]


def test_an_offer_ends_with_the_shift_of_who_is_asked() -> None:
    """They have let nothing pass: who is there is asked next; and at closing time who is asked may still take it."""
    agents = [shift("ada", ends=10), shift("bo", begins=20)]
    found = outcomes([customer(1)], agents, OFFERS, Answers(after_s=20))
    assert told(found) == [("answered", 39, "bo")]
    assert (found[0].offers, found[0].passed) == (2, 0)
    closing = replace(MEDIA, assign="offer", offer_s=30)
    desk = desk_of(closing, schedule=Schedule("standard", ((Span(0, 2),),) * 7))
    taken, late = customer(118), replace(customer(119), lets_pass=1)
    found = outcomes([taken, late], [shift("ada", capacity=2)], desk, Answers(after_s=5))
    assert told(found) == [("answered", 5, "ada"), ("missed", 30, None)]


def test_handed_on_to_the_next_team() -> None:
    """It goes ahead there, is not given back to who had it, and takes that team as long as its own chats; to a team
    that is closed nothing is handed on."""
    both = shift("ada", teams=("media", "prod"))
    bo = shift("bo", teams=("prod",))
    second = replace(customer(1, service=60), second=Second("prod", 40 * S))
    found = outcomes([second, customer(2, service=100, team="prod"), customer(50, team="prod")], [both, bo])
    assert [(one.team, one.again, one.end, one.waited_ms // S, one.staff) for one in found] == [
        ("media", False, "answered", 0, "ada"),
        ("prod", False, "answered", 0, "bo"),
        ("prod", False, "answered", 11, "ada"),
        ("prod", True, "answered", 41, "bo"),
    ]
    assert found[3].released_at == 142 * S
    schedules = {**ALWAYS.schedules, "never": Schedule("never", ((),) * 7)}
    closed = Desk("UTC", {"media": MEDIA, "prod": replace(PROD, schedule="never")}, schedules, ALWAYS.days_off)
    assert [one.again for one in outcomes([second], [both], closed)] == [False]


class Waiter(MemoryFloor):
    """A floor that has to ask elsewhere."""

    async def propose(self, now: int, limit: int) -> list[Placement]:
        await _Elsewhere()
        return []


class _Elsewhere:
    def __await__(self) -> Generator[None, None, None]:
        yield


def test_only_a_floor_in_memory_will_do() -> None:
    """A floor that waits for somebody cannot be run on a virtual clock, and says so."""
    with pytest.raises(RuntimeError, match="on a floor in memory"):
        list(Run([customer(1)], [shift("ada")], ALWAYS, Waiter()).outcomes())
