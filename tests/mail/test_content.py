from __future__ import annotations

import email
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default

from mail.content import Content, Headers, email_of

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
