"""Letters on both databases: queued, limited, claimed by one worker, retried, settled."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import count

import pytest
from sqlalchemy import update
from sqlmodel import select

from mail.adapters.stored_letters import stored_letters
from mail.adapters.tables import LetterRow, LetterTurnRow, ReplyAddressRow
from mail.identifiers import Identifiers, fingerprint
from mail.letter import IN_BULK, Kind, Letter, NewLetter
from mail.pacing import (
    ATTEMPTS,
    AUTOMATIC_MAX,
    FOR_MAIL_MAX,
    FROM_ONE_DOMAIN_MAX,
    FROM_ONE_NETWORK_MAX,
    OPT_INS_FROM_ONE_NETWORK_MAX,
    PAUSES_MS,
    SPREAD,
    STOPPED,
)
from mail.service import LEASE_MS, Letters
from refusals import Refused
from storage.ports import Storage, Tx

NOW = 1_795_556_400_000
HOUR = 3_600_000
REPLY = NewLetter(kind="reply", to="Ana@northlake.example", ticket=7, seq=1)
BARE = replace(REPLY, bare=True)


@pytest.fixture
def letters() -> Letters:
    identifiers, names = Identifiers(b"s" * 32, "help.example", receives=True), count()
    return stored_letters(identifiers, lambda: f"n{next(names)}")


async def queue(storage: Storage, letters: Letters, wanted: NewLetter = REPLY, at: int = NOW) -> int:
    return await storage.write(lambda tx: letters.queue(tx, wanted, at))


async def claim(storage: Storage, letters: Letters, holder: str = "a", at: int = NOW) -> list[Letter]:
    return await storage.write(lambda tx: letters.claim(tx, holder, at, 10))


async def get(storage: Storage, letters: Letters, id_: int) -> Letter:
    letter = await storage.read(lambda tx: letters.find(tx, id_))
    assert letter is not None
    return letter


async def test_letter_is_claimed_by_one_worker_until_its_lease_ends(storage: Storage, letters: Letters) -> None:
    """It keeps its Message-ID, so a doubtful repetition can be recognized."""
    await queue(storage, letters)
    (first,) = await claim(storage, letters)
    assert await claim(storage, letters, "b", NOW + LEASE_MS - 1) == []
    (again,) = await claim(storage, letters, "b", NOW + LEASE_MS)
    assert (again.message_id, again.attempts) == (first.message_id, 2)


async def test_ticket_has_a_letter_that_is_being_sent_until_its_result_is_recorded(
    storage: Storage, letters: Letters
) -> None:
    """Also after the lease has ended: the worker may still be writing it."""

    async def being_sent() -> set[int]:
        return await storage.read(lambda tx: letters.being_sent(tx, {7, 8}))

    await queue(storage, letters)
    assert await being_sent() == set()
    (claimed,) = await claim(storage, letters)
    assert await being_sent() == {7}
    assert await storage.read(lambda tx: letters.being_sent(tx, {8})) == set()
    assert await storage.read(lambda tx: letters.being_sent(tx, set())) == set()
    await storage.write(lambda tx: letters.accepted(tx, claimed, NOW))
    assert await being_sent() == set()


async def test_recent_letters_of_a_kind_are_those_that_wait_then_the_newest(storage: Storage, letters: Letters) -> None:
    """Only those about the ticket to the address, in any spelling. An old letter counts while it waits."""
    asked = replace(REPLY, kind="transcript", seq=None)
    others = [replace(asked, ticket=8), replace(asked, to="joe@northlake.example"), REPLY]
    _, again = [await queue(storage, letters, asked, NOW - HOUR) for _ in range(2)]
    new = [await queue(storage, letters, asked, NOW - HOUR + later) for later in (1, 2, 3)]
    for one in others:
        await queue(storage, letters, one)
    for letter in await claim(storage, letters):
        if letter.id != again:
            await storage.write(partial(letters.accepted, letter=letter, now=NOW))

    async def recent(limit: int) -> list[int]:
        def found(tx: Tx) -> list[Letter]:
            return letters.recent(tx, 7, "transcript", "ANA@northlake.example", NOW - HOUR, limit)

        return [letter.id for letter in await storage.read(found)]

    assert await recent(10) == [again, *reversed(new)]
    assert await recent(2) == [again, new[-1]]


async def test_letter_that_is_being_sent_keeps_its_lease_when_staff_send_it_again(
    storage: Storage, letters: Letters
) -> None:
    """So that no second worker sends it at the same time."""
    id_ = await queue(storage, letters)
    await claim(storage, letters)
    await storage.write(lambda tx: letters.send_again(tx, id_, NOW))
    assert await claim(storage, letters, "b") == []
    assert len(await claim(storage, letters, "b", NOW + LEASE_MS)) == 1


async def test_letter_whose_address_was_removed_is_not_sent_again(storage: Storage, letters: Letters) -> None:
    id_ = await queue(storage, letters)
    await storage.write(lambda tx: tx.session.execute(update(LetterRow).values(to_address="")))
    with pytest.raises(Refused, match="address of this letter was removed"):
        await storage.write(lambda tx: letters.send_again(tx, id_, NOW))


async def test_accepted_letter_is_never_claimed_again(storage: Storage, letters: Letters) -> None:
    id_ = await queue(storage, letters)
    (letter,) = await claim(storage, letters)
    await storage.write(lambda tx: letters.accepted(tx, letter, NOW + 5))
    assert await claim(storage, letters, at=NOW + 100 * HOUR) == []
    assert (await get(storage, letters, id_)).settled_at == NOW + 5


async def test_letter_refused_for_now_is_retried_for_a_day_then_failed(storage: Storage, letters: Letters) -> None:
    id_, at = await queue(storage, letters), NOW
    for attempt in range(1, ATTEMPTS + 1):
        (letter,) = await claim(storage, letters, at=at)
        unit = partial(letters.refused, letter=letter, reason="451 Later", now=at, for_good=False)
        failed = await storage.write(unit)
        assert failed == (attempt == ATTEMPTS)
        if not failed:
            at += PAUSES_MS[attempt - 1]
            assert await claim(storage, letters, at=at - 1) == []
    found = await get(storage, letters, id_)
    assert (found.state, found.error) == ("failed", "451 Later")
    assert at - NOW < 24 * HOUR


async def test_letter_refused_for_good_fails_at_once_and_can_be_sent_again(storage: Storage, letters: Letters) -> None:
    id_ = await queue(storage, letters)
    (letter,) = await claim(storage, letters)
    assert await storage.write(lambda tx: letters.refused(tx, letter, "550 No", NOW, for_good=True))
    await storage.write(lambda tx: letters.send_again(tx, id_, NOW + 1))
    (again,) = await claim(storage, letters, at=NOW + 1)
    assert (again.id, again.attempts) == (id_, 1)


async def test_delivered_letter_is_not_sent_again(storage: Storage, letters: Letters) -> None:
    id_ = await queue(storage, letters)
    (letter,) = await claim(storage, letters)
    await storage.write(lambda tx: letters.accepted(tx, letter, NOW))
    with pytest.raises(Refused) as refused:
        await storage.write(lambda tx: letters.send_again(tx, id_, NOW))
    assert refused.value.code == "conflict"


async def test_unconfirmed_address_gets_one_letter_an_hour_and_none_is_dropped(
    storage: Storage, letters: Letters
) -> None:
    """Whatever the ticket, and however the address is written."""
    ids = [
        await queue(storage, letters, replace(BARE, ticket=ticket, to=to))
        for ticket, to in ((7, "ana@northlake.example"), (8, "ANA@northlake.example"), (9, "ana@northlake.example"))
    ]
    assert [(await get(storage, letters, id_)).due_at for id_ in ids] == [NOW, NOW + HOUR, NOW + 2 * HOUR]
    assert [letter.id for letter in await claim(storage, letters)] == ids[:1]


async def test_unconfirmed_address_gets_one_letter_an_hour_after_a_long_outage(
    storage: Storage, letters: Letters
) -> None:
    """All are due by then. Whoever waits for the turn has not used an attempt."""
    ids = [await queue(storage, letters, replace(BARE, ticket=ticket)) for ticket in range(3)]
    at = NOW + 5 * HOUR
    for place, id_ in enumerate(ids):
        (letter,) = await claim(storage, letters, at=at)
        assert (letter.id, letter.attempts) == (id_, 1)
        assert await claim(storage, letters, "b", at + 1) == []
        await storage.write(partial(letters.accepted, letter=letter, now=at + 2))
        left = ids[place + 1 :]
        assert [(await get(storage, letters, id_)).attempts for id_ in left] == [0] * len(left)
        assert await claim(storage, letters, at=at + HOUR + 1) == []
        at += HOUR + 2


async def test_letter_refused_for_now_keeps_the_hour_of_the_next_one(storage: Storage, letters: Letters) -> None:
    first, second = [await queue(storage, letters, replace(BARE, ticket=ticket)) for ticket in range(2)]
    (letter,) = await claim(storage, letters, at=NOW + HOUR - 10_000)
    assert letter.id == first
    refused = partial(letters.refused, letter=letter, reason="451", now=NOW + HOUR - 10_000, for_good=False)
    await storage.write(refused)
    (next_one,) = await claim(storage, letters, at=NOW + HOUR)
    assert next_one.id == second
    await storage.write(partial(letters.accepted, letter=next_one, now=NOW + HOUR))
    assert await claim(storage, letters, at=NOW + 2 * HOUR - 1) == []
    assert [letter.id for letter in await claim(storage, letters, at=NOW + 2 * HOUR)] == [first]


async def test_letters_about_tickets_and_an_account_share_the_hour_and_take_turns(
    storage: Storage, letters: Letters
) -> None:
    """Many letters about tickets do not keep the link of a new account away, or the other way round."""
    tickets = [await queue(storage, letters, replace(BARE, ticket=ticket)) for ticket in range(3)]
    account = NewLetter(kind="confirm_account", to="ana@northlake.example", bare=True)
    links = [await queue(storage, letters, account, NOW + 1) for _ in range(2)]
    order, at = [], NOW + 9 * HOUR
    for _ in range(5):
        (letter,) = await claim(storage, letters, at=at)
        await storage.write(partial(letters.accepted, letter=letter, now=at))
        order.append(letter.id)
        at += HOUR
    assert order == [links[0], tickets[0], links[1], *tickets[1:]]


async def test_sending_again_keeps_the_limit_of_an_unconfirmed_address(storage: Storage, letters: Letters) -> None:
    first, second = [await queue(storage, letters, replace(REPLY, bare=True)) for _ in range(2)]
    again = await storage.write(lambda tx: letters.send_again(tx, second, NOW + 1))
    assert again.due_at == NOW + HOUR
    assert (await get(storage, letters, first)).due_at == NOW


async def test_sixth_automatic_letter_about_a_ticket_within_an_hour_is_stopped(
    storage: Storage, letters: Letters
) -> None:
    """Replies of staff do not count, alone or in a letter `solved`, and neither do other tickets."""
    automatic = replace(REPLY, kind="reopened", seq=None)
    for reply in (REPLY, replace(REPLY, kind="solved")):
        await queue(storage, letters, reply)
    for _ in range(AUTOMATIC_MAX):
        await queue(storage, letters, automatic)
    stopped = await get(storage, letters, await queue(storage, letters, automatic, NOW + 1))
    assert (stopped.state, stopped.error) == ("failed", STOPPED)
    for other in (REPLY, replace(REPLY, kind="solved"), replace(automatic, ticket=8)):
        assert (await get(storage, letters, await queue(storage, letters, other))).state == "waiting"
    later = await queue(storage, letters, automatic, NOW + HOUR + 2)
    assert (await get(storage, letters, later)).state == "waiting"


async def test_letters_queued_together_keep_their_order_and_all_limits(storage: Storage, letters: Letters) -> None:
    """As if they were queued one after another."""
    automatic = replace(REPLY, kind="reopened", seq=None)
    bare = [replace(REPLY, ticket=ticket, to=to, bare=True) for ticket, to in ((8, "b@x.example"), (9, "B@x.example"))]
    wanted = [*bare, *[automatic] * (AUTOMATIC_MAX + 1)]
    ids = await storage.write(lambda tx: letters.queue_all(tx, wanted, NOW))
    found = [await get(storage, letters, id_) for id_ in ids]
    assert [letter.kind for letter in found] == [each.kind for each in wanted]
    assert [letter.due_at for letter in found[:2]] == [NOW, NOW + HOUR]
    assert [letter.state for letter in found[2:]] == ["waiting"] * AUTOMATIC_MAX + ["failed"]
    assert await storage.write(lambda tx: letters.queue_all(tx, [], NOW)) == []


async def test_letters_in_bulk_come_after_all_others(storage: Storage, letters: Letters) -> None:
    """Even if they have been due for longer."""
    kinds: list[Kind] = [
        "reminder_1",
        "auto_solved",
        "news",
        "reply",
        "reset_password",
        "reminder_2",
        "received",
        "handover",
    ]
    wanted = [NewLetter(kind=kind, to=f"{kind}@x.example", ticket=None) for kind in kinds]
    for place, each in enumerate(wanted):
        await queue(storage, letters, each, NOW + place)
    claimed = await claim(storage, letters, at=NOW + HOUR)
    last = ["reminder_1", "auto_solved", "news", "reminder_2"]
    assert [letter.kind for letter in claimed] == ["reply", "reset_password", "received", "handover", *last]
    assert set(last) == IN_BULK


async def test_headers_join_the_letters_of_a_ticket_to_a_recipient(storage: Storage, letters: Letters) -> None:
    await queue(storage, letters)
    (first,) = await claim(storage, letters)
    await storage.write(lambda tx: letters.accepted(tx, first, NOW))
    await queue(storage, letters)
    (second,) = await claim(storage, letters)
    one, two = [await storage.read(partial(letters.headers, letter=each)) for each in (first, second)]
    assert one.references == two.references[:1] and two.references[1] == first.message_id
    assert one.reply_to == two.reply_to and one.reply_to is not None and one.reply_to.startswith("reply+")


async def test_revoked_reply_address_is_replaced_in_the_next_letter(storage: Storage, letters: Letters) -> None:
    """For this ticket only."""
    for ticket in (7, 7, 8):
        await queue(storage, letters, replace(REPLY, ticket=ticket))
    first, same, other = await claim(storage, letters)
    assert await storage.write(lambda tx: letters.revoke(tx, 7, NOW + 1)) == ["ana@northlake.example"]
    assert await storage.write(lambda tx: letters.revoke(tx, 7, NOW + 2)) == []
    for ticket in (7, 8):
        await queue(storage, letters, replace(REPLY, ticket=ticket))
    renewed, kept = await claim(storage, letters)
    assert [letter.generation for letter in (first, same, other, renewed, kept)] == [0, 0, 0, 1, 0]
    assert await storage.write(lambda tx: letters.revoke(tx, 7, NOW + 3)) == ["ana@northlake.example"]


async def test_database_has_no_token_of_a_reply_or_bounce_address(
    storage: Storage, letters: Letters, database_url: str
) -> None:
    await queue(storage, letters)
    (letter,) = await claim(storage, letters)
    headers = await storage.read(lambda tx: letters.headers(tx, letter))
    reply = (headers.reply_to or "").partition("+")[2].partition("@")[0]
    bounce = letters.sender(letter, "x@y.example").partition("+")[2].partition("@")[0]

    def rows(tx: Tx) -> str:
        found = [*tx.session.exec(select(LetterRow)), *tx.session.exec(select(ReplyAddressRow))]
        return "\n".join(row.model_dump_json() for row in found)

    stored = await storage.read(rows)
    assert reply not in stored and bounce not in stored
    assert fingerprint(reply) in stored and fingerprint(bounce) in stored


async def test_letters_that_were_not_tried_keep_their_attempts_and_their_place(
    storage: Storage, letters: Letters
) -> None:
    await queue(storage, letters)
    (claimed,) = await claim(storage, letters, at=NOW + 5)
    await storage.write(lambda tx: letters.release(tx, [claimed]))
    (again,) = await claim(storage, letters, at=NOW + 5)
    assert (again.attempts, again.due_at) == (1, NOW)


async def due_after(
    storage: Storage,
    letters: Letters,
    origin: str,
    count: int,
    at: int = NOW,
    first: int = 1000,
    kind: Kind = "received",
) -> list[int]:
    """Minutes after `at` at which `count` letters to as many strangers are due. Each is about a ticket of its own."""
    wanted = [
        replace(BARE, kind=kind, to=f"s{number}@strangers.example", ticket=number, origin=origin)
        for number in range(first, first + count)
    ]
    ids = await storage.write(lambda tx: letters.queue_all(tx, wanted, at))
    found = {letter.id: letter for letter in await storage.read(lambda tx: letters.find_all(tx, ids))}
    return [(found[id_].due_at - at) // 60_000 for id_ in ids]


async def test_network_causes_few_letters_to_strangers_an_hour_and_none_is_dropped(
    storage: Storage, letters: Letters
) -> None:
    due = await due_after(storage, letters, "192.0.2.1", FROM_ONE_NETWORK_MAX)
    assert due == [0, 0, 0, 0, 0, 12, 24, 36, 48, 60]
    assert await due_after(storage, letters, "192.0.2.2", 1, first=2000) == [0]
    assert await due_after(storage, letters, "192.0.2.1", 1, NOW + 2 * HOUR, first=3000) == [0]


async def test_whole_company_registers_at_once_and_delays_no_requests_for_help(
    storage: Storage, letters: Letters
) -> None:
    at_once = OPT_INS_FROM_ONE_NETWORK_MAX // 2
    due = await due_after(storage, letters, "192.0.2.1", at_once + 1, kind="session_confirm")
    assert due == [0] * at_once + [2]
    assert await due_after(storage, letters, "192.0.2.1", 1, first=2000) == [0]


async def test_letters_to_confirmed_addresses_and_without_an_origin_have_no_limit_of_an_origin(
    storage: Storage, letters: Letters
) -> None:
    await due_after(storage, letters, "192.0.2.1", FROM_ONE_NETWORK_MAX)
    for wanted in (replace(REPLY, origin="192.0.2.1"), replace(BARE, to="eva@northlake.example")):
        id_ = await queue(storage, letters, wanted)
        assert (await get(storage, letters, id_)).due_at == NOW


async def test_letter_that_the_limit_of_its_network_delays_says_why_it_waits(
    storage: Storage, letters: Letters
) -> None:
    await due_after(storage, letters, "192.0.2.1", FROM_ONE_NETWORK_MAX // 2)
    wanted = replace(BARE, kind="received", origin="192.0.2.1")
    delayed = await get(storage, letters, await queue(storage, letters, wanted))
    assert (delayed.due_at, delayed.error) == (NOW + 720_000, SPREAD)


async def test_mails_of_many_domains_cause_few_letters_in_all(storage: Storage, letters: Letters) -> None:
    due = []
    of_each = FROM_ONE_DOMAIN_MAX // 2
    for number in range(FOR_MAIL_MAX // FROM_ONE_DOMAIN_MAX + 1):
        first = 1000 * (number + 1)
        due += await due_after(storage, letters, f"@d{number}.example", of_each, first=first)
    assert due == [0] * (FOR_MAIL_MAX // 2) + [72 * number // 60 for number in range(1, of_each + 1)]
    assert await due_after(storage, letters, "192.0.2.1", 1, first=100_000) == [0]


async def test_many_mails_of_one_domain_do_not_delay_letters_to_others(storage: Storage, letters: Letters) -> None:
    due = await due_after(storage, letters, "@forged.example", 3 * FOR_MAIL_MAX)
    assert due[-1] == 6 * (3 * FOR_MAIL_MAX - FROM_ONE_DOMAIN_MAX // 2)
    assert await due_after(storage, letters, "@honest.example", 1, first=5000) == [0]


async def test_reply_to_a_stranger_does_not_wait_for_the_letter_that_the_limit_delays(
    storage: Storage, letters: Letters
) -> None:
    """It is sent first, and covers the other one: both would have only number and link."""
    await due_after(storage, letters, "@forged.example", 100)
    id_ = await queue(storage, letters, replace(BARE, to="s1099@strangers.example", ticket=1099))
    assert (await get(storage, letters, id_)).due_at == NOW
    later = NOW + 1
    claimed = await storage.write(lambda tx: letters.claim(tx, "a", later, 100))
    assert id_ in [letter.id for letter in claimed]
    about = await storage.read(lambda tx: letters.of_ticket(tx, 1099))
    assert [letter.covered_by for letter in about] == [id_, None]


async def test_desk_without_limits_sends_letters_to_strangers_at_once(storage: Storage) -> None:
    identifiers, names = Identifiers(b"s" * 32, "help.example", receives=True), count()
    letters = stored_letters(identifiers, lambda: f"n{next(names)}", limited=False)
    assert await due_after(storage, letters, "192.0.2.1", 30) == [0] * 30


async def test_turns_are_forgotten_an_hour_after_they_were_due(storage: Storage, letters: Letters) -> None:
    await due_after(storage, letters, "192.0.2.1", 3)
    await due_after(storage, letters, "192.0.2.2", 1, NOW + HOUR, first=2000)
    origins = await storage.read(lambda tx: list(tx.session.exec(select(LetterTurnRow.origin))))
    assert origins == ["192.0.2.2"]
