"""Documents of the tests."""

from __future__ import annotations

from search.document import Document, Kind, Visibility


def document(
    title: str = "Flight dates overlap",
    body: str = "Two lines of an order run on the same day.",
    *,
    source: str = "1",
    kind: Kind = "article",
    locale: str = "en",
    visibility: Visibility = "public",
    product: str | None = "Lumina",
    headings: str = "",
    labels: str = "",
) -> Document:
    return Document(
        kind=kind,
        source=source,
        locale=locale,
        title=title,
        headings=headings,
        body=body,
        labels=labels,
        product=product,
        section="faqs",
        address=f"/articles/{source}",
        visibility=visibility,
        updated_at=1,
    )
