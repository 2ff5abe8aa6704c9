from __future__ import annotations

import pytest

from knowledge.guide_links import Address, address_of, source_of

HOSTS = {"acme.zendesk.com"}


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("/hc/en-us/articles/360012-Dates-overlap", Address("articles", 360012, "en-us")),
        ("/hc/articles/360012", Address("articles", 360012)),
        ("https://acme.zendesk.com/hc/fr/articles/1-x?y=z#h_01", Address("articles", 1, "fr")),
        ("//ACME.zendesk.com/hc/en-001/sections/22", Address("sections", 22, "en-001")),
        ("/hc/en-us/article_attachments/9/a.png", Address("article_attachments", 9, "en-us")),
        ("/hc/en-us/requests/new", Address("requests", locale="en-us", new=True)),
        ("/hc/en-us", Address("home", locale="en-us")),
        ("/hc", Address("home")),
        ("https://other.example/hc/en-us/articles/1", None),
        ("/hc/en-us/articles/", None),
        ("/hc/en-us/articles/x", None),
        ("/hc/en-us/articles/0", None),
        (f"/hc/articles/{'9' * 30}", None),
        ("/hcx", None),
        ("mailto:a@b.example", None),
        ("https://[", None),
    ],
)
def test_address_is_read_from_a_link(link: str, address: Address | None) -> None:
    assert address_of(link, HOSTS) == address


def test_imported_articles_have_sources_of_their_own() -> None:
    assert source_of(360012) == "zendesk/360012"
