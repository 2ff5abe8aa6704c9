"""Live sessions on both databases: `learning.booking` and `learning.planning` over their stores."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.adapters.session_store import SqlRegistrations, SqlSessions
from learning.booking import Booking, Place
from learning.planning import Planning
from learning.ports import Letter
from learning.seats import LAST_MS, OFFER_MS
from learning.sessions import HOUR_MS, MINUTE_MS, Fault, Registrant, Registration, Session
from refusals import Refused
from storage.ports import Storage, Tx

NOW = 1_780_000_000_000
START = NOW + 10 * 24 * HOUR_MS
SESSION = Session(
    series="orders",
    kind="webinar",
    title="Orders",
    starts_at=START,
    minutes=45,
    zone="America/New_York",
    capacity=2,
    link="https://meet.example/x",
)


class Post:
    """Keeps the letters."""

    def __init__(self) -> None:
        self.sent = list[tuple[Letter, str]]()

    def send(self, tx: Tx, kind: Letter, registration: Registration, who: Registrant | None = None) -> None:
        letter = (kind, registration.address)
        tx.after_commit(lambda: self.sent.append(letter))

    def take(self) -> list[tuple[Letter, str]]:
        sent, self.sent = self.sent, []
        return sent


class Silent:
    def session(self, tx: Tx, session: Session, now: int) -> None: ...

    def resource(self, tx: Tx, resource: object, now: int) -> None: ...


class Desk:
    """Both services on one database."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.post = Post()
        sessions, registrations = SqlSessions(), SqlRegistrations()
        self.booking = Booking(sessions, registrations, self.post)
        self.planning = Planning(sessions, registrations, self.post, Silent())
        self.sessions, self.registrations = sessions, registrations

    async def add(self, session: Session = SESSION, now: int = NOW) -> Session:
        return await self.storage.write(lambda tx: self.planning.add(tx, session, now))

    async def register(self, session: Session, name: str, now: int = NOW) -> Place:
        who = Registrant(person=name, name=name.title(), address=f"{name}@x.example")
        return await self.storage.write(lambda tx: self.booking.register(tx, session.id, who, now))

    async def leave(self, place: Place, now: int = NOW) -> Place:
        return await self.storage.write(lambda tx: self.booking.leave(tx, place.registration.id, now))

    async def accept(self, place: Place, now: int) -> Place:
        return await self.storage.write(lambda tx: self.booking.accept(tx, place.registration.id, now))

    async def settle(self, now: int) -> None:
        for id_ in await self.storage.read(lambda tx: self.sessions.to_settle(tx, now, 10)):
            await self._settle(id_, now)

    async def _settle(self, id_: int, now: int) -> None:
        await self.storage.write(lambda tx: self.booking.settle(tx, id_, now))

    async def standing(self, place: Place) -> tuple[str, int]:
        found = await self.storage.read(lambda tx: self.booking.place_of(tx, place.registration.id))
        return found.registration.standing, found.number


@pytest.fixture
def desk(storage: Storage) -> Desk:
    return Desk(storage)


async def full(desk: Desk, waiting: Sequence[str] = ()) -> tuple[Session, list[Place]]:
    """A session whose two places are taken, and its registrations in order."""
    session = await desk.add()
    places = [await desk.register(session, name) for name in ("ada", "bob", *waiting)]
    desk.post.take()
    return session, places


async def test_place_is_given_while_there_are_places_and_then_a_number(desk: Desk) -> None:
    session = await desk.add()
    places = [await desk.register(session, name, NOW + at) for at, name in enumerate(("ada", "bob", "cyd", "dee"))]
    assert [(one.registration.standing, one.number) for one in places] == [
        ("registered", 0),
        ("registered", 0),
        ("waiting", 1),
        ("waiting", 2),
    ]
    again = await desk.register(session, "cyd")
    assert (again.registration.id, again.number) == (places[2].registration.id, 1)
    kinds = [kind for kind, _ in desk.post.take()]
    assert kinds == ["session_registered", "session_registered", "session_waiting", "session_waiting"]


