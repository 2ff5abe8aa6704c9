"""Reminders, auto-solving and the final close, on both databases. Every day is a business day here."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial
from typing import Any, Literal

import pytest
from sqlmodel import select

from clock import from_rfc3339, rfc3339
from identity.actor import Actor
from storage.ports import Storage, Tx
from tests.ticketing.paces import DAY_MS, PlainPaces
from tests.ticketing.people import Colleagues
from tests.ticketing.statements import statements
from tests.ticketing.table import TEAMS
from tests.ticketing.test_service import ANA, MAYA, STAFF, ChatLogs
from tests.ticketing.timed_letters import TimedLetters
from ticketing import contact
from ticketing.adapters.addressed import SqlAddressed
from ticketing.adapters.index import SqlIndex
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.adapters.tables import TicketRow
from ticketing.adapters.waits import SqlWaits
from ticketing.awaiting import Awaiting
from ticketing.due_steps import CHAT_MS, DueSteps
from ticketing.listing import Filters
from ticketing.reachability import Reachability
from ticketing.service import Tickets
from ticketing.ticket import Requester, Says, Ticket
from ticketing.views import TicketView
from ticketing.wanted import Opening, RequesterCorrected, Wanted

NOW = from_rfc3339("2026-11-25T15:12:00.000Z")
AWAITING = Wanted(status="awaiting_reply")


class Desk:
    """Tickets, their waiting clocks and their letters."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.letters = TimedLetters()
        self.discussed: set[int] = set()
        self.store, self.waits = SqlStore(), SqlWaits()
        people = Colleagues(STAFF)
        paces = PlainPaces()
        self.tickets = Tickets(
            self.store,
            SqlReadMarks(),
            SqlIndex(),
            people,
            ChatLogs(),
            lambda: TEAMS,
            lambda: "Desk",
            Awaiting(self.waits, paces),
            letters=self.letters,
        )
        self.steps = DueSteps(self.tickets, self.store, self.waits, paces, self.letters, self.talks)

    def talks(self, tx: Tx, numbers: Collection[int]) -> Collection[int]:
        return self.discussed.intersection(numbers)

    async def waiting(self, email: str | None = "ana@northlake.example") -> int:
        """A ticket that awaits a reply since `NOW`."""
        opening = Opening(
            channel="staff",
            team="media",
            by=MAYA,
            at=NOW,
            created_at=NOW,
            requester=Requester("v1", "Ana", email),
            wanted=AWAITING,
        )
        return (await self.storage.write(lambda tx: self.tickets.open(tx, opening))).number

    async def change(self, number: int, wanted: Wanted, at: int) -> TicketView:
        return await self.storage.write(lambda tx: self.tickets.patch(tx, MAYA, number, wanted, None, at))

    async def found(self, number: int) -> Ticket:
        found = await self.storage.read(lambda tx: self.store.find(tx, number))
        assert found is not None
        return found

    async def save(self, number: int, at: int, **changed: Any) -> None:
        """Change stored properties as another part of the program would."""

        def unit(tx: Tx) -> None:
            ticket = self.store.find(tx, number, lock=True)
            assert ticket is not None
            after = replace(ticket, updated_at=at, **changed)
            self.tickets.keep(tx, ticket, after, [], MAYA, at)

        await self.storage.write(unit)

    async def run(self, at: int) -> int:
        return await self.storage.write(lambda tx: self.steps.run(tx, at, 10))

    async def promise(self, number: int, at: int = NOW, reader: Actor = ANA) -> list[str | None]:
        view = await self.storage.read(lambda tx: self.tickets.get(tx, reader, number, at))
        shown = view.promise
        return [shown.reminder_1, shown.reminder_2, shown.auto_solve, shown.reopen_until]


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


def after(days: float) -> int:
    return NOW + int(days * DAY_MS)


