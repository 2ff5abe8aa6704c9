"""Records of incoming mail on both databases: stored once, claimed by one worker, settled, found again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from mail.adapters.incoming_store import SqlIncomingMails
from mail.adapters.store import SqlStore
from mail.identifiers import Identifiers
from mail.incoming.parsing import Envelope
from mail.incoming.result import Authentication, Result, StoredMail
from mail.incoming_ports import Answered, ReplyAddress
from mail.letter import NewLetter
from mail.ports import Queued
from storage.ports import Storage

NOW = 1_795_556_400_000
LEASE = 60_000
ENVELOPE = Envelope("ana@northlake.example", "media@support.example")
DIGEST, OTHER = "a" * 64, "b" * 64
JOINED = Result(state="done", kind="reply", matched_by="reply_address", ticket=7, seq=2, quoted="> Hello")
MAILS = SqlIncomingMails()


async def add(storage: Storage, digest: str = DIGEST, envelope: Envelope = ENVELOPE, at: int = NOW) -> int | None:
    return await storage.write(lambda tx: MAILS.add(tx, envelope, digest, 5, at))


async def claim(storage: Storage, holder: str = "a", at: int = NOW) -> StoredMail | None:
    return await storage.write(lambda tx: MAILS.claim(tx, holder, at, at + LEASE))


async def settled(storage: Storage, result: Result, digest: str = DIGEST, message_id: str = "<1@x>") -> int:
    id_ = await add(storage, digest)
    assert id_ is not None
    await storage.write(lambda tx: MAILS.read_as(tx, id_, message_id, ENVELOPE.sender, "Help"))
    await storage.write(lambda tx: MAILS.settle(tx, id_, result, NOW + 5))
    return id_


async def test_same_mail_to_the_same_recipient_is_stored_once(storage: Storage) -> None:
    assert await add(storage) is not None
    assert await add(storage) is None
    assert await add(storage, envelope=Envelope(ENVELOPE.sender, "tech@support.example")) is not None


async def test_mail_is_claimed_by_one_worker_until_its_lease_ends(storage: Storage) -> None:
    await add(storage)
    first = await claim(storage)
    assert first is not None and first.attempts == 1
    assert await claim(storage, "b", NOW + LEASE - 1) is None
    assert not await storage.read(lambda tx: MAILS.waits(tx, NOW + LEASE - 1))
    again = await claim(storage, "b", NOW + LEASE)
    assert again is not None and (again.id, again.attempts) == (first.id, 2)


async def test_settled_mail_is_never_claimed_again(storage: Storage) -> None:
    id_ = await settled(storage, JOINED)
    assert await claim(storage, at=NOW + 100 * LEASE) is None
    mail = await storage.read(lambda tx: MAILS.find(tx, id_))
    assert mail is not None
    assert (mail.state, mail.ticket, mail.seq, mail.quoted, mail.done_at) == ("done", 7, 2, "> Hello", NOW + 5)
    assert mail.authentication == Authentication("none")


async def test_suspended_mails_are_listed_with_their_reason(storage: Storage) -> None:
    held = await settled(storage, Result(state="suspended", kind="reply", reason="other_sender", ticket=7))
    await settled(storage, JOINED, OTHER)
    found = await storage.read(lambda tx: MAILS.suspended(tx, 10))
    assert [(mail.id, mail.reason) for mail in found] == [(held, "other_sender")]
    assert await storage.read(lambda tx: MAILS.suspended(tx, 10, held)) == []
    assert [mail.state for mail in await storage.read(lambda tx: MAILS.of_ticket(tx, 7))] == ["suspended", "done"]


async def test_ticket_holds_mail_for_a_reason_since_a_moment(storage: Storage) -> None:
    held = await settled(storage, Result(state="suspended", kind="reply", reason="loop", ticket=7))
    await settled(storage, JOINED, OTHER)
    asked = [
        partial(MAILS.holds, ticket=7),
        partial(MAILS.holds, ticket=7, reason="loop"),
        partial(MAILS.holds, ticket=7, reason="stranger"),
        partial(MAILS.holds, ticket=7, since=NOW),
        partial(MAILS.holds, ticket=7, since=NOW - 1),
        partial(MAILS.holds, ticket=7, besides=held),
    ]
    assert [await storage.read(each) for each in asked] == [True, True, False, False, True, False]
    assert not await storage.read(lambda tx: MAILS.holds(tx, 8))


async def test_deleted_mail_is_deleted_once(storage: Storage) -> None:
    id_ = await settled(storage, JOINED)
    assert await storage.write(lambda tx: MAILS.delete(tx, id_)) == [DIGEST]
    assert await storage.write(lambda tx: MAILS.delete(tx, id_)) == []


async def test_redacted_reply_empties_the_records_of_its_mail_and_its_copies(storage: Storage) -> None:
    id_ = await settled(storage, JOINED)
    copy = await add(storage, envelope=Envelope(ENVELOPE.sender, "tech@support.example"))
    assert copy is not None
    assert await storage.write(lambda tx: MAILS.delete_text(tx, 7, 2, NOW)) == [DIGEST]
    for each in (id_, copy):
        mail = await storage.read(partial(MAILS.find, id=each))
        assert mail is not None and (mail.state, mail.subject, mail.quoted) == ("deleted", None, None)


async def test_redacted_reply_is_no_longer_quoted_by_later_mails(storage: Storage) -> None:
    """Staff may have written it, or its mail may be gone already."""
    earlier = await settled(storage, JOINED)
    later = await settled(storage, replace(JOINED, seq=4), OTHER, "<2@x>")
    elsewhere = await settled(storage, replace(JOINED, ticket=8, seq=9), "c" * 64, "<3@x>")
    held = await settled(storage, Result(state="suspended", kind="reply", reason="stranger", ticket=7), "d" * 64)
    assert await storage.write(lambda tx: MAILS.delete_text(tx, 7, 3, NOW)) == [OTHER]
    found = [await storage.read(partial(MAILS.find, id=each)) for each in (earlier, later, elsewhere, held)]
    kept = [(mail.state, mail.quoted is not None) for mail in found if mail is not None]
    assert kept == [("done", True), ("done", False), ("done", True), ("suspended", False)]


async def test_earlier_mail_is_found_by_its_message_id_if_it_became_part_of_a_ticket(storage: Storage) -> None:
    await settled(storage, JOINED)
    await settled(storage, Result(state="suspended", kind="reply", reason="stranger", ticket=8), OTHER, "<2@x>")
    found = await storage.read(lambda tx: MAILS.seen(tx, ["<1@x>", "<2@x>"]))
    assert found is not None and found.ticket == 7
    assert await storage.read(lambda tx: MAILS.seen(tx, ["<2@x>"])) is None
    assert await storage.read(lambda tx: MAILS.seen(tx, ["<1@x>"], "bo@northlake.example")) is None
    assert await storage.read(lambda tx: MAILS.seen(tx, [])) is None


async def test_mails_of_a_sender_are_counted_by_their_proof(storage: Storage) -> None:
    await settled(storage, JOINED)
    await add(storage, OTHER)
    assert await storage.read(lambda tx: MAILS.sent_since(tx, ENVELOPE.sender, "none", NOW - 1)) == 1
    assert await storage.read(lambda tx: MAILS.sent_since(tx, ENVELOPE.sender, "pass", NOW - 1)) == 0
    assert await storage.read(lambda tx: MAILS.sent_since(tx, ENVELOPE.sender, "none", NOW)) == 0


async def test_reply_address_is_found_by_its_token_and_letter_by_its_message_id(storage: Storage) -> None:
    identifiers = Identifiers(b"s" * 32, "help.example", receives=True)
    letters, wanted = SqlStore(identifiers), NewLetter(kind="reply", to="Ana@northlake.example", ticket=7, seq=1)
    await storage.write(lambda tx: letters.add(tx, [Queued(wanted, "n1", NOW)], NOW))
    await storage.write(lambda tx: letters.keep_reply_address(tx, 7, "Ana@northlake.example", 0, "token", NOW))
    answered = await storage.read(lambda tx: MAILS.answered(tx, identifiers.message_id("n1")))
    assert answered == Answered(7, "ana@northlake.example")
    owner = await storage.read(lambda tx: MAILS.reply_address(tx, "token"))
    assert owner == ReplyAddress(7, "ana@northlake.example", revoked=False)
    assert await storage.read(lambda tx: MAILS.reply_address(tx, "guessed")) is None


@pytest.mark.parametrize("address", ["ana@northlake.example", "ANA@Northlake.example"])
async def test_trusted_sender_is_known_in_any_case(storage: Storage, address: str) -> None:
    assert not await storage.read(lambda tx: MAILS.trusts(tx, address))
    for _ in range(2):
        await storage.write(lambda tx: MAILS.trust(tx, "Ana@northlake.example", "u1", NOW))
    assert await storage.read(lambda tx: MAILS.trusts(tx, address))


async def test_trust_in_a_sender_can_be_ended(storage: Storage) -> None:
    await storage.write(lambda tx: MAILS.trust(tx, "Ana@northlake.example", "u1", NOW))
    assert await storage.read(MAILS.trusted) == ["ana@northlake.example"]
    ended = [await storage.write(lambda tx: MAILS.distrust(tx, "ANA@northlake.example")) for _ in range(2)]
    assert (ended, await storage.read(MAILS.trusted)) == ([True, False], [])
