from __future__ import annotations

import base64
import hashlib

import pytest

from mail.incoming.body import TEXT_MAX, Text
from mail.incoming.headers import RECIPIENTS_MAX
from mail.incoming.parsing import Envelope, Incoming, parse

TO = Envelope("ana@northlake.example", "media@support.example")


def read(text: str | bytes) -> Incoming:
    return parse(text if isinstance(text, bytes) else text.encode(), TO)


def text_in(mail: Incoming) -> str:
    return "\n".join(text.content for text in mail.texts)


def parts(kind: str, *inner: tuple[str, str]) -> str:
    """A part with parts. Each has a type and a content; that of a multipart comes from this function."""
    mark = f"{kind}-{len(inner)}"
    held = "".join(
        f"--{mark}\n{content if type_ == 'multipart' else f'Content-Type: {type_}{chr(10) * 2}{content}'}\n"
        for type_, content in inner
    )
    return f'Content-Type: multipart/{kind}; boundary="{mark}"\n\n{held}--{mark}--\n'


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
    assert (mail.message_id, text_in(mail), mail.files) == ("<1@x>", "Hello\n", ())


def test_parts_are_text_html_and_files() -> None:
    image = base64.b64encode(b"picture").decode()
    mail = read(
        "From: a@x.example\nContent-Type: multipart/mixed; boundary=m\n\n--m\n"
        "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nplain\n"
        "--a\nContent-Type: text/html\n\n<p>rich</p>\n--a--\n--m\n"
        f"Content-Type: image/png; name=shot.png\nContent-Transfer-Encoding: base64\n\n{image}\n"
        "--m\nContent-Type: text/plain\nContent-Disposition: attachment; filename=log.txt\n\nline\n--m--\n"
    )
    assert mail.texts == (Text("plain"),)
    assert [(file.name, file.content) for file in mail.files] == [("shot.png", b"picture"), ("log.txt", b"line")]


def test_mail_without_message_id_gets_one_from_its_bytes() -> None:
    raw = b"From: a@x.example\n\nHi"
    assert read(raw).message_id == f"<{hashlib.sha256(raw).hexdigest()}@no-message-id.invalid>"


@pytest.mark.parametrize("charset", ["no-such-charset", "utf-8", "ascii", "utf-16", "base64", "\xff"])
def test_broken_charset_is_read_as_far_as_possible(charset: str) -> None:
    head = f'From: a@x.example\nContent-Type: text/plain; charset="{charset}"\n\n'.encode("latin-1")
    assert text_in(read(head + b"Fa\xe7ade is late."))


@pytest.mark.parametrize("depth", [1, 20, 30, 48])
def test_nested_parts_are_read(depth: int) -> None:
    assert text_in(read(f"From: a@x.example\n{nested(depth, 'deep')}")).strip() == "deep"


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
    assert (mail.sender, text_in(mail), mail.files) == ("a@x.example", "", ())


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


PLAIN, RICH = ("text/plain", "plain"), ("text/html", "<p>rich</p>")
FOOTER = ("text/plain", "This email was scanned.")


@pytest.mark.parametrize(
    ("body", "contents"),
    [
        (parts("alternative", PLAIN, RICH), ["plain"]),
        (parts("alternative", RICH, PLAIN), ["plain"]),
        (parts("alternative", ("text/plain", " "), RICH), [" ", "<p>rich</p>"]),
        (parts("mixed", RICH, FOOTER), ["<p>rich</p>", FOOTER[1]]),
        (parts("mixed", ("multipart", parts("alternative", PLAIN, RICH)), FOOTER), ["plain", FOOTER[1]]),
        (parts("alternative", PLAIN, ("multipart", parts("related", RICH))), ["plain"]),
        (parts("alternative", ("multipart", parts("mixed", RICH, FOOTER))), ["<p>rich</p>", FOOTER[1]]),
    ],
)
def test_html_is_left_out_only_beside_its_alternative(body: str, contents: list[str]) -> None:
    assert [text.content for text in read(f"From: a@x.example\n{body}").texts] == contents


def test_texts_together_and_recipients_are_limited() -> None:
    body = parts("mixed", *[("text/html", "a<b>" * 25_000)] * 5, *[("text/plain", "word " * 20_000)] * 5)
    to = "".join(f"To: {', '.join(f'a{line}.{place}@x.example' for place in range(40))}\n" for line in range(10))
    mail = read(f"From: a@x.example\n{to}{body}")
    for is_html in (False, True):
        assert sum(len(text.content) for text in mail.texts if text.is_html is is_html) == TEXT_MAX
    assert len(mail.recipients) == RECIPIENTS_MAX


@pytest.mark.parametrize("charset", ["punycode", "unicode-escape", "raw-unicode-escape", "idna", "utf-7"])
def test_charset_that_no_mail_should_have_is_not_used(charset: str) -> None:
    mail = read(f"From: a@x.example\nContent-Type: text/plain; charset={charset}\n\n\\ud800 " + "a-b" * 80_000)
    assert text_in(mail).startswith("\\ud800 a-b")


@pytest.mark.parametrize(
    "mail",
    [
        "Subject: =?unicode-escape?q?=5Cud800?=",
        "From: =?unicode-escape?q?=5Cud800?= <a@x.example>",
        "To: =?unicode-escape?q?=5Cud800?=@x.example",
        "Content-Type: text/calendar; method==?unicode-escape?q?=5Cud800?=",
        "Content-Type: image/png; name*=unicode-escape''%5Cud800",
        "Content-Type: text/plain; charset=utf-16\n\n\x00\ud800",
    ],
)
def test_no_text_of_a_mail_has_a_surrogate(mail: str) -> None:
    found = read(mail.encode("utf-8", "surrogatepass") + b"\n\nx")
    repr(found)
    shown = (found.sender, found.name, found.subject, found.calendar, found.type, text_in(found))
    for value in (*shown, *found.recipients, *(file.name for file in found.files)):
        assert (value or "").encode("utf-8") is not None