async def test_silent_customer_is_reminded_twice_and_then_the_ticket_is_solved(desk: Desk) -> None:
    """The requester reads the same dates as those on which it happens."""
    number = await desk.waiting()
    assert await desk.promise(number) == [*(rfc3339(after(days)) for days in (3, 5, 7)), "2026-12-31T04:59:59.999Z"]
    for days, kinds in ((3, 1), (5, 2), (7, 3)):
        assert await desk.run(after(days) - 1) == 0
        assert await desk.run(after(days)) == 1 and await desk.run(after(days)) == 0
        assert len(desk.letters.sent) == kinds
        desk.letters.settle("accepted", after(days) + 1000)
    assert desk.letters.kinds == ["reminder_1", "reminder_2", "auto_solved"]
    ticket = await desk.found(number)
    assert (ticket.status, ticket.resolution, ticket.solved_at) == ("solved", "auto_solved", after(7))
    history = (await desk.storage.read(lambda tx: desk.tickets.get(tx, MAYA, number, after(7)))).history
    assert isinstance(history, list) and history[-1].by.kind == "system"
    assert (await desk.promise(number, after(7)))[:3] == [None, None, None]


async def test_steps_of_many_tickets_in_one_transaction_are_those_of_each_alone(desk: Desk) -> None:
    """A reminder, an auto-solving, a reminder that is not delivered, a ticket that no longer waits, one nobody can
    reach."""
    solves, fails, reminds, ended, mute = [await desk.waiting() for _ in range(5)]
    for days in (3, 5):
        for number in (solves, fails):
            await desk.storage.write(partial(desk.steps.step, number=number, now=after(days)))
        for letter in desk.letters.sent:
            result: Literal["accepted", "failed"] = "failed" if letter.ticket == fails else "accepted"
            desk.letters.settled.setdefault(letter.id, (result, after(days) + 1000))

    def behind_its_back(tx: Tx) -> None:
        tx.session.get_one(TicketRow, ended).status = "open"
        tx.session.get_one(TicketRow, mute).requester_email = None

    await desk.storage.write(behind_its_back)
    assert await desk.run(after(7)) == 5 and await desk.run(after(7)) == 0
    assert desk.letters.kinds[4:] == ["reminder_1", "auto_solved"]
    statuses = [(await desk.found(number)).status for number in (solves, fails, reminds, ended, mute)]
    assert statuses == ["solved", "awaiting_reply", "awaiting_reply", "open", "awaiting_reply"]
    assert [(await desk.found(number)).unreachable for number in (solves, fails, reminds)] == [False, True, False]
    waits = await desk.storage.read(lambda tx: desk.waits.of(tx, [solves, fails, reminds, ended, mute]))
    states = {number: (wait.state, wait.step) for number, wait in waits.items()}
    assert states == {
        fails: ("not_delivered", "auto_solve"),
        reminds: ("running", "reminder_2"),
        mute: ("unreachable", "reminder_1"),
    }


async def test_open_chat_about_a_ticket_holds_its_next_step(desk: Desk) -> None:
    """The step runs soon after the chat, and other tickets do not wait."""
    number, other = await desk.waiting(), await desk.waiting()
    desk.discussed.add(number)
    assert await desk.run(after(3)) == 2 and [letter.ticket for letter in desk.letters.sent] == [other]
    assert await desk.run(after(3) + CHAT_MS - 1) == 0
    assert await desk.run(after(3) + CHAT_MS) == 1 and len(desk.letters.sent) == 1
    desk.discussed.clear()
    assert await desk.run(after(3) + 2 * CHAT_MS) == 1
    assert [letter.ticket for letter in desk.letters.sent] == [other, number]


async def test_reminder_that_went_out_is_promised_no_more(desk: Desk) -> None:
    number = await desk.waiting()
    await desk.run(after(3))
    assert (await desk.promise(number))[:3] == [None, rfc3339(after(5)), rfc3339(after(7))]


async def test_reply_or_solved_by_the_customer_stops_the_clock(desk: Desk) -> None:
    number = await desk.waiting()
    said: tuple[Says | None, ...] = (None, "solved")
    for says in said:
        ticket = await desk.found(number)
        await desk.storage.write(partial(desk.tickets.came_in, actor=ANA, ticket=ticket, says=says, now=NOW + 1))
        assert await desk.promise(number) == [None] * 4
        assert await desk.run(after(30)) == 0
        await desk.change(number, AWAITING, NOW + 2)
    assert desk.letters.sent == []


async def test_public_reply_of_staff_restarts_the_clock(desk: Desk) -> None:
    number = await desk.waiting()
    await desk.run(after(3))
    desk.letters.settle("accepted", after(3))
    answered = contact.answered(await desk.found(number), after(4))
    await desk.save(number, after(4), awaiting_since=answered.awaiting_since)
    assert (await desk.promise(number))[:3] == [rfc3339(after(days)) for days in (7, 9, 11)]
    assert await desk.run(after(6.9)) == 0 and await desk.run(after(7)) == 1
    assert desk.letters.kinds == ["reminder_1", "reminder_1"]


