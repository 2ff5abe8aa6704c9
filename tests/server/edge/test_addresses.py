"""Addresses that people give."""

from __future__ import annotations

import pytest

from refusals import Refused
from server.edge.addresses import checked_email, without_query


@pytest.mark.parametrize(
    ("text", "address"),
    [
        (None, None),
        ("", None),
        ("  ", None),
        (" d@northlake.example ", "d@northlake.example"),
        ("a.b+c@x.yz", "a.b+c@x.yz"),
    ],
)
def test_a_mail_address(text: str | None, address: str | None) -> None:
    """Without white space around it; none is none."""
    assert checked_email(text) == address


@pytest.mark.parametrize(
    "text", ["nobody", "@x.yz", "a@b", "a b@x.yz", "a@x..", "<a@x.yz>", "a@x.yz, b@x.yz", "a@@x.yz"]
)
def test_what_is_no_mail_address(text: str) -> None:
    """Refused with the field and the value."""
    with pytest.raises(Refused) as refusal:
        checked_email(text)
    assert refusal.value.fields is not None
    assert repr(text) in refusal.value.fields["email"]


@pytest.mark.parametrize(
    ("page", "kept"),
    [
        (None, None),
        ("https://x.example/orders?id=7&token=secret#top", "https://x.example/orders"),
        ("http://user:word@x.example:8080/a", "http://x.example:8080/a"),
        ("javascript:alert(1)", None),
        ("data:text/html,hi", None),
        ("/orders", None),
        ("http://[broken", None),
        ("", None),
        ("https://x.example/" + 2_500 * "a" + "?id=7", ("https://x.example/" + 2_500 * "a")[:2_000]),
    ],
)
def test_a_page_is_kept_without_what_may_be_secret(page: str | None, kept: str | None) -> None:
    """No query, no fragment, no credentials; http and https alone, 2,000 characters at most."""
    assert without_query(page) == kept


@pytest.mark.parametrize(
    "host", ["a" + "\u0345" * 8_000 + "\u0334" * 7_900, "\ufdfa" * 8_000, "müller.example", "a" * 600, "u:p@" * 200]
)
def test_a_host_that_no_browser_writes_is_not_normalized(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hosts are ASCII by then, and short. For any other nothing is parsed: `urlsplit` would normalize it as a whole."""
    monkeypatch.setattr("server.edge.addresses.urlsplit", None)
    assert without_query(f"https://{host}/page") is None
