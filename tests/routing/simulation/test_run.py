"""A day passes: hand-made customers and shifts, and what becomes of each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.adapters.day_file import parse
from routing.adapters.floor_memory import MemoryFloor
from routing.assign import Placement
from routing.desk import Desk, Overflow, Team
from routing.hours import Schedule, Span
from routing.simulation.customers import Customer, Second, drawn
from routing.simulation.day import Answers, Day, Shift, shifts
from routing.simulation.outcomes import Outcome, Seating
from routing.simulation.run import Run
from server.simulation.day import ClosingTime, chances
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


def passed(
    customers: Sequence[Customer], shifts: Sequence[Shift], desk: Desk = ALWAYS, answers: Answers | None = None
) -> tuple[list[Outcome], list[Seating]]:
    """What became of each wait, in the order in which they began, and the seats that were taken, as they began."""
    of_media = {"media": answers or Answers()}
    run = Run(customers, shifts, desk, MemoryFloor(), ClosingTime(), of_media)
    found = sorted(run.outcomes(), key=lambda outcome: outcome.came_at)
    return found, sorted(run.seatings, key=lambda seating: seating.begins)


def outcomes(
    customers: Sequence[Customer], shifts: Sequence[Shift], desk: Desk = ALWAYS, answers: Answers | None = None
) -> list[Outcome]:
    """What became of each wait, in the order in which they began."""
    return passed(customers, shifts, desk, answers)[0]


def spans(seatings: Sequence[Seating]) -> list[tuple[str, int, int]]:
    """Whose seat was taken from when to when, in seconds."""
    return [(one.staff, one.begins // S, one.ends // S) for one in seatings]


def told(found: Sequence[Outcome]) -> list[tuple[str, int, str | None]]:
    """How each ended, after how many seconds of waiting, and with whom."""
    return [(outcome.end, outcome.waited_ms // S, outcome.staff) for outcome in found]


def test_one_after_the_other() -> None:
    """One seat: the second waits until the first is done, the third until the second is."""
    found, seatings = passed([customer(1), customer(2), customer(3)], [shift("ada")])
    assert told(found) == [("answered", 0, "ada"), ("answered", 59, "ada"), ("answered", 118, "ada")]
    assert spans(seatings) == [("ada", 1, 61), ("ada", 61, 121), ("ada", 121, 181)]


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
    found, seatings = passed([customer(1), customer(2)], [shift("ada")], desk)
    assert told(found)[1] == ("answered", 89, "ada")
    assert spans(seatings) == [("ada", 1, 91), ("ada", 91, 181)]


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
    found = outcomes([replace(customer(1), declines=1)], [shift("ada"), shift("bo")], OFFERS, Answers(after_s=5))
    assert told(found) == [("answered", 35, "bo")]
    assert (found[0].offers, found[0].declined) == (2, 1)
    nobody = outcomes([replace(customer(1, patience=300), declines=9)], [shift("ada")], OFFERS)
    assert told(nobody) == [("left", 300, None)]


def test_who_lets_two_offers_pass_is_away_for_a_while() -> None:
    """By the rule of the desk; then they are asked again."""
    picky = [replace(customer(at, patience=100), declines=9) for at in (1, 2)]
    found = outcomes([*picky, customer(70)], [shift("ada")], OFFERS, Answers(after_s=5, back_s=60))
    assert told(found) == [("left", 100, None), ("left", 100, None), ("answered", 61 + 60 + 5 - 70, "ada")]


def test_an_offer_ends_with_the_shift_of_who_is_asked() -> None:
    """They have let nothing pass: who is there is asked next; and at closing time who is asked may still take it."""
    agents = [shift("ada", ends=10), shift("bo", begins=20)]
    found = outcomes([customer(1)], agents, OFFERS, Answers(after_s=20))
    assert told(found) == [("answered", 39, "bo")]
    assert (found[0].offers, found[0].declined) == (2, 0)
    closing = replace(MEDIA, assign="offer", offer_s=30)
    desk = desk_of(closing, schedule=Schedule("standard", ((Span(0, 2),),) * 7))
    taken, late = customer(118), replace(customer(119), declines=1)
    found = outcomes([taken, late], [shift("ada", capacity=2)], desk, Answers(after_s=5))
    assert told(found) == [("answered", 5, "ada"), ("missed", 30, None)]


def test_handed_on_to_the_next_team() -> None:
    """It goes ahead there, is not given back to who had it, and takes that team as long as its own chats; to a team
    that is closed nothing is handed on."""
    both = shift("ada", teams=("media", "prod"))
    bo = shift("bo", teams=("prod",))
    second = replace(customer(1, service=60), second=Second("prod", 40 * S))
    chats = [second, customer(2, service=100, team="prod"), customer(50, team="prod")]
    found, seatings = passed(chats, [both, bo])
    assert [(one.team, one.why, one.end, one.waited_ms // S, one.staff) for one in found] == [
        ("media", "came", "answered", 0, "ada"),
        ("prod", "came", "answered", 0, "bo"),
        ("prod", "came", "answered", 11, "ada"),
        ("prod", "handed_on", "answered", 41, "bo"),
    ]
    assert spans(seatings)[-1] == ("bo", 102, 142)
    schedules = {**ALWAYS.schedules, "never": Schedule("never", ((),) * 7)}
    closed = Desk("UTC", {"media": MEDIA, "prod": replace(PROD, schedule="never")}, schedules, ALWAYS.days_off)
    assert [one.why for one in outcomes([second], [both], closed)] == ["came"]


def test_a_full_line_turns_away() -> None:
    """Those for whom a seat is free are as good as answered; who was turned away was not in line."""
    desk = desk_of(replace(MEDIA, queue_max=1))
    found = outcomes([customer(at) for at in (1, 2, 3)], [shift("ada")], desk)
    assert told(found) == [("answered", 0, "ada"), ("answered", 59, "ada"), ("full", 0, None)]


def test_who_is_never_answered_is_missed() -> None:
    """A team that never closes, and nobody for it: the day is over, and nothing is left out."""
    assert told(outcomes([customer(1)], [shift("ada", ends=100, teams=("prod",))])) == [("missed", 99, None)]


OVERFLOW = replace(MEDIA, overflow=Overflow("prod", 30))


def test_who_waited_for_long_goes_on_to_another_team() -> None:
    """Once, in the place of their own time of joining, behind who came back; an offer that rings is waited for."""
    bo = shift("bo", begins=20, teams=("prod",))
    found = outcomes(
        [customer(1, service=200), customer(2), customer(3, service=100, team="prod"), customer(25, team="prod")],
        [shift("ada"), bo],
        desk_of(OVERFLOW, PROD),
    )
    assert [(one.team, one.flowed_to, one.end, one.waited_ms // S, one.staff) for one in found] == [
        ("media", None, "answered", 0, "ada"),
        ("media", "prod", "answered", 118, "bo"),
        ("prod", None, "answered", 17, "bo"),
        ("prod", None, "answered", 155, "bo"),
    ]
    both_ways = desk_of(OVERFLOW, replace(PROD, overflow=Overflow("media", 30)))
    found = outcomes([customer(1, patience=200)], [shift("bo", ends=2, teams=("prod",))], both_ways)
    assert [(one.end, one.flowed_to) for one in found] == [("left", None)]
    busy = [shift("ada", ends=200), shift("bo", teams=("prod",))]
    long = [customer(1, service=900), customer(2, service=900, team="prod"), customer(3, patience=300)]
    assert outcomes(long, busy, both_ways)[2].flowed_to == "prod"
    desk = desk_of(replace(OVERFLOW, assign="offer", offer_s=40), PROD)
    found = outcomes([replace(customer(1), declines=1)], [shift("ada"), shift("bo", teams=("prod",))], desk)
    assert [(one.flowed_to, one.waited_ms // S, one.staff) for one in found] == [("prod", 40, "bo")]


def test_overflow_waits_for_somebody_in_an_open_team() -> None:
    """Nobody goes to a team that is closed, or where nobody is: as soon as it has somebody they do."""
    found = outcomes([customer(1)], [shift("bo", begins=70, teams=("prod",))], desk_of(OVERFLOW, PROD))
    assert [(one.flowed_to, one.waited_ms // S) for one in found] == [("prod", 69)]
    schedules = {**ALWAYS.schedules, "later": Schedule("later", ((Span(2, 600),),) * 7)}
    later = Desk("UTC", {"media": OVERFLOW, "prod": replace(PROD, schedule="later")}, schedules, ALWAYS.days_off)
    found = outcomes([customer(1)], [shift("bo", teams=("prod",))], later)
    assert [(one.flowed_to, one.waited_ms // S) for one in found] == [("prod", 119)]


def test_who_is_gone_for_a_while_keeps_their_chats() -> None:
    """What they hold stands still meanwhile, and they get nothing new."""
    gone = replace(shift("ada", capacity=2), gone=((20 * S, 60 * S),))
    found, seatings = passed([customer(1), customer(30)], [gone])
    assert told(found) == [("answered", 0, "ada"), ("answered", 30, "ada")]
    assert spans(seatings) == [("ada", 1, 101), ("ada", 60, 120)]


def test_who_is_gone_for_longer_loses_their_chats() -> None:
    """To the head of the line, for what they still need; to who had them, where they are back when a seat is free; a
    chat that is being wrapped up is over."""
    gone = replace(shift("ada", capacity=2), gone=((31 * S, 200 * S),))
    chats = [customer(1, 100), customer(2, 140), customer(3, 400), customer(40)]
    found, seatings = passed(chats, [gone, shift("bo")])
    waits = [(one.why, one.end, one.waited_ms // S, one.staff) for one in found]
    assert waits == [
        ("came", "answered", 0, "ada"),
        ("came", "answered", 0, "bo"),
        ("came", "answered", 0, "ada"),
        ("came", "answered", 160, "ada"),
        ("agent_gone", "answered", 51, "bo"),
        ("agent_gone", "answered", 109, "ada"),
    ]
    first, again = [("ada", 1, 91), ("bo", 2, 142), ("ada", 3, 91)], [("bo", 142, 212), ("ada", 200, 572)]
    assert spans(seatings) == [*first, again[0], ("ada", 200, 260), again[1]]
    desk = desk_of(replace(MEDIA, wrap_up_s=300, agent_grace_s=5))
    found, seatings = passed([customer(1, 10)], [gone, shift("bo", begins=20)], desk)
    assert len(found) == 1 and spans(seatings) == [("ada", 1, 311)]


def test_an_offer_to_who_vanishes_goes_to_the_next() -> None:
    """They have let nothing pass."""
    ada = replace(shift("ada", capacity=2), gone=((4 * S, 500 * S),))
    found = outcomes([customer(1)], [ada, shift("bo")], OFFERS, Answers(after_s=5))
    assert told(found) == [("answered", 8, "bo")]
    assert (found[0].offers, found[0].declined) == (2, 0)


TWO_MINUTES = Schedule("standard", ((Span(0, 2),),) * 7)


def test_closing_time_asks_who_waits() -> None:
    """Who keeps their place is answered for a while past closing; who leaves a ticket does so at once; the others are
    missed at closing time; who is answered at once is asked nothing."""
    desk = desk_of(replace(MEDIA, closing_notice_s=60, closing_drain_s=100), schedule=TWO_MINUTES)
    chats = [
        customer(1, service=140),
        replace(customer(2), at_closing="ticket"),
        replace(customer(3, patience=90), at_closing="stay"),
        replace(customer(4), at_closing="stay"),
        replace(customer(5), at_closing="stay"),
        replace(customer(6), at_closing="stay"),
        customer(7),
        replace(customer(90), at_closing="ticket"),
    ]
    found = outcomes(chats, [shift("ada")], desk)
    assert [(one.end, one.ended_waiting_at // S, one.at_closing) for one in found] == [
        ("answered", 1, None),
        ("missed", 60, "ticket"),
        ("left", 93, "stay"),
        ("answered", 141, "stay"),
        ("answered", 201, "stay"),
        ("missed", 220, "stay"),
        ("missed", 120, "nothing"),
        ("missed", 91, "ticket"),
    ]


def test_what_comes_back_after_closing_is_answered_by_who_is_there() -> None:
    """Nothing is asked: it waits while somebody is available, and is missed once nobody is, or after too long."""
    desk = desk_of(replace(MEDIA, closing_drain_s=100), schedule=TWO_MINUTES)
    ada = replace(shift("ada"), gone=((100 * S, 2000 * S),))
    bo = shift("bo", ends=300)
    for service, end, at in ((100, "answered", 201), (300, "missed", 260)):
        found = outcomes([customer(1, 500), customer(101, service)], [ada, bo], desk)
        assert [(one.why, one.end, one.ended_waiting_at // S) for one in found] == [
            ("came", "answered", 1),
            ("came", "answered", 101),
            ("agent_gone", end, at),
        ]
    found = outcomes([customer(1, 500), customer(101, 300)], [ada, shift("bo", ends=200)], desk)
    assert (found[2].end, found[2].ended_waiting_at // S) == ("missed", 200)


@settings(max_examples=40)
@given(st.integers(0, 2**32))
def test_nobody_is_lost_and_no_seat_is_there_twice(seed: int) -> None:
    """Whatever happens on a busy day: each customer has one outcome, waits follow one upon the other, who holds chats
    holds no more than they may, and the same day passes the same way once more."""
    chance = random.Random(seed)
    found = busy_day(chance)
    day = parse(found, "d.yaml")
    customers, agents = drawn(day, random.Random(seed)), shifts(day, chances(seed))
    outcomes, seatings = once(day, customers, agents)
    assert once(day, customers, agents) == (outcomes, seatings)
    came = [one for one in outcomes if one.why == "came"]
    assert sorted((one.came_at, one.team) for one in came) == sorted((one.at, one.team) for one in customers)
    assert all(one.waited_ms >= 0 for one in outcomes)
    assert sum(one.end == "answered" for one in outcomes) == len(seatings)
    assert sum(one.why == "agent_gone" for one in outcomes) <= len(seatings)
    held: Counter[str] = Counter()
    capacity = {one.staff: one.capacity for one in agents}
    edges = [(one.ends, -1, one.staff) for one in seatings] + [(one.begins, 1, one.staff) for one in seatings]
    for _, change, staff in sorted(edges):
        held[staff] += change
        assert held[staff] <= capacity[staff]


def once(day: Day, customers: list[Customer], agents: list[Shift]) -> tuple[list[Outcome], list[Seating]]:
    """A day gone by."""
    run = Run(customers, agents, day.desk, MemoryFloor(), ClosingTime(), day.answers)
    return list(run.outcomes()), run.seatings


def busy_day(chance: random.Random) -> str:
    """Three teams on which everything happens that can."""
    promises = [
        f"assign: {chance.choice(['auto', 'offer'])}, wrap_up_s: {chance.choice([0, 60])}, "
        f"queue_max: {chance.choice(['none', '2', '9'])}, agent_grace_s: {chance.choice([0, 60, 600])}, "
        f"overflow: {{to: {to}, after_s: {chance.choice([1, 60, 400])}}}"
        for to in ("b", "c", "a")
    ]
    ends = [chance.choice(["10:00", "10:20"]) for _ in range(3)]
    shift = chance.choice(['["09:00-10:10"]', '["08:55-09:20", "09:30-10:30"]'])
    traffic = (
        "{arrivals: {9: 25}, service: {mean_s: 300}, patience: {mean_s: 400}, vip_percent: 10, "
        "handed_on: {to: TO, percent: 20}, answers: {passed_percent: 20, back_s: 60}, "
        "at_closing: {stay_percent: 50, ticket_percent: 20}}"
    )
    return "\n".join(
        [
            "date: 2026-11-24",
            "desk:",
            "  timezone: America/New_York",
            "  schedules:",
            *(f'    {key}: {{tue: ["09:00-{end}"]}}' for key, end in zip("abc", ends, strict=True)),
            "  teams:",
            *(
                f"    {key}: {{name: {key.upper()}, schedule: {key}, {promised}}}"
                for key, promised in zip("abc", promises, strict=True)
            ),
            "traffic:",
            *(f"  {key}: {traffic.replace('TO', to)}" for key, to in zip("abc", "bca", strict=True)),
            "agents:",
            *(
                f"  - {{name: {key}, count: {chance.randint(0, 3)}, teams: [{key}], shift: {shift}, concurrency: 2}}"
                for key in "abc"
            ),
            f"  - {{name: all, count: 2, teams: [a, b, c], shift: {shift}, concurrency: 3}}",
            "vanish: {every_h: 1, back: {mean_s: 200, median_s: 60}}",
        ]
    )


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
    with pytest.raises(RuntimeError, match="needs an in-memory floor"):
        list(Run([customer(1)], [shift("ada")], ALWAYS, Waiter(), ClosingTime()).outcomes())
