from __future__ import annotations

import base64
import hashlib

import pytest

from mail.incoming.parsing import Envelope, Incoming, parse

TO = Envelope("ana@northlake.example", "media@support.example")


def read(text: str | bytes) -> Incoming:
    return parse(text if isinstance(text, bytes) else text.encode(), TO)


def nested(depth: int, text: str) -> str:
    part = f"Content-Type: text/plain\n\n{text}\n"
    for level in range(depth):
        part = f'Content-Type: multipart/mixed; boundary="b{level}"\n\n--b{level}\n{part}\n--b{level}--\n'
    return part


def test_plain_mail_is_read() -> None:
    mail = read(
        "From: Ana Ruiz <Ana@Northlake.example>\nTo: Media <media@support.example>, bo@x.example\n"
        "Subject: Orders\n are late\nMessage-ID: <1@x>\nIn-Reply-To: <c@x>\nReferences: <a@x> <b@x> <c@x>\n\nHello\n"
    )
    assert (mail.sender, mail.name, mail.subject) == ("ana@northlake.example", "Ana Ruiz", "Orders are late")
    assert mail.references == ("<c@x>", "<b@x>", "<a@x>")
    assert mail.recipients == ("media@support.example", "bo@x.example")
    assert (mail.message_id, mail.text, mail.files) == ("<1@x>", "Hello\n", ())


def test_parts_are_text_html_and_files() -> None:
    image = base64.b64encode(b"picture").decode()
    mail = read(
        "From: a@x.example\nContent-Type: multipart/mixed; boundary=m\n\n--m\n"
        "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nplain\n"
        "--a\nContent-Type: text/html\n\n<p>rich</p>\n--a--\n--m\n"
        f"Content-Type: image/png; name=shot.png\nContent-Transfer-Encoding: base64\n\n{image}\n"
        "--m\nContent-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nline\n--m--\n"
    )
    assert (mail.text, mail.html) == ("plain", "<p>rich</p>")
    assert [(file.name, file.content) for file in mail.files] == [("shot.png", b"picture"), ("log.txt", b"line")]


def test_mail_without_message_id_gets_one_from_its_bytes() -> None:
    raw = b"From: a@x.example\n\nHi"
    assert read(raw).message_id == f"<{hashlib.sha256(raw).hexdigest()}@no-message-id.invalid>"


@pytest.mark.parametrize("charset", ["no-such-charset", "utf-8", "ascii", "utf-16", "base64", "\xff"])
def test_broken_charset_is_read_as_far_as_possible(charset: str) -> None:
    head = f'From: a@x.example\nContent-Type: text/plain; charset="{charset}"\n\n'.encode("latin-1")
    assert read(head + b"Fa\xe7ade is late.").text


@pytest.mark.parametrize("depth", [1, 20, 30, 48])
def test_nested_parts_are_read(depth: int) -> None:
    assert read(f"From: a@x.example\n{nested(depth, 'deep')}").text.strip() == "deep"


@pytest.mark.parametrize(
    "body",
    [
        nested(3_000, "deep"),
        "Content-Type: multipart/mixed; boundary=a\n\n" + "--a\n\n" * 100_000,
        "X: y\n" * 700_000,
        "X: y" + "z" * 300_000,
    ],
)
def test_intricate_mail_is_read_up_to_its_header(body: str) -> None:
    mail = read(f"From: a@x.example\n{body}")
    assert not mail.readable
    assert (mail.sender, mail.text, mail.files) == ("a@x.example", "", ())


@pytest.mark.parametrize(
    "head",
    [
        "",
        "From: ana@x.example, bo@x.example",
        "From: ana@x.example\nFrom: ana@x.example",
        "From: =?utf-8?q?ana=40x=2Eexample?=",
        "From: ana",
        'From: <"a b"@x.example>',
    ],
)
def test_sender_that_is_not_one_address_is_nobody(head: str) -> None:
    assert read(f"{head}\n\nHi").sender is None


@pytest.mark.parametrize("name", ["=?utf-8?q?victim=40y=2Eexample?=", '"<victim@y.example>"', "(victim@y.example)"])
def test_address_in_a_name_is_not_the_sender(name: str) -> None:
    assert read(f"From: {name} <a@x.example>\n\nHi").sender == "a@x.example"


def test_line_breaks_in_subjects_are_removed_and_those_in_names_name_nobody() -> None:
    mail = read("From: =?utf-8?q?Ana=0D=0ABcc=3A?= <a@x.example>\nSubject: =?utf-8?q?One=0D=0ATo=3A_b=40x?=\n\nHi")
    assert (mail.subject, mail.sender, mail.name) == ("One To: b@x", None, None)


def test_invitation_and_report_are_named() -> None:
    assert read("From: a@x.example\nContent-Type: text/calendar; method=REPLY\n\nBEGIN:VCALENDAR").calendar == "reply"
    assert read("Content-Type: multipart/report; report-type=Delivery-Status\n\n").report == "delivery-status"


@pytest.mark.parametrize("raw", [b"", b"\0" * 100, b"\xff\xfe" * 50, b"From:\n :\n\n", b"Content-Type: ;;;\n\nx"])
def test_anything_is_read_without_an_error(raw: bytes) -> None:
    assert read(raw).sender is None
