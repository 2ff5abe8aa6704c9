"""Destinations of alarms and the alarms that wait for them, on both databases."""

from __future__ import annotations

import asyncio
from itertools import count

import pytest
from sqlalchemy import func, insert, select, update

from alarms.adapters.store import SqlStore
from alarms.adapters.tables import AlarmDestinationRow, WaitingAlarmRow
from alarms.destination import DESTINATIONS_MAX, KINDS, AlarmKind, Destination, NewDestination, Raised
from alarms.pacing import EVERY_MS, GIVE_UP_MS, TEST_EVERY_MS, UNDO_MS
from alarms.ports import Attempt, Seals
from alarms.service import LEASE_MS, TOGETHER_MAX, UNREADABLE, Destinations
from refusals import Refused
from storage.ports import Storage

NOW = 1_764_000_000_000
SECRET = "https://hooks.slack.com/services/T0/B0/kanarie7f3a"


class Place:
    """The destinations, with a sealer that can lose its key."""

    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        self.readable = True
        ids = count(1)
        seals = Seals(lambda id_, text: f"{id_}:{text[::-1]}", self._open)
        self.service = Destinations(SqlStore(), seals, lambda: f"d{next(ids)}")

    def _open(self, id_: str, sealed: str) -> str | None:
        owner, _, text = sealed.partition(":")
        return text[::-1] if self.readable and owner == id_ else None

    async def add(
        self, name: str = "Floor", team: str | None = None, kinds: tuple[AlarmKind, ...] = tuple(KINDS)
    ) -> Destination:
        wanted = NewDestination(name=name, service="slack", address=SECRET, team=team, kinds=kinds)
        return await self.storage.write(lambda tx: self.service.add(tx, wanted, NOW))

    async def queue(self, now: int = NOW, kind: AlarmKind = "queue", team: str = "media") -> bool:
        return await self.storage.write(lambda tx: self.service.queue(tx, Raised(kind, team, now), now))

    async def claim(self, now: int = NOW, holder: str = "a") -> list[Attempt]:
        return await self.storage.write(lambda tx: self.service.claim(tx, holder, now))

    async def sent(self, attempt: Attempt, now: int) -> None:
        await self.storage.write(lambda tx: self.service.sent(tx, attempt, now))

    async def refused(self, attempt: Attempt, now: int) -> int:
        return await self.storage.write(lambda tx: self.service.refused(tx, attempt, "No answer.", now))

    async def remove(self, id_: str, now: int = NOW) -> None:
        await self.storage.write(lambda tx: self.service.remove(tx, id_, now))

    async def restore(self, id_: str, now: int) -> Destination:
        return await self.storage.write(lambda tx: self.service.restore(tx, id_, now))

    async def all(self) -> list[Destination]:
        return await self.storage.read(self.service.all)

    async def next_due(self) -> int | None:
        return await self.storage.read(self.service.next_due)


@pytest.fixture
def place(storage: Storage) -> Place:
    return Place(storage)


async def test_address_is_stored_sealed_and_only_its_end_is_readable(place: Place) -> None:
    await place.add()
    (found,) = await place.all()
    assert SECRET not in repr(found) and found.ending == "7f3a" and found.kinds == tuple(KINDS)
    await place.queue()
    (attempt,) = await place.claim()
    assert attempt.address == SECRET


async def test_alarm_waits_for_the_destinations_of_its_team_and_kind(place: Place) -> None:
    everything, media = await place.add("All"), await place.add("Media", "media", ("queue", "closing"))
    await place.add("Finance", "finance")
    assert await place.queue() and await place.queue(kind="unstaffed", team="tech")
    claimed = {one.destination.id: [each.alarm.kind for each in one.waiting] for one in await place.claim()}
    assert claimed == {everything.id: ["queue", "unstaffed"], media.id: ["queue"]}


async def test_alarm_that_nobody_wants_is_not_stored(place: Place) -> None:
    await place.add("Media", "media", ("closing",))
    assert not await place.queue()
    assert await place.next_due() is None


