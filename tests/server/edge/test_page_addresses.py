"""Addresses that people give."""

from __future__ import annotations

import pytest

from refusals import Refused
from server.edge.page_addresses import checked_email, without_query


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
def test_valid_email_address_is_trimmed(text: str | None, address: str | None) -> None:
    """An empty one becomes None."""
    assert checked_email(text) == address


@pytest.mark.parametrize(
    "text", ["nobody", "@x.yz", "a@b", "a b@x.yz", "a@x..", "<a@x.yz>", "a@x.yz, b@x.yz", "a@@x.yz"]
)
def test_invalid_email_address_is_refused(text: str) -> None:
    """The refusal contains the field and the value."""
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
def test_page_address_is_stored_without_secrets(page: str | None, kept: str | None) -> None:
    """Without query, fragment and credentials. Only http and https, at most 2,000 characters."""
    assert without_query(page) == kept


@pytest.mark.parametrize(
    "host", ["a" + "\u0345" * 8_000 + "\u0334" * 7_900, "\ufdfa" * 8_000, "müller.example", "a" * 600, "u:p@" * 200]
)
def test_page_with_an_impossible_host_is_dropped_unparsed(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Browsers send short ASCII hosts. Others are not passed to `urlsplit`, which would normalize the whole text."""
    monkeypatch.setattr("server.edge.page_addresses.urlsplit", None)
    assert without_query(f"https://{host}/page") is None
