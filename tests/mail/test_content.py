from __future__ import annotations

import email
import re
from dataclasses import replace
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default

import pytest

from mail.content import SUBJECT_MAX, Content, Headers, email_of

CONTENT = Content(
    from_name="Media support",
    from_address="media@support.example",
    subject="Re: Dates [#7]",
    text="Hello\n" * 3,
    html='<p>Hello</p><img src="cid:mark@switchboard">',
    mark=b"\x89PNG",
)
HEADERS = Headers(message_id="<a.b@help.example>", to="ana@northlake.example", references=("<t.x@h>", "<p.x@h>"))


def read(content: Content = CONTENT, headers: Headers = HEADERS) -> EmailMessage:
    sent = email_of(content, headers, 1_795_556_400_000).as_bytes()
    message = email.message_from_bytes(sent, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def test_email_has_text_and_html_with_the_mark_inside() -> None:
    message = read()
    kinds = [part.get_content_type() for part in message.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert [part["Content-ID"] for part in message.walk() if part["Content-ID"]] == ["<mark@switchboard>"]


def test_email_says_that_it_is_automatic_and_to_which_thread_it_belongs() -> None:
    message = read()
    assert (message["Auto-Submitted"], message["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert (message["In-Reply-To"], message["References"]) == ("<p.x@h>", "<t.x@h> <p.x@h>")
    assert message["Reply-To"] is None
    answered = read(headers=replace(HEADERS, reply_to="reply+abc@help.example"))
    assert "reply+abc@help.example" in answered["Reply-To"]


def test_line_breaks_and_markup_in_names_and_subjects_add_no_headers() -> None:
    nasty = 'x\r\nBcc: eve@evil.example\r\n\u2028\u2029\r\n<script>"'
    message = read(replace(CONTENT, subject=nasty, from_name=nasty))
    assert message["Bcc"] is None
    assert "\n" not in message["Subject"] and message["From"].addresses[0].addr_spec == "media@support.example"


TEXTS = [
    "Sämtliche Rechnungen für März, „quoted“ (c) <x@y> " * 5,
    "日本語" * 80,
    "🙂" * 250,
    "x" * 250,
    "Re: é" + "x" * 240,
    "Ünïcödé Team " * 19 + "x",
    "e\u0301" * 120,
    "a plain sentence, with words; and more: " * 6,
    "=?utf-8?q?not=0AEncoded?= words",
    'Ana, Ruiz "the" (boss)',
]


@pytest.mark.parametrize("text", TEXTS)
def test_long_subject_and_name_are_read_back_as_they_were(text: str) -> None:
    """No header line is longer than RFC 5322 allows, and no encoded word longer than RFC 2047 allows."""
    long = Headers(
        message_id=f"<{'a' * 100}@help.example>", to=f"{'b' * 64}@{'c' * 60}.example", references=("<r@h>",) * 9
    )
    sent = email_of(replace(CONTENT, subject=text, from_name=text), long, 0).as_bytes()
    head = sent.partition(b"\r\n\r\n")[0]
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max([0, *map(len, re.findall(rb"=\?[^?]*\?.\?[^?]*\?=", head))]) <= 75
    plain = email.message_from_bytes(sent)
    text = text.replace("=?", "= ?")
    subject, name = plain["Subject"], plain["From"].rpartition("<")[0]
    for found, wanted in ((subject, text[:SUBJECT_MAX].strip()), (name, text.strip())):
        decoded = re.sub(r"\r\n(?=[ \t])", "", str(make_header(decode_header(found)))).strip()
        assert decoded.strip('"').replace('\\"', '"') == wanted.strip('"')
    assert email.message_from_bytes(sent, policy=default)["From"].addresses[0].addr_spec == CONTENT.from_address
    lines = head.decode().split("\r\n")
    assert f"Message-ID: {long.message_id}" in lines and f"References: {' '.join(long.references)}" in lines
