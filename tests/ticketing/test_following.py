"""What live views read of tickets, on both databases."""

from __future__ import annotations

from functools import partial

from storage.ports import Storage, Tx
from tests.ticketing.statements import statements
from tests.ticketing.test_service import ANA, MAYA, NOW, TICKETS, made
from ticketing.adapters.read_marks import SqlReadMarks
from ticketing.adapters.store import SqlStore
from ticketing.events import Event, note, reply
from ticketing.following import COUNTED_MAX, OPEN_MAX, Following, State
from ticketing.wanted import Wanted

STORE = SqlStore()
FOLLOWING = Following(TICKETS, STORE, SqlReadMarks())


async def write(storage: Storage, number: int, event: Event, *, staff_only: bool = False) -> int:
    return await storage.write(lambda tx: STORE.append(tx, number, event, NOW, staff_only=staff_only))


async def test_states_have_the_last_words_and_the_unread_texts_of_each_ticket(storage: Storage) -> None:
    talked, silent = [await made(storage) for _ in range(2)]
    first = await write(storage, talked, reply(ANA, "Is it there?", (), None, NOW))
    second = await write(storage, talked, note(MAYA, "Ask the printer.", (), NOW), staff_only=True)
    await storage.write(lambda tx: FOLLOWING.mark_read(tx, MAYA, talked, first))
    found = await storage.read(lambda tx: FOLLOWING.states(tx, [silent, talked, silent + 7]))
    by_number = {state.ticket.number: state for state in found}
    assert sorted(by_number) == [talked, silent]
    state, empty = by_number[talked], by_number[silent]
    assert state.last is not None and (state.last.seq, state.last.text) == (second, "Ask the printer.")
    assert state.last_public is not None and (state.last_public.seq, state.last_public.text) == (first, "Is it there?")
    assert (state.texts, state.public_texts, state.marks) == ([first, second], [first], {"u1": first})
    assert (empty.last, empty.last_public, empty.texts, empty.marks) == (None, None, [], {})


async def test_unread_texts_are_counted_among_the_newest_events_only(storage: Storage) -> None:
    number = await made(storage)
    for place in range(5):
        await write(storage, number, reply(ANA, f"Line {place}", (), None, NOW))
    marks = SqlReadMarks()
    found = await storage.read(lambda tx: marks.countable(tx, [number], 3))
    assert found == {number: [(3, False), (4, False), (5, False)]} and COUNTED_MAX > 3


async def test_states_of_many_tickets_take_as_many_statements_as_one(storage: Storage) -> None:
    numbers = [await made(storage) for _ in range(4)]
    for number in numbers:
        await write(storage, number, reply(ANA, "Is it there?", (), None, NOW))
        await write(storage, number, note(MAYA, "Ask the printer.", (), NOW), staff_only=True)

    def states(tx: Tx, numbers: list[int]) -> list[State]:
        return FOLLOWING.states(tx, numbers)

    one = await storage.read(lambda tx: statements(tx, partial(states, tx, numbers[:1])))
    many = await storage.read(lambda tx: statements(tx, partial(states, tx, numbers)))
    assert len(many) == len(one) > 0


async def test_closed_tickets_take_no_place_among_the_open_ones(storage: Storage) -> None:
    """A customer with many closed tickets still gets the older ones that go on."""
    oldest, solved = await made(storage), await made(storage)
    closed = [await made(storage) for _ in range(OPEN_MAX)]

    def end(tx: Tx) -> None:
        for number in (solved, *closed):
            TICKETS.patch(tx, MAYA, number, Wanted(status="solved", resolution="set_up"), None, NOW + 1)

    await storage.write(end)
    ticket = await storage.read(lambda tx: STORE.find(tx, solved))
    assert ticket is not None and ticket.reopen_until is not None
    until = ticket.reopen_until
    before = await storage.read(lambda tx: FOLLOWING.open_of(tx, ANA, until))
    assert len(before) == OPEN_MAX
    after = await storage.read(lambda tx: FOLLOWING.open_of(tx, ANA, until + 1))
    assert [one.ticket for one in after] == [oldest]
