"""`switchboard mail`, as people run it."""

from __future__ import annotations

from tests.server.cli.place import Place


def test_queue_is_empty_on_a_new_desk(place: Place) -> None:
    assert place.done("mail", "queue").strip() == "No letter waits, and none has failed."


def test_unknown_letter_is_refused_in_one_sentence(place: Place) -> None:
    assert "There is no letter 7." in "".join(place.refused("mail", "send", "7"))


def test_ticket_without_reply_addresses_is_refused_in_one_sentence(place: Place) -> None:
    refused = "".join(place.refused("mail", "revoke", "7"))
    assert "Ticket 7 has no reply address that is valid." in refused


def test_mail_is_stored_and_refused_with_the_exit_status_that_mail_servers_know(place: Place) -> None:
    mail = "From: ana@northlake.example\n\nHello\n"
    taken = place.run("mail", "receive", "--to", "media@support.example", "--from", "ana@northlake.example", typed=mail)
    assert (taken.returncode, taken.stdout, taken.stderr) == (0, b"", b"")
    (kept,) = (place.data / "mail" / "in").glob("??/*")
    assert kept.read_bytes() == mail.encode()
    other = place.run("mail", "receive", "--to", "nobody@x.example", typed=mail)
    assert (other.returncode, b"is not an address of this desk" in other.stderr) == (65, True)
    long = place.run("mail", "receive", "--to", "media@support.example", typed="x" * (25 * 2**20 + 1))
    assert (long.returncode, b"too large" in long.stderr) == (65, True)
    blocked = place.run("mail", "receive", "--to", "media@support.example", typed=mail, SWITCHBOARD_DATA="/dev/null/x")
    assert blocked.returncode == 75
    odd = place.run("mail", "receive", "--to", "media@support.example", "--from", "a\udcff@x.example", typed=mail)
    assert (odd.returncode, odd.stderr) == (0, b"")


def test_address_that_nobody_trusts_is_refused_in_one_sentence(place: Place) -> None:
    assert place.done("mail", "trusted").strip() == "No address is trusted."
    assert "is not trusted" in "".join(place.refused("mail", "distrust", "ana@x.example"))
