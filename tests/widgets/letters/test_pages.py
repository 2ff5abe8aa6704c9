"""The demo's page of letters."""

from __future__ import annotations

import base64
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
    message = email_of(content, Headers(message_id="<a.b@help.example>", to="ana@northlake.example"), 0)
    (tmp_path / "0190-a.eml").write_bytes(message.as_bytes())
    return tmp_path


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


def test_desk_that_is_no_demo_has_no_page_of_letters(pages: Open, folder: Path) -> None:
    assert pages(letters=folder).get("/demo/mail").status_code == 404
