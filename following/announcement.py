"""News that followers are told: one new thing, or one update of a thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

Kind: TypeAlias = Literal["article", "section", "releases", "system", "component"]
News: TypeAlias = Literal["new", "update"]
Visibility: TypeAlias = Literal["public", "signed_in", "staff", "product"]

KINDS: tuple[Kind, ...] = get_args(Kind)
TAKE_BACK_MS = 10 * 60_000
"""The time for which an author can take an announcement back. `not_before` is the publication plus this time."""
EVERYTHING = "all"
"""The key of the subject `system` that includes every product."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a person can follow. `key` identifies it among those of its kind:

    - `article`: the id of the article.
    - `section`: the product and the section (`spectra-ox/faqs`), or the product alone, for all its sections.
    - `releases`: the product whose release notes are followed (`spectra-ox`).
    - `system`: the product whose incidents and maintenance are followed, or EVERYTHING.
    - `component`: the id of the component.
    """

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


def widened(subjects: Sequence[Subject]) -> list[Subject]:
    """These subjects, and the wider ones that include them: a product, or the whole system. Each is in the list once,
    narrow ones first."""
    wider = []
    for subject in subjects:
        if subject.kind == "section" and "/" in subject.key:
            wider.append(Subject("section", subject.key.partition("/")[0]))
        elif subject.kind == "releases":
            wider.append(Subject("section", subject.key))
        elif subject.kind == "system" and subject.key != EVERYTHING:
            wider.append(Subject("system", EVERYTHING))
    return list(dict.fromkeys([*subjects, *wider]))
