"""Bounces on both databases: which letter came back, and what becomes of its address."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import pytest

from mail.adapters.stored_letters import stored_letters
from mail.health import Health
from mail.identifiers import Identifiers
from mail.incoming.bounce_report import BounceReport
from mail.letter import Letter, NewLetter
from mail.service import COMES_BACK, Letters
from storage.ports import Storage

NOW = 1_795_556_400_000
ANA = "Ana@northlake.example"
REPLY = NewLetter(kind="reply", to=ANA, ticket=7, seq=1)
IDENTIFIERS = Identifiers(b"s" * 32, "help.example", receives=True)
GONE = BounceReport((ANA.lower(),), permanent=True, reason="550 5.1.1 No such user")
LATE = replace(GONE, permanent=False, reason="451 Later")


class Mail:
    def __init__(self, storage: Storage) -> None:
        self.storage = storage
        names = count()
        self.letters: Letters = stored_letters(IDENTIFIERS, lambda: f"n{next(names)}")

    async def queue(self, wanted: NewLetter = REPLY, at: int = NOW) -> Letter:
        id_ = await self.storage.write(lambda tx: self.letters.queue(tx, wanted, at))
        return await self.get(id_)

    async def accepted(self, wanted: NewLetter = REPLY, at: int = NOW) -> Letter:
        letter = await self.queue(wanted, at)
        await self.storage.write(lambda tx: self.letters.accepted(tx, letter, at))
        return await self.get(letter.id)

    async def get(self, id_: int) -> Letter:
        letter = await self.storage.read(lambda tx: self.letters.find(tx, id_))
        assert letter is not None
        return letter

    async def bounced(self, token: str | None, report: BounceReport = GONE, at: int = NOW + 5) -> int | None:
        unit = self.letters.addresses.bounced
        found = await self.storage.write(lambda tx: unit(tx, token, report, at))
        return None if found is None else found.id

    async def health(self, at: int = NOW + 5) -> Health | None:
        return await self.storage.read(lambda tx: self.letters.addresses.health(tx, "ana@NORTHLAKE.example", at))

    async def try_again(self, at: int) -> bool:
        return await self.storage.write(lambda tx: self.letters.addresses.try_again(tx, ANA, at))


@pytest.fixture
def mail(storage: Storage) -> Mail:
    return Mail(storage)


def token_of(letter: Letter) -> str:
    return IDENTIFIERS.bounce_token(letter.message_id)


async def test_letter_that_came_back_has_failed_and_its_address_gets_none_until_tried_again(mail: Mail) -> None:
    letter = await mail.accepted()
    assert await mail.bounced(token_of(letter)) == letter.id
    back = await mail.get(letter.id)
    assert (back.state, back.bounced_at, back.settled_at) == ("failed", NOW + 5, NOW + 5)
    assert back.error == "550 5.1.1 No such user"
    health = await mail.health()
    assert health is not None and (health.state, health.why) == ("bounced", "550 5.1.1 No such user")
    stopped = await mail.queue(at=NOW + 6)
    assert (stopped.state, stopped.error, stopped.bounced_at) == ("failed", COMES_BACK, None)
    assert (await mail.queue(NewLetter(kind="reset_password", to=ANA))).state == "waiting"
    assert await mail.try_again(NOW + 7) and not await mail.try_again(NOW + 8)
    assert (await mail.health(), (await mail.queue(at=NOW + 9)).state) == (None, "waiting")


async def test_bounce_that_comes_before_the_acceptance_is_stored_is_not_overwritten(mail: Mail) -> None:
    letter = await mail.queue()
    await mail.bounced(token_of(letter))
    await mail.storage.write(lambda tx: mail.letters.accepted(tx, letter, NOW + 6))
    assert (await mail.get(letter.id)).state == "failed"


async def test_letter_that_is_sent_again_can_come_back_again(mail: Mail) -> None:
    letter = await mail.accepted()
    await mail.bounced(token_of(letter))
    again = await mail.storage.write(lambda tx: mail.letters.send_again(tx, letter.id, NOW + 9))
    assert (again.state, (await mail.get(letter.id)).bounced_at) == ("waiting", None)
    await mail.storage.write(lambda tx: mail.letters.accepted(tx, letter, NOW + 10))
    assert (await mail.get(letter.id)).state == "accepted"
    await mail.bounced(token_of(letter), at=NOW + 11)
    assert (await mail.get(letter.id)).bounced_at == NOW + 11


async def test_second_bounce_of_a_letter_and_old_letters_do_not_undo_trying_again(mail: Mail) -> None:
    letter, older = await mail.accepted(), await mail.accepted()
    await mail.bounced(token_of(letter))
    await mail.try_again(NOW + 100)
    for late in (letter, older):
        await mail.bounced(token_of(late), at=NOW + 101)
    assert await mail.health(NOW + 101) is None
    assert (await mail.get(older.id)).state == "failed"


async def test_second_bounce_while_the_letter_waits_to_be_sent_again_changes_nothing(mail: Mail) -> None:
    """It is a bounce of the first sending: its token is the same."""
    letter = await mail.accepted()
    await mail.bounced(token_of(letter))
    await mail.try_again(NOW + 100)
    await mail.storage.write(lambda tx: mail.letters.send_again(tx, letter.id, NOW + 100))
    assert await mail.bounced(token_of(letter), at=NOW + 101) == letter.id
    assert (await mail.health(NOW + 101), (await mail.get(letter.id)).state) == (None, "waiting")


async def test_delay_leaves_the_letter_and_is_forgotten_after_a_week(mail: Mail) -> None:
    letter = await mail.accepted()
    await mail.bounced(token_of(letter), LATE)
    assert (await mail.get(letter.id)).state == "accepted"
    health = await mail.health()
    assert health is not None and health.state == "soft"
    assert (await mail.queue()).state == "waiting"
    assert await mail.health(NOW + 8 * 86_400_000) is None


async def test_bounce_without_a_token_must_return_a_message_id_of_this_desk(mail: Mail) -> None:
    """Anybody can write that somebody else's address fails."""
    letter = await mail.accepted()
    forged = letter.message_id.replace("@help.example>", "x@help.example>")
    for report in (GONE, replace(GONE, message_ids=(forged, "<a@b>", "")), replace(GONE, addresses=(ANA,))):
        assert await mail.bounced(None, report) is None
    assert await mail.bounced("a" * 26) is None
    assert (await mail.health(), (await mail.get(letter.id)).state) == (None, "accepted")
    assert await mail.bounced(None, replace(GONE, message_ids=("<a@b>", letter.message_id))) == letter.id
    assert await mail.health() is not None


async def test_address_is_unsettled_whenever_its_letters_come_back_or_go_again(mail: Mail) -> None:
    addresses, storage = mail.letters.addresses, mail.storage
    letter = await mail.accepted()

    async def unsettled() -> list[str]:
        return await storage.read(lambda tx: addresses.unsettled(tx, 5))

    await mail.bounced(token_of(letter), LATE)
    assert await unsettled() == []
    await mail.bounced(token_of(letter))
    assert await unsettled() == [ANA.lower()]
    await storage.write(lambda tx: addresses.settled(tx, ANA))
    assert await unsettled() == []
    await mail.try_again(NOW + 6)
    assert await unsettled() == [ANA.lower()]
