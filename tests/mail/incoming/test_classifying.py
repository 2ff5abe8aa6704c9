from __future__ import annotations

import pytest

from mail.incoming.addressing import is_made_here, reply_token
from mail.incoming.classifying import automatic, is_our_own
from mail.incoming.parsing import Envelope, Incoming, parse

TOKEN = "a" * 26


def read(*lines: str, sender: str = "ana@x.example") -> Incoming:
    return parse("\n".join([*lines, "", "Hello"]).encode(), Envelope(sender, "media@support.example"))


@pytest.mark.parametrize(
    ("line", "mark"),
    [
        ("Auto-Submitted: auto-replied (vacation)", "Auto-Submitted: auto-replied (vacation)"),
        ("Auto-Submitted: auto-generated; owner-token=x", "Auto-Submitted: auto-generated"),
        ("Precedence: bulk", "Precedence: bulk"),
        ("List-Id: <x.lists.example>", "List-Id"),
        ("X-Autoreply: yes", "X-Autoreply"),
        ("Content-Type: text/calendar; method=REPLY", "Calendar: reply"),
        ("Content-Type: multipart/report; report-type=disposition-notification", "Report: disposition-notification"),
        ("From: no-reply@x.example", "From"),
        ("From: MAILER-DAEMON@x.example", "From"),
        ("X-Auto-Response-Suppress: All\nSubject: Automatic reply: [Support] Ticket #7", "Subject"),
        ("X-Auto-Response-Suppress: All\nSubject: Réponse automatique : absente", "Subject"),
        ("Subject: Out of Office\nX-Auto-Response-Suppress: OOF", "Subject"),
    ],
)
def test_automatic_mail_is_recognized_by_its_mark(line: str, mark: str) -> None:
    found = automatic(read(line))
    assert found is not None and found.mark == mark


@pytest.mark.parametrize(("text", "is_automatic"), [("", True), ("The export fails. Can we meet?", False)])
def test_invitation_is_automatic_if_its_sender_wrote_nothing(text: str, is_automatic: bool) -> None:
    parts = f"--m\n\n{text}\n--m\nContent-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n--m--"
    raw = f"Content-Type: multipart/alternative; boundary=m\nFrom: ana@x.example\n\n{parts}"
    found = automatic(parse(raw.encode(), Envelope("ana@x.example", "media@support.example")))
    assert (found is not None) is is_automatic


def test_mail_without_an_envelope_sender_is_automatic() -> None:
    """Programs send it, so that nobody answers."""
    found = automatic(read("From: ana@x.example", sender=""))
    assert found is not None and found.mark == "Return-Path"


@pytest.mark.parametrize(
    "line",
    [
        "Auto-Submitted: no",
        "X-Auto-Response-Suppress: All",
        "Precedence: first-class",
        "Subject: The automatic reply does not work",
        "Subject: Automatic reply broken in Lumina",
        "Subject: Out of office rules do not sync",
        "From: norepl@x.example",
        "From: nobody@x.example",
        "Content-Type: text/calendar; method=PUBLISH",
    ],
)
def test_mail_of_a_person_has_no_mark(line: str) -> None:
    assert automatic(read(line)) is None


def test_letter_of_the_desk_that_comes_back_is_its_own() -> None:
    ours = {"media@support.example"}
    assert is_our_own(read("From: Media@Support.example"), ours, own_id=False)
    assert is_our_own(read("From: x@x.example"), ours, own_id=True)
    assert not is_our_own(read("From: x@x.example"), ours, own_id=False)


@pytest.mark.parametrize(
    ("address", "token"),
    [
        (f"reply+{TOKEN}@help.example", TOKEN),
        (f" Reply+{TOKEN.upper()}@Help.Example ", TOKEN),
        (f"bounce+{TOKEN}@help.example", None),
        (f"reply+{TOKEN}@other.example", None),
        (f"reply+{TOKEN}x@help.example", None),
        ("reply+@help.example", None),
        ("media@help.example", None),
    ],
)
def test_token_is_read_from_an_address_of_its_kind(address: str, token: str | None) -> None:
    assert reply_token(address, "help.example") == token


def test_address_with_a_wrong_token_is_recognized() -> None:
    assert is_made_here("reply+wrong@help.example", "help.example")
    assert not is_made_here("reply@help.example", "help.example")
    assert not is_made_here("reply+wrong@other.example", "help.example")