async def test_freed_place_is_offered_to_the_first_who_waits_and_counts_as_taken(desk: Desk) -> None:
    session, (ada, _, cyd, dee) = await full(desk, ("cyd", "dee"))
    await desk.leave(ada, NOW + 5)
    assert desk.post.take() == [("session_left", "ada@x.example"), ("session_offer", "cyd@x.example")]
    assert await desk.standing(cyd) == ("offered", 0)
    late = await desk.register(session, "eve", NOW + 6)
    assert (late.registration.standing, late.number) == ("waiting", 2)
    desk.post.take()
    await desk.settle(NOW + 5 + OFFER_MS - 1)
    assert await desk.standing(cyd) == ("offered", 0)
    await desk.settle(NOW + 5 + OFFER_MS)
    assert [await desk.standing(one) for one in (cyd, dee, late)] == [("cancelled", 0), ("offered", 0), ("waiting", 1)]
    assert desk.post.take() == [("session_offer", "dee@x.example")]
    taken = await desk.accept(dee, NOW + 6 + OFFER_MS)
    assert taken.registration.standing == "registered"
    with pytest.raises(Refused, match="no longer free"):
        await desk.accept(cyd, NOW + 6 + OFFER_MS)


async def test_declined_offer_goes_to_the_next(desk: Desk) -> None:
    _, (ada, _, cyd, dee) = await full(desk, ("cyd", "dee"))
    await desk.leave(ada)
    await desk.leave(cyd)
    assert [await desk.standing(one) for one in (cyd, dee)] == [("cancelled", 0), ("offered", 0)]


async def test_expired_offer_cannot_be_accepted_before_the_job_has_seen_it(desk: Desk) -> None:
    _, (ada, _, cyd, dee) = await full(desk, ("cyd", "dee"))
    await desk.leave(ada)
    with pytest.raises(Refused):
        await desk.accept(cyd, NOW + OFFER_MS)
    await desk.settle(NOW + OFFER_MS)
    assert await desk.standing(dee) == ("offered", 0)


async def test_last_two_hours_whoever_confirms_first_has_the_place(desk: Desk) -> None:
    session, (ada, _, cyd, dee) = await full(desk, ("cyd", "dee"))
    last = START - LAST_MS
    await desk.leave(ada, last)
    assert desk.post.take() == [("session_left", "ada@x.example")]
    count = await desk.storage.write(lambda tx: desk.planning.tell_last_places(tx, session, last + 1))
    again = await desk.storage.write(lambda tx: desk.planning.tell_last_places(tx, session, last + 2))
    assert (count, again) == (2, 0)
    assert desk.post.take() == [("session_free", "cyd@x.example"), ("session_free", "dee@x.example")]
    assert (await desk.accept(dee, last + 3)).registration.standing == "registered"
    with pytest.raises(Refused):
        await desk.accept(cyd, last + 4)
    with pytest.raises(Refused, match="begun"):
        await desk.accept(cyd, START)


async def test_person_who_comes_back_goes_to_the_end_of_the_list(desk: Desk) -> None:
    session, (*_, cyd, dee) = await full(desk, ("cyd", "dee"))
    await desk.leave(cyd)
    back = await desk.register(session, "cyd", NOW + 9)
    assert back.registration.id == cyd.registration.id
    assert [await desk.standing(dee), await desk.standing(back)] == [("waiting", 1), ("waiting", 2)]


async def test_unconfirmed_address_takes_no_place_and_is_forgotten(desk: Desk) -> None:
    session = await desk.add(replace(SESSION, capacity=1))
    who = Registrant(person="v", name="Eve", address="Eve@X.example")
    await desk.storage.write(lambda tx: desk.booking.ask(tx, session.id, who, NOW))
    assert (await desk.register(session, "ada")).registration.standing == "registered"
    asked = await desk.storage.read(lambda tx: desk.registrations.of_address(tx, session.id, "eve@x.example"))
    assert asked is not None and asked.standing == "unconfirmed"
    place = await desk.storage.write(lambda tx: desk.booking.confirm(tx, asked.id, NOW + 1))
    second = await desk.storage.write(lambda tx: desk.booking.confirm(tx, asked.id, NOW + 2))
    assert (place.number, second.number) == (1, 1)
    other = replace(who, address="gone@x.example")
    await desk.storage.write(lambda tx: desk.booking.ask(tx, session.id, other, NOW))
    day = NOW + 24 * HOUR_MS
    assert await desk.storage.write(lambda tx: desk.planning.forget_unconfirmed(tx, day)) == 0
    assert await desk.storage.write(lambda tx: desk.planning.forget_unconfirmed(tx, day + 1)) == 1


