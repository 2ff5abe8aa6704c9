"""News that followers are told: one new thing, or one update of a thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["article", "section", "releases", "system", "component"]
News: TypeAlias = Literal["new", "update"]
Visibility: TypeAlias = Literal["public", "signed_in", "staff", "product"]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a person can follow. `key` identifies it among those of its kind: the id of an article, the product and
    section (`spectra-ox/faqs`), the product of release notes, or the id of a component."""

    kind: Kind
    key: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """One piece of news. Each follower of any of its subjects is told once.

    `source` identifies the thing (`article:12`). `version` tells two pieces of news about it apart. `line` is the
    author's line about the change. `not_before` is in ms since the epoch: until then it can be taken back.
    `product` names the product whose clients may read it if `visibility` is `product`.
    """

    source: str
    version: int
    subjects: Sequence[Subject]
    news: News
    title: str
    line: str
    address: str
    visibility: Visibility
    product: str | None
    not_before: int
