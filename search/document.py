"""A document of the search: one thing in one language, as words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["article", "release", "course", "webinar", "incident"]
Visibility: TypeAlias = Literal["public", "signed_in", "staff", "product"]


@dataclass(frozen=True, slots=True)
class Document:
    """A thing that can be found. `source` identifies it among those of its kind. `body` is plain text, without markup.

    `headings` are the headings of the body, one in each line. `updated_at` is in ms since the epoch. If `visibility` is
    `product`, staff and the clients with `product` can find it.
    """

    kind: Kind
    source: str
    locale: str
    title: str
    headings: str
    body: str
    labels: str
    product: str | None
    section: str
    address: str
    visibility: Visibility
    updated_at: int