async def test_moved_session_tells_each_person_once_and_reminds_again(desk: Desk) -> None:
    session, places = await full(desk, ("cyd",))
    day = START - 24 * HOUR_MS
    remind = desk.planning.remind
    assert await desk.storage.write(lambda tx: remind(tx, session, day)) == 2
    assert await desk.storage.write(lambda tx: remind(tx, session, day + 1)) == 0
    assert desk.post.take() == [("session_reminder", "ada@x.example"), ("session_reminder", "bob@x.example")]
    later = replace(session, starts_at=START + 24 * HOUR_MS)
    moved = await desk.storage.write(lambda tx: desk.planning.change(tx, session.id, later, day + 2))
    assert (moved.sequence, moved.changed_at) == (1, day + 2)
    new = await desk.register(session, "zoe", day + 3)
    desk.post.take()
    told = [await desk.storage.write(lambda tx: desk.planning.tell_changes(tx, day + 4)) for _ in range(2)]
    assert told == [3, 0]
    assert [address for _, address in desk.post.take()] == [one.registration.address for one in places]
    assert (await desk.standing(new))[0] == "waiting"
    assert await desk.storage.write(lambda tx: remind(tx, moved, moved.starts_at - HOUR_MS)) == 2


async def test_cancelled_session_tells_everybody_and_takes_nobody(desk: Desk) -> None:
    session, places = await full(desk, ("cyd",))
    await desk.storage.write(lambda tx: desk.planning.cancel(tx, session.id, NOW + 5))
    await desk.storage.write(lambda tx: desk.planning.cancel(tx, session.id, NOW + 6))
    assert await desk.storage.write(lambda tx: desk.planning.tell_changes(tx, NOW + 7)) == 3
    assert desk.post.take() == [("session_cancelled", one.registration.address) for one in places]
    with pytest.raises(Refused, match="cancelled"):
        await desk.register(session, "dee", NOW + 8)
    assert await desk.storage.read(lambda tx: desk.planning.listed(tx, NOW)) == []


async def test_more_places_are_offered_and_fewer_send_nobody_away(desk: Desk) -> None:
    session, (ada, bob, cyd) = await full(desk, ("cyd",))
    more = replace(session, capacity=3)
    await desk.storage.write(lambda tx: desk.planning.change(tx, session.id, more, NOW + 1))
    await desk.settle(NOW + 2)
    assert await desk.standing(cyd) == ("offered", 0)
    await desk.storage.write(lambda tx: desk.planning.change(tx, session.id, replace(session, capacity=1), NOW + 3))
    assert [(await desk.standing(one))[0] for one in (ada, bob, cyd)] == ["registered", "registered", "offered"]


async def test_session_in_the_past_is_refused_and_may_get_a_recording(desk: Desk) -> None:
    with pytest.raises(Fault, match="past"):
        await desk.add(replace(SESSION, starts_at=NOW))
    session, _ = await full(desk, ("cyd",))
    over = START + 60 * MINUTE_MS
    moved = replace(session, starts_at=over + HOUR_MS)
    with pytest.raises(Refused, match="over"):
        await desk.storage.write(lambda tx: desk.planning.change(tx, session.id, moved, over))
    recorded = replace(session, recording="https://videos.example/7", recording_minutes=41)
    kept = await desk.storage.write(lambda tx: desk.planning.change(tx, session.id, recorded, over))
    assert kept.sequence == 0
    told = [await desk.storage.write(lambda tx: desk.planning.tell_recording(tx, kept, over)) for _ in range(2)]
    assert told == [2, 0]
    assert [one.id for one in await desk.storage.read(lambda tx: desk.planning.recordings(tx, over, 5))] == [session.id]


