"""Bounces of many mail servers: the examples of flufl.bounce 6.0.0 (Apache License 2.0, see LICENSE in the archive)."""

from __future__ import annotations

import tarfile
from email import message_from_bytes, message_from_string
from functools import cache
from pathlib import Path

import pytest

from mail.identifiers import Identifiers
from mail.incoming.bounces import bounce_report, bounce_token, read_bounce
from mail.incoming.parsing import Envelope, parse

EXAMPLES = Path(__file__).with_name("flufl_bounce-6.0.0-bounces.tar.gz")
NOT_UNDERSTOOD = {"bounce_01.txt", "dumbass_01.txt", "groupwise_03.txt", "qmail_08.txt", "simple_43.txt"}
IDENTIFIERS = Identifiers(b"s" * 32, "help.example", receives=True)


@cache
def examples() -> dict[str, bytes]:
    """The mails by file name."""
    found = {}
    with tarfile.open(EXAMPLES) as archive:
        for member in archive:
            data = archive.extractfile(member) if member.name.endswith(".txt") else None
            if data is not None:
                found[Path(member.name).name] = data.read()
    return found


def test_example_bounces_are_all_read_and_nearly_all_understood() -> None:
    reports = {name: bounce_report(message_from_bytes(raw)) for name, raw in examples().items()}
    assert len(reports) == 117
    assert {name for name, report in reports.items() if report is None} == NOT_UNDERSTOOD
    assert sum(report is not None and not report.permanent for report in reports.values()) == 11


DSN = """\
From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

It could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; Ana@northlake.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <ana@northlake.example>:
    No such   user
--b
Content-Type: message/rfc822

Message-ID: {id}
Subject: Re: Printer

Hello
--b--
"""


def dsn(action: str = "failed", status: str = "5.1.1", id_: str = "<a.b@help.example>") -> str:
    return DSN.format(to="bounce+x@help.example", action=action, status=status, id=id_)


def test_delivery_status_gives_recipient_reason_and_returned_message_id() -> None:
    report = bounce_report(message_from_string(dsn()))
    assert report is not None
    assert (report.addresses, report.permanent) == (("ana@northlake.example",), True)
    assert report.reason == "550 5.1.1 <ana@northlake.example>: No such user"
    assert report.message_ids == ("<a.b@help.example>",)


def test_delayed_letter_is_not_a_permanent_bounce() -> None:
    report = bounce_report(message_from_string(dsn("delayed", "4.4.1")))
    assert report is not None and not report.permanent


def test_message_id_is_found_in_a_returned_text_without_parts() -> None:
    """As qmail returns letters."""
    text = (
        "From: MAILER-DAEMON@mx.example\n\nHi. This is the qmail-send program at mx.example.\n\n"
        "<ana@northlake.example>:\nSorry, no mailbox here by that name. (#5.1.1)\n\n"
        "--- Below this line is a copy of the message.\n\n> Message-Id: <a.b@help.example>\n\nHello\n"
    )
    report = bounce_report(message_from_string(text))
    assert report is not None and report.message_ids == ("<a.b@help.example>",)


@pytest.mark.parametrize(
    "text",
    [
        "From: ana@northlake.example\nSubject: Out of office\n\nI am back on Monday.\n",
        dsn("delivered", "2.0.0"),
        "",
        "\n\n",
        "Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\n\0\n--x",
    ],
    ids=["vacation", "delivered", "empty", "blank", "broken"],
)
def test_other_mail_is_no_bounce(text: str) -> None:
    assert bounce_report(message_from_string(text)) is None


def test_only_mail_that_was_sent_back_can_be_a_bounce() -> None:
    """A customer who quotes a bounce writes an ordinary mail."""
    plain = "From: ana@northlake.example\n\nSaid:\n\n<ben@northlake.example>:\nSorry, no mailbox here by that name.\n"
    to_bounces = IDENTIFIERS.bounce_address("<a.b@help.example>")
    qmail = examples()["qmail_01.txt"]
    for sender, to, raw, is_bounce in (
        ("", "media@help.example", qmail, True),
        ("postmaster@mx.example", to_bounces, qmail, True),
        ("ana@northlake.example", "media@help.example", qmail, False),
        ("ana@northlake.example", "media@help.example", plain.encode(), False),
        ("postmaster@mx.example", "media@help.example", dsn().encode(), True),
    ):
        assert (read_bounce(raw, parse(raw, Envelope(sender, to))) is not None) == is_bounce


def test_bounce_address_names_its_letter_whatever_its_case() -> None:
    address = IDENTIFIERS.bounce_address("<a.b@help.example>")
    token = IDENTIFIERS.bounce_token("<a.b@help.example>")
    assert bounce_token(address) == bounce_token(address.upper()) == token
    for other in (IDENTIFIERS.reply_address(1, "ana@northlake.example", 0), "bounce@help.example", "bounce+a@b", ""):
        assert bounce_token(other) is None