async def test_destination_is_leased_to_one_worker_until_the_lease_ends(place: Place) -> None:
    await place.add()
    await place.queue()
    first, second = await asyncio.gather(place.claim(holder="a"), place.claim(holder="b"))
    assert len(first) + len(second) == 1
    assert await place.next_due() == NOW + LEASE_MS
    assert await place.claim(NOW + LEASE_MS - 1) == []
    (again,) = await place.claim(NOW + LEASE_MS)
    assert (len(again.waiting), again.destination.attempts) == (1, 2)


async def test_destination_of_a_newer_version_is_left_to_it(place: Place) -> None:
    """It wakes nobody of this version, and is not leased."""

    async def kinds(names: str) -> None:
        change = update(AlarmDestinationRow).values(kinds=names)
        await place.storage.write(lambda tx: tx.session.connection().execute(change))

    await place.add()
    await place.queue()
    await kinds("queue,moon")
    assert (await place.next_due(), await place.claim()) == (None, [])
    await kinds("queue")
    assert await place.next_due() == NOW
    (attempt,) = await place.claim()
    assert attempt.destination.attempts == 1


async def test_alarm_of_a_newer_version_stays_due_for_it(place: Place) -> None:
    """It wakes nobody of this version. It stays due after alarms of this version were sent, or were given up."""

    async def due_at() -> int | None:
        (found,) = await place.all()
        return found.due_at

    added = await place.add()
    newer = {"destination": added.id, "kind": "moon", "team": "media", "since": NOW, "created_at": NOW}
    alarms = [newer] * TOGETHER_MAX
    await place.storage.write(lambda tx: tx.session.connection().execute(insert(WaitingAlarmRow), alarms))
    await place.queue()
    (attempt,) = await place.claim()
    assert [one.alarm.kind for one in attempt.waiting] == ["queue"]
    await place.sent(attempt, NOW + 1)
    assert (await due_at(), await place.next_due()) == (NOW + 1 + EVERY_MS, None)
    later = NOW + 1 + EVERY_MS
    assert await place.claim(later) == [] and await due_at() == later
    await place.queue(later)
    assert await place.next_due() == later
    place.readable = False
    assert await place.claim(later) == []
    found = (await place.all())[0]
    assert (found.error, found.lost, found.due_at is not None, await place.next_due()) == (UNREADABLE, 1, True, None)
    await place.remove(added.id)
    rows = select(func.count()).select_from(WaitingAlarmRow)
    assert await place.storage.read(lambda tx: tx.session.connection().execute(rows).scalar_one()) == 0


async def test_alarms_of_one_minute_are_sent_together(place: Place) -> None:
    """The first goes out at once. Those that begin while it is sent, or soon after, wait for the rest of the minute."""
    await place.add()
    await place.queue()
    (attempt,) = await place.claim()
    await place.queue(NOW + 1)
    await place.sent(attempt, NOW + 2)
    await place.queue(NOW + 3)
    assert await place.next_due() == NOW + 2 + EVERY_MS
    (later,) = await place.claim(NOW + 2 + EVERY_MS)
    assert len(later.waiting) == 2
    await place.sent(later, NOW + 3 + EVERY_MS)
    assert await place.next_due() is None
    await place.queue(NOW + 9 * EVERY_MS)
    assert await place.next_due() == NOW + 9 * EVERY_MS


async def test_alarm_that_begins_while_others_are_sent_is_not_forgotten(place: Place, other: Storage) -> None:
    """Another process stores it. Whichever transaction is first, the destination is due again."""
    elsewhere, now = Place(other), NOW
    await place.add()
    await place.queue()
    for _ in range(10):
        (attempt,) = await place.claim(now)
        await asyncio.gather(place.sent(attempt, now), elsewhere.queue(now))
        due = await place.next_due()
        assert due is not None
        now = max(now + 1, due)


