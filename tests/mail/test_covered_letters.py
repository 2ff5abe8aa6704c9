"""Letters to an unconfirmed address: one stands for all others about the same ticket that wait, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from mail.adapters.healths import SqlHealths
from mail.incoming.bounce_report import BounceReport
from mail.letter import Letter, NewLetter
from mail.pacing import PAUSES_MS
from mail.service import LEASE_MS, Letters
from storage.ports import Storage
from tests.mail.test_service import BARE, HOUR, NOW, claim, get, letters, queue

__all__ = ["letters"]
REMINDER = NewLetter(kind="reminder_1", to="ana@northlake.example", ticket=7, bare=True)


class Mail:
    def __init__(self, storage: Storage, letters: Letters) -> None:
        self.storage, self.letters = storage, letters

    async def queue(self, *wanted: NewLetter, at: int = NOW) -> list[int]:
        return [await queue(self.storage, self.letters, each, at) for each in wanted]

    async def claim(self, at: int = NOW) -> list[Letter]:
        return await claim(self.storage, self.letters, at=at)

    async def only(self, at: int = NOW) -> Letter:
        (letter,) = await self.claim(at)
        return letter

    async def accepted(self, letter: Letter, at: int) -> None:
        await self.storage.write(lambda tx: self.letters.accepted(tx, letter, at))

    async def refused(self, letter: Letter, at: int, *, for_good: bool) -> None:
        await self.storage.write(lambda tx: self.letters.refused(tx, letter, "No", at, for_good=for_good))

    async def states(self, ids: Sequence[int]) -> list[tuple[str, int | None]]:
        found = [await get(self.storage, self.letters, id_) for id_ in ids]
        return [(letter.state, letter.covered_by) for letter in found]


@pytest.fixture
def mail(storage: Storage, letters: Letters) -> Mail:
    return Mail(storage, letters)


async def test_letter_that_is_sent_stands_for_the_others_about_its_ticket(mail: Mail) -> None:
    """They get its state and its time. A letter about another ticket is still sent, an hour later."""
    first, second, reminder, other = ids = await mail.queue(BARE, BARE, REMINDER, replace(BARE, ticket=8))
    letter = await mail.only()
    assert letter.id == first
    assert await mail.states(ids) == [
        ("waiting", None),
        ("waiting", first),
        ("waiting", first),
        ("waiting", None),
    ]
    await mail.accepted(letter, NOW + 5)
    assert await mail.states(ids[:3]) == [("accepted", None), ("accepted", first), ("accepted", first)]
    assert (await get(mail.storage, mail.letters, reminder)).settled_at == NOW + 5
    assert (await mail.only(NOW + 9 * HOUR)).id == other
    tally = await mail.storage.read(lambda tx: mail.letters.tally(tx, NOW + 9 * HOUR))
    assert (tally.waiting, second) == (1, ids[1])


async def test_letter_that_comes_later_waits_an_hour_after_the_one_that_was_sent(mail: Mail) -> None:
    """However many it stood for."""
    await mail.queue(*[BARE] * 4)
    await mail.accepted(await mail.only(), NOW)
    (later,) = await mail.queue(BARE, at=NOW + 1)
    assert (await get(mail.storage, mail.letters, later)).due_at == NOW + HOUR
    assert await mail.claim(NOW + HOUR - 1) == []
    assert (await mail.only(NOW + HOUR)).id == later


async def test_letter_that_is_tried_again_still_stands_for_the_others(mail: Mail) -> None:
    first, second = ids = await mail.queue(BARE, BARE)
    await mail.refused(await mail.only(), NOW, for_good=False)
    assert await mail.claim(NOW + PAUSES_MS[0] - 1) == []
    assert (await mail.only(NOW + PAUSES_MS[0])).id == first
    # The program was killed, and its lease ends.
    letter = await mail.only(NOW + PAUSES_MS[0] + LEASE_MS)
    assert letter.id == first and await mail.states(ids) == [("waiting", None), ("waiting", first)]
    assert second == ids[1]


async def test_refusal_and_sending_again_hold_for_all(mail: Mail) -> None:
    first, second, third = ids = await mail.queue(BARE, BARE, BARE)
    await mail.refused(await mail.only(), NOW, for_good=True)
    assert await mail.states(ids) == [("failed", None), ("failed", first), ("failed", first)]
    # One of those for which it stood is sent on its own.
    await mail.storage.write(lambda tx: mail.letters.send_again(tx, second, NOW + HOUR))
    await mail.storage.write(lambda tx: mail.letters.send_again(tx, first, NOW + HOUR))
    assert await mail.states(ids) == [("waiting", None), ("waiting", None), ("waiting", first)]
    letter = await mail.only(NOW + 9 * HOUR)
    # Whichever comes first stands for the rest, also for what the other one stood for.
    assert [covered for _, covered in await mail.states(ids)].count(letter.id) == 2
    await mail.accepted(letter, NOW + 9 * HOUR)
    assert {state for state, _ in await mail.states(ids)} == {"accepted"} and third == ids[2]


async def test_letter_with_nothing_to_say_stands_for_no_other(mail: Mail) -> None:
    """The next one is sent in its place."""
    first, second = ids = await mail.queue(REMINDER, BARE)
    letter = await mail.only()
    assert letter.id == first and await mail.states(ids) == [("waiting", None), ("waiting", first)]
    await mail.storage.write(lambda tx: mail.letters.unwritten(tx, letter, "The ticket has changed since.", NOW))
    assert await mail.states(ids) == [("failed", None), ("waiting", None)]
    assert (await mail.only(NOW)).id == second


async def test_bounce_of_the_letter_holds_for_all(mail: Mail) -> None:
    ids = await mail.queue(BARE, BARE)
    letter = await mail.only()
    await mail.accepted(letter, NOW)
    report = BounceReport(("ana@northlake.example",), permanent=True, reason="550", message_ids=(letter.message_id,))
    await mail.storage.write(lambda tx: mail.letters.addresses.bounced(tx, None, report, NOW + 5))
    found = [await get(mail.storage, mail.letters, id_) for id_ in ids]
    assert [(each.state, each.bounced_at, each.error) for each in found] == [("failed", NOW + 5, "550")] * 2
    health = await mail.storage.read(lambda tx: SqlHealths().of(tx, "ana@northlake.example"))
    assert health is not None and health.count == 1


async def test_confirmed_address_gets_each_letter_that_is_not_sent_yet(mail: Mail) -> None:
    first, second, third = ids = await mail.queue(BARE, BARE, BARE)
    letter = await mail.only()
    await mail.storage.write(lambda tx: mail.letters.confirmed(tx, 7, NOW + 1))
    await mail.accepted(letter, NOW + 2)
    assert await mail.states(ids) == [("accepted", None), ("waiting", None), ("waiting", None)]
    assert [each.id for each in await mail.claim(NOW + 2)] == [second, third] and letter.id == first


async def test_next_letter_refers_to_the_one_that_was_sent(mail: Mail) -> None:
    await mail.queue(BARE, BARE)
    letter = await mail.only()
    await mail.accepted(letter, NOW)
    await mail.queue(BARE, at=NOW + HOUR)
    again = await mail.only(NOW + HOUR)
    headers = await mail.storage.read(lambda tx: mail.letters.headers(tx, again))
    assert headers.references[-1] == letter.message_id


async def test_letters_to_other_addresses_and_whole_letters_are_not_covered(mail: Mail) -> None:
    wanted = [BARE, replace(BARE, to="cy@northlake.example"), replace(BARE, bare=False)]
    ids = await mail.queue(*wanted)
    assert [letter.id for letter in await mail.claim()] == ids
    assert [covered for _, covered in await mail.states(ids)] == [None] * 3