async def test_after_a_long_downtime_the_steps_follow_a_business_day_apart(desk: Desk) -> None:
    number = await desk.waiting()
    assert await desk.run(after(30)) == 1 and await desk.run(after(30)) == 0
    desk.letters.settle("accepted", after(30))
    assert (await desk.promise(number))[:3] == [None, rfc3339(after(31)), rfc3339(after(32))]
    await desk.run(after(31))
    desk.letters.settle("accepted", after(31.5))
    assert await desk.run(after(32)) == 1
    assert (await desk.found(number)).status == "awaiting_reply"
    await desk.run(after(32.5))
    assert (await desk.found(number)).status == "solved"


async def test_ticket_of_somebody_who_cannot_be_reached_is_never_solved(desk: Desk) -> None:
    """A bounce pauses the clock. With another address the whole wait begins anew."""
    number = await desk.waiting()
    await desk.run(after(3))
    await desk.save(number, after(3.5), unreachable=True)
    assert await desk.promise(number) == [None] * 4
    assert await desk.run(after(90)) == 0
    wanted = Wanted(requester=RequesterCorrected(email="ana.ruiz@northlake.example"))
    await desk.change(number, wanted, after(90))
    assert (await desk.promise(number))[:3] == [rfc3339(after(days)) for days in (93, 95, 97)]


async def test_last_reminder_that_failed_flags_the_ticket_until_it_is_sent_again(desk: Desk) -> None:
    number = await desk.waiting()
    await desk.run(after(3))
    desk.letters.settle("failed", after(4))
    await desk.run(after(5))
    desk.letters.settle("failed", after(6))
    await desk.run(after(7))
    ticket = await desk.found(number)
    assert (ticket.status, ticket.flags) == ("awaiting_reply", ["unreachable"])
    assert await desk.promise(number) == [None] * 4
    desk.letters.settled[2] = ("accepted", after(9))
    await desk.run(after(9))
    assert (await desk.found(number)).flags == []
    assert (await desk.promise(number))[2] == rfc3339(after(10))
    await desk.run(after(10))
    assert (await desk.found(number)).status == "solved"


async def test_address_corrected_while_the_last_reminder_waits_starts_the_wait_again(desk: Desk) -> None:
    """The reminder to the old address is not sent, which says nothing about the new address."""
    number = await desk.waiting()
    await desk.run(after(3))
    desk.letters.settle("accepted", after(3))
    await desk.run(after(5))
    await desk.change(number, Wanted(requester=RequesterCorrected(email="ana@new.example")), after(5.5))
    desk.letters.settle("failed", after(5.6))
    assert await desk.run(after(8)) == 0
    assert not (await desk.found(number)).unreachable
    assert (await desk.promise(number))[:3] == [rfc3339(after(days)) for days in (8.5, 10.5, 12.5)]


async def test_address_written_in_capitals_does_not_start_the_wait_again(desk: Desk) -> None:
    number = await desk.waiting()
    await desk.change(number, Wanted(requester=RequesterCorrected(email="Ana@northlake.example")), after(2))
    assert (await desk.promise(number))[:3] == [rfc3339(after(days)) for days in (3, 5, 7)]


async def test_ticket_without_a_reachable_address_is_flagged_when_a_reminder_is_due(desk: Desk) -> None:
    """No letter can be queued, though the ticket has an address."""
    number = await desk.waiting()
    desk.letters.reachable = False
    await desk.run(after(3))
    assert (await desk.found(number)).flags == ["unreachable"]
    assert await desk.run(after(60)) == 0


async def test_ticket_whose_letters_come_back_is_never_solved_until_the_address_is_tried_again(desk: Desk) -> None:
    """Even if the last reminder was accepted, and the ticket is not flagged yet."""
    number = await desk.waiting()
    for days in (3, 5):
        await desk.run(after(days))
        desk.letters.settle("accepted", after(days))
    desk.letters.came_back.add("ana@northlake.example")
    await desk.run(after(7))
    found = await desk.found(number)
    assert (found.status, found.unreachable, await desk.promise(number)) == ("awaiting_reply", True, [None] * 4)
    assert await desk.run(after(60)) == 0
    desk.letters.came_back.clear()
    reachability = Reachability(desk.tickets, desk.store, SqlAddressed())
    settle = partial(reachability.settle, address="ana@northlake.example", now=after(61), comes_back=False)
    assert not await desk.storage.write(settle)
    assert not (await desk.found(number)).unreachable
    assert (await desk.promise(number))[:3] == [rfc3339(after(61 + days)) for days in (3, 5, 7)]


