"""The addresses of pages."""

from __future__ import annotations

import pytest

from server.edge.page_addresses import without_query


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
def test_page_with_an_impossible_host_is_dropped(host: str) -> None:
    """Browsers send short ASCII hosts. `urlsplit` would normalize the whole text of others."""
    assert without_query(f"https://{host}/page") is None
