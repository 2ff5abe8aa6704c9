"""The demo's page of letters."""

from __future__ import annotations

import base64
from email.message import EmailMessage
from pathlib import Path

import pytest

from mail.content import MARK_CID, Content, Headers, email_of
from tests.widgets.conftest import Open
from widgets.letters.html import MARK


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    content = Content(
        from_name="Media support",
        from_address="media@support.example",
        subject="Re: <b>Dates</b> [#7]",
        text="Hello Ana",
        html=f'<html><head></head><p>Hello</p><script>alert(1)</script><img src="cid:{MARK_CID}">',
        mark=MARK,
    )
    answered = Headers(message_id="<a.b@help.example>", to="ana@northlake.example", reply_to="reply+x@help.example")
    (tmp_path / "0190-a.eml").write_bytes(email_of(content, answered, 0).as_bytes())
    unanswered = Headers(message_id="<c.d@help.example>", to="maya@desk.example")
    (tmp_path / "0190-c.eml").write_bytes(email_of(content, unanswered, 0).as_bytes())
    return tmp_path


async def no_answer(letter: EmailMessage, text: str) -> None:
    raise AssertionError("nothing is answered here")


def test_letters_of_the_demo_are_listed_and_shown(pages: Open, folder: Path) -> None:
    client = pages(demo=True, letters=folder)
    listed = client.get("/demo/mail").text
    assert 'href="/demo/mail/0190-a"' in listed and "Re: &lt;b&gt;Dates&lt;/b&gt; [#7]" in listed
    shown = client.get("/demo/mail/0190-a")
    assert f"data:image/png;base64,{base64.b64encode(MARK).decode()}" in shown.text
    assert client.get("/demo/mail/0190-a/text").text.strip() == "Hello Ana"


def test_letter_runs_no_script_and_loads_nothing(pages: Open, folder: Path) -> None:
    policy = pages(demo=True, letters=folder).get("/demo/mail/0190-a").headers["content-security-policy"]
    assert policy.startswith("sandbox ") and "allow-scripts" not in policy and "default-src 'none'" in policy


@pytest.mark.parametrize("name", ["0190-b", "..%2f0190-a", "0190-a.eml"])
def test_unknown_letter_is_not_found(pages: Open, folder: Path, name: str) -> None:
    assert pages(demo=True, letters=folder).get(f"/demo/mail/{name}").status_code == 404


def test_letter_with_a_reply_address_has_a_form_to_answer_it(pages: Open, folder: Path) -> None:
    client = pages(demo=True, letters=folder, answer=no_answer)
    listed = client.get("/demo/mail").text
    assert 'href="/demo/mail/0190-a/answer"' in listed and 'href="/demo/mail/0190-c/answer"' not in listed
    form = client.get("/demo/mail/0190-a/answer")
    assert 'action="/demo/mail/0190-a/answer"' in form.text and "Hello Ana" in form.text
    assert "&lt;b&gt;Dates&lt;/b&gt;" in form.text and "<b>" not in form.text
    policy = form.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "form-action 'self'" in policy
    assert client.get("/demo/mail/0190-c/answer").status_code == 404


def test_sent_answer_is_told_with_the_ticket(pages: Open, folder: Path) -> None:
    client = pages(demo=True, letters=folder, answer=no_answer)
    assert 'href="/tickets/7"' in client.get("/demo/mail?answered=0190-a").text
    assert "/tickets/" not in client.get("/demo/mail?answered=0190-b").text


def test_desk_that_is_no_demo_has_no_page_of_letters(pages: Open, folder: Path) -> None:
    client = pages(letters=folder, answer=no_answer)
    assert client.get("/demo/mail").status_code == 404
    assert client.post("/demo/mail/0190-a/answer", data={"text": "Hello"}).status_code == 404