async def test_alarm_is_tried_for_an_hour_and_then_given_up_visibly(place: Place) -> None:
    """A newer alarm goes on waiting."""
    await place.add()
    await place.queue()
    now, tried = NOW, 0
    while (due := await place.next_due()) is not None and due < NOW + GIVE_UP_MS:
        now = due
        (attempt,) = await place.claim(now)
        assert await place.refused(attempt, now) == 0
        tried += 1
    assert tried == 16, "after 10 s, 30 s, 1, 2 and then every 5 minutes"
    await place.queue(NOW + GIVE_UP_MS - 1)
    now = await place.next_due() or 0
    (attempt,) = await place.claim(now)
    assert await place.refused(attempt, now) == 1
    (found,) = await place.all()
    assert (found.failing, found.lost, found.error, found.failed_at) == (True, 1, "No answer.", now)
    (attempt,) = await place.claim(await place.next_due() or 0)
    assert len(attempt.waiting) == 1
    await place.sent(attempt, now + EVERY_MS)
    (found,) = await place.all()
    assert (found.failing, found.lost, found.sent_at, found.attempts) == (False, 0, now + EVERY_MS, 0)


async def test_alarms_fail_at_once_if_the_address_cannot_be_read(place: Place) -> None:
    await place.add()
    await place.queue()
    place.readable = False
    assert await place.claim() == []
    (found,) = await place.all()
    assert (found.error, found.lost, found.due_at) == (UNREADABLE, 1, None)
    with pytest.raises(Refused) as refused:
        await place.storage.write(lambda tx: place.service.to_test(tx, found.id, NOW + TEST_EVERY_MS))
    assert refused.value.code == "conflict"


async def test_removed_destination_gets_nothing_and_can_be_restored_for_a_day(place: Place) -> None:
    kept = await place.add()
    await place.queue()
    await place.remove(kept.id)
    assert await place.all() == [] and not await place.queue() and await place.claim() == []
    assert (await place.restore(kept.id, NOW + UNDO_MS - 1)).name == "Floor"
    await place.queue(NOW + 1)
    (attempt,) = await place.claim(NOW + 1)
    assert (attempt.address, len(attempt.waiting)) == (SECRET, 1), "the alarm before the removal is not sent"
    await place.remove(kept.id)
    assert await place.next_due() == NOW + UNDO_MS
    with pytest.raises(Refused) as refused:
        await place.restore(kept.id, NOW + UNDO_MS)
    assert refused.value.code == "conflict"
    await place.claim(NOW + UNDO_MS)
    assert await place.next_due() is None, "the row is deleted, with the address"


async def test_result_for_a_destination_that_was_removed_meanwhile_is_ignored(place: Place) -> None:
    kept = await place.add()
    await place.queue()
    (attempt,) = await place.claim()
    await place.remove(kept.id)
    assert await place.refused(attempt, NOW) == 0
    await place.sent(attempt, NOW)
    restored = await place.restore(kept.id, NOW)
    assert (restored.sent_at, restored.failed_at, restored.due_at) == (None, None, None)


async def test_name_is_used_once_and_restoring_respects_it(place: Place) -> None:
    first = await place.add("Floor")
    await place.remove(first.id)
    await place.add("floor")
    for change in (place.add("FLOOR"), place.restore(first.id, NOW)):
        with pytest.raises(Refused) as refused:
            await change
        assert (refused.value.code, list(refused.value.fields or {})) == ("conflict", ["name"])


@pytest.mark.parametrize("name", ["", " ", "\u200b", "a\nb", "x" * 81])
async def test_name_must_be_a_visible_line(place: Place, name: str) -> None:
    with pytest.raises(Refused) as refused:
        await place.add(name)
    assert list(refused.value.fields or {}) == ["name"]


async def test_number_of_destinations_is_limited(place: Place) -> None:
    for number in range(DESTINATIONS_MAX):
        await place.add(f"Floor {number}")
    with pytest.raises(Refused) as refused:
        await place.add("One more")
    assert refused.value.code == "conflict"


async def test_test_message_waits_a_moment_after_another_message(place: Place) -> None:
    kept = await place.add()
    await place.storage.write(lambda tx: place.service.tested(tx, kept.id, "No answer.", NOW))
    with pytest.raises(Refused) as refused:
        await place.storage.write(lambda tx: place.service.to_test(tx, kept.id, NOW + TEST_EVERY_MS - 1))
    assert refused.value.code == "rate_limited"
    attempt = await place.storage.write(lambda tx: place.service.to_test(tx, kept.id, NOW + TEST_EVERY_MS))
    assert attempt.address == SECRET