async def test_attendance_is_of_people_who_had_a_place(desk: Desk) -> None:
    session, (ada, bob, cyd) = await full(desk, ("cyd",))

    def mark(tx: Tx, came: set[int], after: int, now: int) -> int:
        return desk.booking.mark_who_came(tx, session.id, after, 2, came, now)

    everybody = {ada.registration.id, cyd.registration.id}
    with pytest.raises(Refused, match="not begun"):
        await desk.storage.write(lambda tx: mark(tx, everybody, 0, START - 1))
    assert await desk.storage.write(lambda tx: mark(tx, everybody, 0, START)) == 2
    assert await desk.storage.write(lambda tx: mark(tx, everybody, 0, START)) == 0
    assert await desk.storage.write(lambda tx: mark(tx, everybody, bob.registration.id, START)) == 0
    people = await desk.storage.read(lambda tx: desk.registrations.of_session(tx, session.id, 0, 10))
    assert [(one.standing, one.attended) for one in people] == [
        ("registered", True),
        ("registered", False),
        ("waiting", None),
    ]


async def test_own_registrations_are_those_that_are_not_over(desk: Desk) -> None:
    session, (ada, *_) = await full(desk)
    own = await desk.storage.read(lambda tx: desk.booking.own(tx, ["ada", "visitor"], NOW))
    assert [(one.session.id, one.registration.id) for one in own] == [(session.id, ada.registration.id)]
    assert await desk.storage.read(lambda tx: desk.booking.own(tx, ["ada"], session.ends_at)) == []
    assert await desk.storage.read(lambda tx: desk.booking.own(tx, ["eve"], NOW)) == []


async def test_many_at_once_get_exactly_the_places_there_are(desk: Desk) -> None:
    session = await desk.add(replace(SESSION, capacity=50))
    places = await asyncio.gather(*(desk.register(session, f"p{number}") for number in range(200)))
    assert sorted(place.registration.turn for place in places) == list(range(1, 201))
    listed = await desk.storage.read(lambda tx: desk.planning.session(tx, session.id))
    assert (listed.seats.taken, listed.seats.waiting) == (50, 150)
    by_turn = sorted(places, key=lambda place: place.registration.turn)
    assert [place.registration.standing for place in by_turn] == ["registered"] * 50 + ["waiting"] * 150
    assert [place.number for place in by_turn] == [0] * 50 + list(range(1, 151))


async def test_waiting_list_in_any_order_of_steps_stays_in_order(storage: Storage) -> None:
    """Random registrations, cancellations, answers and passing hours: never more places than there are, and nobody is
    offered a place before somebody who has waited longer."""
    desk, rounds = Desk(storage), iter(range(1000))
    step = st.tuples(st.sampled_from(["register", "leave", "accept", "wait"]), st.integers(0, 5))
    loop = asyncio.get_running_loop()

    @settings(max_examples=15, deadline=None)
    @given(st.lists(step, max_size=25))
    def run(steps: list[tuple[str, int]]) -> None:
        asyncio.run_coroutine_threadsafe(_play(desk, f"r{next(rounds)}", steps), loop).result(60)

    await asyncio.to_thread(run)


async def _play(desk: Desk, prefix: str, steps: list[tuple[str, int]]) -> None:
    session, now, known = await desk.add(), NOW, dict[int, Place]()
    for what, who in steps:
        now += HOUR_MS
        before = {one: await desk.standing(place) for one, place in known.items()}
        if what == "register":
            known[who] = await desk.register(session, f"{prefix}-{who}", now)
        elif what == "wait":
            now += OFFER_MS
            if now >= START - LAST_MS:
                return
            await desk.settle(now)
        elif who in known:
            act = desk.leave if what == "leave" else desk.accept
            try:
                await act(known[who], now)
            except Refused:
                assert what == "accept" and before[who][0] != "registered"
        listed = await desk.storage.read(lambda tx: desk.planning.session(tx, session.id))
        assert listed.seats.taken <= session.capacity
        after = {one: await desk.standing(place) for one, place in known.items()}
        still = [one for one in after if before.get(one, ("", 0))[0] == "waiting" and after[one][0] == "waiting"]
        called = [one for one in after if before.get(one, ("", 0))[0] == "waiting" and after[one][0] == "offered"]
        assert all(before[first][1] < before[then][1] for first in called for then in still)
        assert not (listed.seats.left and listed.seats.waiting)