async def test_new_ticket_with_an_address_that_came_back_is_flagged_and_waits_without_dates(desk: Desk) -> None:
    """The flag stays when the customer writes elsewhere, and goes with another address."""
    desk.letters.came_back.add("ana@northlake.example")
    number = await desk.waiting()
    assert ((await desk.found(number)).unreachable, await desk.promise(number)) == (True, [None] * 4)
    ticket = await desk.found(number)
    came = await desk.storage.write(partial(desk.tickets.came_in, actor=ANA, ticket=ticket, says=None, now=NOW + 1))
    assert came.unreachable and (await desk.found(number)).unreachable
    await desk.change(number, Wanted(requester=RequesterCorrected(email="ana@new.example")), NOW + 2)
    assert not (await desk.found(number)).unreachable


async def test_solved_ticket_is_closed_for_good_at_the_end_of_its_last_day(desk: Desk, storage: Storage) -> None:
    """It waits for no mail. The date that was shown is the date that is stored."""
    number = await desk.waiting()
    view = await desk.change(number, Wanted(status="solved", resolution="set_up"), NOW)
    assert view.promise.reopen_until == view.reopen_until is not None
    until = from_rfc3339(view.reopen_until)
    assert await storage.write(lambda tx: desk.steps.close(tx, until, 10)) == 0
    assert await storage.write(lambda tx: desk.steps.close(tx, until + 1, 10)) == 1
    closed = await storage.read(lambda tx: tx.session.exec(select(TicketRow.closed_at)).one())
    assert closed == until
    assert await desk.promise(number, until + 1) == [None] * 4


async def test_next_steps_are_listed_by_time(desk: Desk, storage: Storage) -> None:
    first, second, third = [await desk.waiting() for _ in range(3)]
    await desk.run(after(3))
    await desk.save(second, after(3), unreachable=True)
    await desk.change(third, Wanted(status="solved", resolution="set_up"), NOW)
    steps = await storage.read(desk.waits.steps)
    assert [(one.ticket, one.what) for one in steps] == [(first, "reminder_2"), (third, "final_close")]


async def test_steps_of_many_tickets_take_as_many_statements_as_one(desk: Desk) -> None:
    for _ in range(6):
        await desk.waiting()

    def run(tx: Tx, limit: int) -> list[str]:
        return statements(tx, lambda: desk.steps.run(tx, NOW + 3 * DAY_MS, limit))

    one = await desk.storage.write(partial(run, limit=1))
    many = await desk.storage.write(partial(run, limit=5))
    assert len(many) == len(one) > 0


async def test_snoozed_ticket_leaves_the_work_and_comes_back_at_its_time(desk: Desk, storage: Storage) -> None:
    """Meanwhile the waiting clock goes on as promised."""
    number, until = await desk.waiting(), NOW + 4 * DAY_MS
    promise = await desk.promise(number)
    await desk.change(number, Wanted(snoozed_until=rfc3339(until), assignee="u1"), NOW)
    assert await desk.promise(number) == promise

    async def shown(filters: Filters) -> bool:
        return await storage.read(lambda tx: desk.tickets.lists.any(tx, MAYA, filters))

    counts = await storage.read(lambda tx: desk.tickets.lists.counts(tx, MAYA, (), NOW))
    assert (counts.snoozed, counts.awaiting_reply, counts.mine) == (1, 0, 0)
    assert await shown(Filters(snoozed=True)) and not await shown(Filters(snoozed=False))
    assert await desk.run(after(3)) == 1
    assert await storage.write(lambda tx: desk.steps.wake(tx, until - 1, 10)) == 0
    assert await storage.write(lambda tx: desk.steps.wake(tx, until, 10)) == 1
    found = await desk.found(number)
    assert (found.snoozed_until, found.assignee, found.status) == (None, "u1", "awaiting_reply")
    assert await shown(Filters(snoozed=False)) and await storage.read(lambda tx: desk.steps.snoozed(tx, until, 1)) == []
