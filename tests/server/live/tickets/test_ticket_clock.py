"""A simulated year of waiting tickets, swept by two processes that are down now and then.

Every step is compared with an independent count of business days.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch
from zoneinfo import ZoneInfo

import holidays
import pytest

from clock.zones import EASTERN
from identity.actor import Actor
from routing.adapters.public_holidays import days_off
from routing.desk import Desk, Team
from routing.hours import Exceptional, PublicHolidays, Schedule, Span
from server.live.hours.paces import Paces
from server.live.tickets.ticket_clock import AT_ONCE, AT_ONCE_MAX, JOB, LEASE_MS, UNIT_S, TicketClock, next_size
from server.live.tickets.tickets import LogsOfChats
from storage.leases import Lease
from storage.opening import open_storage
from storage.ports import Dialect, Storage, Tx
from tests.running import SettableClock
from tests.servers import database
from tests.ticketing.people import Colleagues
from tests.ticketing.timed_letters import Letter, TimedLetters
from ticketing import contact
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.adapters.waits import SqlWaits
from ticketing.awaiting import Awaiting
from ticketing.due_steps import DueSteps
from ticketing.service import Tickets
from ticketing.ticket import Requester, Ticket
from ticketing.waiting_clock import STEPS, Step, Wait
from ticketing.wanted import Opening, Wanted

MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media", "spot"}))
ANA = Actor("customer", "v1", "Ana", "ana@northlake.example")
ZONE = ZoneInfo(EASTERN)
MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
START = int(datetime(2026, 1, 5, 14, tzinfo=ZONE).timestamp() * 1000)
YEAR_MS = 365 * DAY_MS
TICKETS = 8
SEED = 17
COUNTRIES = {"media": "US", "spot": "CA"}
DAYS = {"media": (3, 5, 7), "spot": (2, 3, 6)}


@dataclass(frozen=True)
class Calendars:
    """The hours file, and the same facts in another form for the independent count."""

    closed: tuple[date, ...] = ()

    def desk(self) -> Desk:
        week = ((Span(540, 1020),),) * 5 + ((), ())
        closures = tuple(Exceptional(day, day, ()) for day in self.closed)
        schedules = {key: Schedule(key, week, PublicHolidays(country), closures) for key, country in COUNTRIES.items()}
        teams = {
            key: Team(key=key, name=key, schedule=key, reminders=DAYS[key][:2], auto_solve=DAYS[key][2])
            for key in COUNTRIES
        }
        return Desk(timezone=EASTERN, teams=teams, schedules=schedules, days_off=days_off)

    def works(self, team: str, day: date) -> bool:
        return day.weekday() < 5 and day not in PUBLIC[team] and day not in self.closed

    def after(self, team: str, began: int, days: int) -> int:
        shown = datetime.fromtimestamp(began / 1000, ZONE)
        day, at = shown.date(), shown.time()
        if not self.works(team, day):
            at = time()
            while not self.works(team, day):
                day += timedelta(days=1)
        while days:
            day += timedelta(days=1)
            days -= self.works(team, day)
        return round(datetime.combine(day, at, ZONE).timestamp() * 1000)


PUBLIC = {
    team: frozenset(holidays.country_holidays(country, years=range(2025, 2030))) for team, country in COUNTRIES.items()
}


@dataclass
class Spell:
    """One wait of a ticket, as the test saw it."""

    since: int
    step: int = 0
    told: dict[Step, int] = field(default_factory=dict)
    letter: Letter | None = None


class Year:
    def __init__(self, storages: list[Storage], seed: int) -> None:
        self.random = random.Random(seed)
        self.storages = storages
        self.numbers: list[int] = []
        self.clock = SettableClock(START)
        self.calendars = Calendars()
        self.desk = self.calendars.desk()
        self.letters = TimedLetters(self.clock)
        self.store, self.waits = SqlStore(), SqlWaits()
        paces = Paces(lambda: self.desk)
        self.tickets = Tickets(
            self.store,
            SqlReadMarks(),
            SqlIndex(),
            Colleagues({"u1": MAYA}),
            LogsOfChats(),
            lambda: self.desk.teams,
            lambda: "Desk",
            Awaiting(self.waits, paces),
        )
        self.steps = DueSteps(self.tickets, self.store, self.waits, paces, self.letters, lambda tx, numbers: ())
        self.sweepers = [self._sweeper(storage) for storage in storages]
        self.spells: dict[int, Spell] = {}
        self.down: list[tuple[int, int]] = []
        self.read = 0
        """How many letters the test has looked at."""
        self.counted = dict.fromkeys((*STEPS, "closed", "late"), 0)

    def _sweeper(self, storage: Storage) -> TicketClock:
        return TicketClock(storage, self.clock, self.steps, lambda: self.desk)

    # -- what people do ---------------------------------------------------------------------

    async def begin(self) -> None:
        self.numbers = [await self._opened(place) for place in range(TICKETS)]

    async def _opened(self, place: int) -> int:
        opening = Opening(
            channel="staff",
            team="media" if place % 2 else "spot",
            by=MAYA,
            at=self.clock.at,
            created_at=self.clock.at,
            requester=Requester("v1", "Ana", "ana@northlake.example"),
        )
        return (await self.storages[0].write(partial(self.tickets.open, opening=opening))).number

    async def happens(self) -> None:
        """Something that people, the hours file or the processes do."""
        place = self.random.randrange(TICKETS)
        number = self.numbers[place]
        ticket = await self.found(number)
        if ticket.closed_for_good(self.clock.at):
            self.counted["closed"] += ticket.closed_at == ticket.reopen_until
            self.numbers[place] = await self._opened(place)
            return
        what = self.random.random()
        if what < 0.06:
            await self._calendar_changes()
        elif what < 0.12:
            self.sweepers[self.random.randrange(len(self.sweepers))] = self._sweeper(self.random.choice(self.storages))
        elif ticket.status != "awaiting_reply":
            await self._change(ticket, Wanted(status="awaiting_reply"))
            self.spells[number] = Spell(self.clock.at)
        elif what < 0.2:
            await self._write(partial(self.tickets.came_in, actor=ANA, ticket=ticket, says=None, now=self.clock.at))
            del self.spells[number]
        elif what < 0.3:
            await self._answer(ticket)
        elif what < 0.45:
            await self._change(ticket, Wanted(team="spot" if ticket.team == "media" else "media"))

    async def _answer(self, ticket: Ticket) -> None:
        answered = contact.answered(ticket, self.clock.at)
        await self._write(lambda tx: self.tickets.keep(tx, ticket, answered, [], MAYA, self.clock.at))
        before = self.spells[ticket.number]
        told = {step: at for step, at in before.told.items() if STEPS.index(step) >= before.step}
        self.spells[ticket.number] = Spell(self.clock.at, told=told)

    async def _calendar_changes(self) -> None:
        today = datetime.fromtimestamp(self.clock.at / 1000, ZONE).date()
        closed = {day for day in self.calendars.closed if self.random.random() < 0.6}
        closed.add(today + timedelta(days=self.random.randint(1, 14)))
        self.calendars = replace(self.calendars, closed=tuple(sorted(closed)))
        self.desk = self.calendars.desk()

    async def _change(self, ticket: Ticket, wanted: Wanted) -> None:
        await self._write(partial(self.tickets.change, actor=MAYA, ticket=ticket, wanted=wanted, now=self.clock.at))

    # -- what the clock does ----------------------------------------------------------------

    async def sweep(self) -> None:
        before = await self._waits()
        for sweeper in self.random.sample(self.sweepers, len(self.sweepers)):
            await sweeper.sweep()
        for letter in self.letters.sent[self.read :]:
            self._check(letter, before[letter.ticket])
            self._settle(letter)
        self.read = len(self.letters.sent)
        for number, wait in (await self._waits()).items():
            for step in STEPS[STEPS.index(wait.step) :]:
                date = wait.date(step)
                assert date is not None and date >= self.spells[number].told.get(step, 0), "a date moved to earlier"
                self.spells[number].told[step] = date

    def _check(self, letter: Letter, before: Wait) -> None:
        spell = self.spells[letter.ticket]
        step: Step = "auto_solve" if letter.kind == "auto_solved" else STEPS[STEPS.index(before.step)]
        assert STEPS[spell.step] == step and letter.kind in (step, "auto_solved"), "steps come once and in order"
        team, at = before.team, letter.at
        days = DAYS[team][spell.step]
        earliest = [spell.told.get(step, 0), before.date(step) or 0, self.calendars.after(team, spell.since, days)]
        if spell.letter is not None:
            state, settled = self.letters.settled[spell.letter.id]
            assert step != "auto_solve" or state == "accepted"
            earliest.append(self.calendars.after(team, settled, 1))
        assert at >= max(earliest), "a step came early"
        late = at - max(earliest)
        down = sum(max(0, min(end, at) - max(begin, max(earliest))) for begin, end in self.down)
        assert late <= MINUTE_MS + down, f"{step} of #{letter.ticket} was {late / 1000:.0f} s late"
        self.counted[step] += 1
        self.counted["late"] = max(self.counted["late"], late - down)
        spell.step += 1
        spell.letter = letter
        if step == "auto_solve":
            del self.spells[letter.ticket]

    def _settle(self, letter: Letter) -> None:
        """Most letters are accepted at once, some late, some never."""
        chance = self.random.random()
        later = 2_000 if chance < 0.7 else self.random.randint(MINUTE_MS, 3 * DAY_MS)
        self.letters.settled[letter.id] = ("failed" if chance > 0.95 else "accepted", letter.at + later)

    async def _waits(self) -> dict[int, Wait]:
        return await self.storages[0].read(lambda tx: self.waits.of(tx, self.numbers))

    async def found(self, number: int) -> Ticket:
        found = await self.storages[0].read(lambda tx: self.store.find(tx, number))
        assert found is not None
        return found

    async def _write(self, unit: Callable[[Tx], object]) -> None:
        await self.random.choice(self.storages).write(unit)

    # -- how time goes by -------------------------------------------------------------------

    async def pass_by(self) -> None:
        """Sweep whenever a step is due, within the pause of a sweep, unless all processes are down."""
        while self.clock.at < START + YEAR_MS:
            event = self.clock.at + round(self.random.expovariate(1 / (30 * HOUR_MS)))
            while (due := await self._due()) is not None and due < event:
                self.clock.at = max(self.clock.at, due) + self.random.randint(0, 20_000)
                await self.sweep()
                if await self._due() == due:
                    # A process that was replaced still has the lease.
                    self.clock.at += LEASE_MS
                    await self.sweep()
            self.clock.at = max(self.clock.at, event)
            if self.random.random() < 0.08:
                down = self.clock.at + round(self.random.expovariate(1 / (2 * DAY_MS)))
                self.down.append((self.clock.at, down))
                self.clock.at = down
            await self.happens()
            await self.sweep()

    async def _due(self) -> int | None:
        times = [wait.due for wait in (await self._waits()).values() if wait.due is not None]
        return min(times, default=None)


@pytest.mark.long
async def test_waits_of_a_year_are_reminded_twice_and_solved_once_and_never_early(
    dialect: Dialect, tmp_path: Path, said: Callable[[object], None]
) -> None:
    """Never without both reminders, and late by at most a minute plus the time in which nothing ran."""
    with database(dialect, tmp_path) as url:
        storages = [await open_storage(url), await open_storage(url)]
        try:
            year = Year(storages, SEED)
            await year.begin()
            await year.pass_by()
        finally:
            for storage in storages:
                await storage.close()
    assert all(year.counted[step] >= 15 for step in STEPS)
    said(f"steps of a simulated year: {year.counted}")


async def test_sweep_pauses_after_each_transaction_and_lets_letters_wait_for_its_end(tmp_path: Path) -> None:
    with database("sqlite", tmp_path) as url:
        storage = await open_storage(url)
        try:
            year, held = Year([storage], SEED), []
            left: list[int] = []

            async def pause() -> None:
                held.append(asyncio.create_task(swept.rested()))
                await asyncio.sleep(0)
                assert not any(letter.done() for letter in held)
                left.append(len(await storage.read(lambda tx: year.steps.due(tx, year.clock.at, 10 * AT_ONCE))))

            for place in range(2 * AT_ONCE + 1):
                number = await year._opened(place)
                await year._change(await year.found(number), Wanted(status="awaiting_reply"))
            year.clock.at += 30 * DAY_MS
            swept = TicketClock(storage, year.clock, year.steps, lambda: year.desk, pause)
            await swept.rested()
            await swept.sweep()
            await asyncio.gather(*held)
        finally:
            await storage.close()
    assert len(left) >= 2 and left[0] == AT_ONCE + 1 and left[-1] == 0


async def test_process_without_the_lease_recomputes_nothing_until_it_has_it(tmp_path: Path) -> None:
    recomputed: list[str] = []
    with (
        database("sqlite", tmp_path) as url,
        patch.object(DueSteps, "recompute", lambda steps, tx, team, *more: recomputed.append(team)),
    ):
        storage = await open_storage(url)
        try:
            year = Year([storage], SEED)
            other = Lease(JOB, year.clock, LEASE_MS)
            await storage.write(other.claim)
            swept = TicketClock(storage, year.clock, year.steps, lambda: year.desk)
            await swept.sweep()
            assert recomputed == []
            await storage.write(other.release)
            await swept.sweep()
            await swept.sweep()
        finally:
            await storage.close()
    assert recomputed == [*year.desk.teams]


def test_transactions_grow_while_they_are_short_and_shrink_when_they_take_too_long() -> None:
    sizes = [AT_ONCE]
    while sizes[-1] < AT_ONCE_MAX:
        sizes.append(next_size(sizes[-1], UNIT_S / 4))
    assert len(sizes) < 8 and next_size(AT_ONCE_MAX, UNIT_S / 4) == AT_ONCE_MAX
    assert next_size(40, UNIT_S * 0.75) == 40
    assert next_size(40, UNIT_S * 2) == 30 and next_size(AT_ONCE, UNIT_S * 2) == AT_ONCE
