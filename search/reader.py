"""The person who searches, and the documents that this person may find."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from search.document import Document

_OF_PRODUCT = "product:"


@dataclass(frozen=True, slots=True)
class Reader:
    """`signed_in` is True for customers with an account and for staff. `products` are those of the person's client."""

    signed_in: bool = False
    staff: bool = False
    products: Collection[str] = field(default=())

    @property
    def audiences(self) -> frozenset[str] | None:
        """The audiences whose documents this person may find. None: those of every audience."""
        if self.staff:
            return None
        if not self.signed_in:
            return frozenset({"public"})
        return frozenset({"public", "signed_in", *(_OF_PRODUCT + product for product in self.products)})


def audience_of(document: Document) -> str:
    """The people who may find a document, as one word."""
    if document.visibility == "product":
        # Without a product, no client can have it.
        return "staff" if document.product is None else _OF_PRODUCT + document.product
    return document.visibility
