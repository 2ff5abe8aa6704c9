"""The simulation of small days made by hand."""

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
    """The outcome of each wait and the seatings, in the order in which they began."""
    of_media = {"media": answers or Answers()}
    run = Run(customers, shifts, desk, MemoryFloor(), ClosingTime(), of_media)
    found = sorted(run.outcomes(), key=lambda outcome: outcome.came_at)
    return found, sorted(run.seatings, key=lambda seating: seating.begins)


def outcomes(
    customers: Sequence[Customer], shifts: Sequence[Shift], desk: Desk = ALWAYS, answers: Answers | None = None
) -> list[Outcome]:
    """The outcome of each wait, in the order in which they began."""
    return passed(customers, shifts, desk, answers)[0]


def spans(seatings: Sequence[Seating]) -> list[tuple[str, int, int]]:
    """Whose seat was taken when, in seconds."""
    return [(one.staff, one.begins // S, one.ends // S) for one in seatings]


def told(found: Sequence[Outcome]) -> list[tuple[str, int, str | None]]:
    """The end of each wait, its length in seconds, and the agent."""
    return [(outcome.end, outcome.waited_ms // S, outcome.staff) for outcome in found]


def test_one_seat_serves_chats_in_turn() -> None:
    found, seatings = passed([customer(1), customer(2), customer(3)], [shift("ada")])
    assert told(found) == [("answered", 0, "ada"), ("answered", 59, "ada"), ("answered", 118, "ada")]
    assert spans(seatings) == [("ada", 1, 61), ("ada", 61, 121), ("ada", 121, 181)]


def test_placements_follow_the_routing_rules() -> None:
    found = outcomes([customer(1), customer(2), customer(3)], [shift("ada", capacity=2), shift("bo")])
    assert [staff for _, _, staff in told(found)] == ["ada", "bo", "ada"]
    both = shift("cleo", begins=10, teams=("media", "prod"))
    found = outcomes([customer(2), customer(1, team="prod"), customer(3)], [both])
    assert [(outcome.team, outcome.waited_ms // S) for outcome in found] == [("prod", 9), ("media", 68), ("media", 127)]


def test_impatient_customer_leaves_the_queue() -> None:
    found = outcomes([customer(1), customer(2, patience=30), customer(3)], [shift("ada")])
    assert told(found) == [("answered", 0, "ada"), ("left", 30, None), ("answered", 58, "ada")]


def test_no_chats_outside_the_shift() -> None:
    """Held chats continue after it."""
    broken = replace(shift("ada"), spans=((100 * S, 200 * S), (300 * S, 400 * S)))
    found = outcomes([customer(1), customer(150), customer(195), customer(399), customer(400)], [broken])
    assert told(found)[:4] == [
        ("answered", 99, "ada"),
        ("answered", 10, "ada"),
        ("answered", 105, "ada"),
        ("answered", 0, "ada"),
    ]


def test_waiting_chats_are_missed_at_closing_time() -> None:
    """Later arrivals are refused."""
    desk = desk_of(MEDIA, schedule=Schedule("standard", ((Span(0, 2),),) * 7))
    found = outcomes([customer(1, service=600), customer(60), customer(120)], [shift("ada")], desk)
    assert told(found) == [("answered", 0, "ada"), ("missed", 60, None), ("closed", 0, None)]


def test_wrap_up_keeps_the_seat() -> None:
    desk = desk_of(replace(MEDIA, wrap_up_s=30))
    found, seatings = passed([customer(1), customer(2)], [shift("ada")], desk)
    assert told(found)[1] == ("answered", 89, "ada")
    assert spans(seatings) == [("ada", 1, 91), ("ada", 91, 181)]


def test_wait_is_announced_on_arrival() -> None:
    found = outcomes([customer(second) for second in range(1, 5)], [shift("ada")])
    waits = [outcome.told_s for outcome in found]
    assert waits[0] == 0 and None not in waits
    assert waits[1:] == sorted({wait for wait in waits[1:] if wait})
    assert [outcome.told_s for outcome in outcomes([customer(1)], [shift("ada", begins=50)])] == [None]


def test_vip_goes_ahead_of_waiting_chats() -> None:
    late = replace(customer(3), vip=True)
    assert [(one.vip, one.waited_ms // S) for one in outcomes([customer(1), customer(2), late], [shift("ada")])] == [
        (False, 0),
        (False, 119),
        (True, 58),
    ]


OFFERS = desk_of(replace(MEDIA, assign="offer", offer_s=30), PROD)


def test_offer_is_accepted_or_goes_to_the_next_agent() -> None:
    found = outcomes([customer(1)], [shift("ada")], OFFERS, Answers(after_s=5))
    assert told(found) == [("answered", 5, "ada")]
    found = outcomes([replace(customer(1), declines=1)], [shift("ada"), shift("bo")], OFFERS, Answers(after_s=5))
    assert told(found) == [("answered", 35, "bo")]
    assert (found[0].offers, found[0].declined) == (2, 1)
    nobody = outcomes([replace(customer(1, patience=300), declines=9)], [shift("ada")], OFFERS)
    assert told(nobody) == [("left", 300, None)]


def test_two_declined_offers_make_an_agent_away() -> None:
    picky = [replace(customer(at, patience=100), declines=9) for at in (1, 2)]
    found = outcomes([*picky, customer(70)], [shift("ada")], OFFERS, Answers(after_s=5, back_s=60))
    assert told(found) == [("left", 100, None), ("left", 100, None), ("answered", 61 + 60 + 5 - 70, "ada")]


def test_declined_offers_that_overlap_count_as_one() -> None:
    picky = [replace(customer(at, patience=100), declines=9) for at in (1, 2)]
    found = outcomes([*picky, customer(70)], [shift("ada", capacity=2)], OFFERS, Answers(after_s=5, back_s=60))
    assert told(found)[-1] == ("answered", 5, "ada")


def test_offer_ends_with_the_shift() -> None:
    """It does not count as declined."""
    agents = [shift("ada", ends=10), shift("bo", begins=20)]
    found = outcomes([customer(1)], agents, OFFERS, Answers(after_s=20))
    assert told(found) == [("answered", 39, "bo")]
    assert (found[0].offers, found[0].declined) == (2, 0)
    closing = replace(MEDIA, assign="offer", offer_s=30)
    desk = desk_of(closing, schedule=Schedule("standard", ((Span(0, 2),),) * 7))
    taken, late = customer(118), replace(customer(119), declines=1)
    found = outcomes([taken, late], [shift("ada", capacity=2)], desk, Answers(after_s=5))
    assert told(found) == [("answered", 5, "ada"), ("missed", 30, None)]


def test_transfer_to_the_second_team() -> None:
    """It goes ahead there, not back to its agent. A closed team gets no transfer."""
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


def test_full_queue_refuses_customers() -> None:
    desk = desk_of(replace(MEDIA, queue_max=1))
    found = outcomes([customer(at) for at in (1, 2, 3)], [shift("ada")], desk)
    assert told(found) == [("answered", 0, "ada"), ("answered", 59, "ada"), ("full", 0, None)]


def test_unanswered_chat_is_missed_at_the_end_of_the_day() -> None:
    assert told(outcomes([customer(1)], [shift("ada", ends=100, teams=("prod",))])) == [("missed", 99, None)]


OVERFLOW = replace(MEDIA, overflow=Overflow("prod", 30))


def test_long_waiting_chat_overflows_once() -> None:
    """It keeps its time of joining, behind requeued chats."""
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


def test_overflow_waits_for_an_open_team_with_agents() -> None:
    found = outcomes([customer(1)], [shift("bo", begins=70, teams=("prod",))], desk_of(OVERFLOW, PROD))
    assert [(one.flowed_to, one.waited_ms // S) for one in found] == [("prod", 69)]
    schedules = {**ALWAYS.schedules, "later": Schedule("later", ((Span(2, 600),),) * 7)}
    later = Desk("UTC", {"media": OVERFLOW, "prod": replace(PROD, schedule="later")}, schedules, ALWAYS.days_off)
    found = outcomes([customer(1)], [shift("bo", teams=("prod",))], later)
    assert [(one.flowed_to, one.waited_ms // S) for one in found] == [("prod", 119)]


def test_briefly_disconnected_agent_keeps_their_chats() -> None:
    """They pause meanwhile."""
    gone = replace(shift("ada", capacity=2), gone=((20 * S, 60 * S),))
    found, seatings = passed([customer(1), customer(30)], [gone])
    assert told(found) == [("answered", 0, "ada"), ("answered", 30, "ada")]
    assert spans(seatings) == [("ada", 1, 101), ("ada", 60, 120)]


def test_long_disconnected_agent_loses_their_chats() -> None:
    """They are requeued with their remaining time."""
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


def test_offer_to_disconnected_agent_goes_to_the_next() -> None:
    """It does not count as declined."""
    ada = replace(shift("ada", capacity=2), gone=((4 * S, 500 * S),))
    found = outcomes([customer(1)], [ada, shift("bo")], OFFERS, Answers(after_s=5))
    assert told(found) == [("answered", 8, "bo")]
    assert (found[0].offers, found[0].declined) == (2, 0)


TWO_MINUTES = Schedule("standard", ((Span(0, 2),),) * 7)


def test_closing_time_asks_waiting_customers() -> None:
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


def test_chat_requeued_after_closing_waits_for_available_agents() -> None:
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


@pytest.mark.long
@settings(max_examples=min(40, settings().max_examples))
@given(st.integers(0, 2**32))
def test_busy_day_loses_no_customer_and_no_seat(seed: int) -> None:
    """And the same day gives the same result."""
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
    run = Run(customers, agents, day.desk, MemoryFloor(), ClosingTime(), day.answers)
    return list(run.outcomes()), run.seatings


def busy_day(chance: random.Random) -> str:
    """Three teams with every feature."""
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
    """A floor that has to wait."""

    async def propose(self, now: int, limit: int) -> list[Placement]:
        await _Elsewhere()
        return []


class _Elsewhere:
    def __await__(self) -> Generator[None, None, None]:
        yield


def test_asynchronous_floor_is_refused() -> None:
    with pytest.raises(RuntimeError, match="needs an in-memory floor"):
        list(Run([customer(1)], [shift("ada")], ALWAYS, Waiter(), ClosingTime()).outcomes())
