from __future__ import annotations

import re

from mail.identifiers import Identifiers

IDS = Identifiers(b"s" * 32, "help.example", receives=True)
OTHER = Identifiers(b"t" * 32, "help.example", receives=True)


def test_own_message_id_is_recognized_and_a_forged_one_is_not() -> None:
    made = IDS.message_id("0190a5b0-0000")
    assert IDS.is_ours(made) and Identifiers(b"s" * 32, "new.example", receives=True).is_ours(made)
    assert not OTHER.is_ours(made)
    assert not IDS.is_ours(made.replace("0190", "0191"))
    assert not IDS.is_ours("<hello@help.example>")


def test_thread_id_is_the_same_for_all_letters_about_a_ticket() -> None:
    assert IDS.thread_id(7) == IDS.thread_id(7) != IDS.thread_id(8)
    assert IDS.is_ours(IDS.thread_id(7))


def test_reply_address_belongs_to_one_ticket_recipient_and_generation() -> None:
    addresses = {
        IDS.reply_address(ticket, address, generation)
        for ticket in (7, 8)
        for address in ("ana@northlake.example", "ben@northlake.example")
        for generation in (0, 1)
    }
    assert len(addresses) == 8
    assert all(re.fullmatch(r"reply\+[a-z2-7]{26}@help\.example", address) for address in addresses)


def test_bounce_address_belongs_to_one_letter() -> None:
    first, second = (IDS.bounce_address(IDS.message_id(name)) for name in ("a", "b"))
    assert first != second and re.fullmatch(r"bounce\+[a-z2-7]{26}@help\.example", first)
