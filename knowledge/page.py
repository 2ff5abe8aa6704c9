"""An article as a page of a folder: its front matter and its Markdown."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

import msgspec

from clock import from_rfc3339, rfc3339
from knowledge.article import ORIGINAL, Kind, Section, State, Visibility

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NOON = "T12:00:00.000Z"


class Fault(ValueError):
    """A file that cannot be imported. The message says what to change."""


class FrontMatter(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The front matter of a file. `product`, `section`, `kind`, `topic`, `visibility`, `labels`, `position` and `state`
    apply to all languages of the article, and only the file of the original has them.

    - `of_original`: the version of the original that a translation translates.
    - `changed`: the author's line about the last change.
    - `published`: the first publication, if it was published elsewhere before: a day like `2026-11-21`, or a moment
      like `2026-11-21T09:30:00Z`.
    - `updated`: the last change before the import, in the same form.
    - `draft`: the text is not published, and may be beside a published one. The name of its file ends with `.draft.md`.
    - `moved_to`: the path, in the same folder, of the article that replaces a withdrawn one.
    """

    title: str
    product: str | None = None
    section: Section | None = None
    kind: Kind = "article"
    topic: str = ""
    summary: str = ""
    locale: str = ORIGINAL
    labels: list[str] = []
    visibility: Visibility = "public"
    state: State = "published"
    position: int = 0
    changed: str = ""
    of_original: int | None = None
    published: str | None = None
    updated: str | None = None
    moved_to: str | None = None
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A file of a folder of articles. `path` is its path in the folder, with `/` between the parts."""

    path: str
    front: FrontMatter
    body: str

    @property
    def source(self) -> str:
        """The path without its endings. All languages of an article have the same."""
        stem = self.path.removesuffix(".md")
        if self.front.draft:
            stem = stem.removesuffix(".draft")
        return stem.removesuffix(f".{self.front.locale}")

    def link_to(self, source: str) -> str:
        """The address of another article of the folder, from this file."""
        return posixpath.relpath(f"{source}.md", posixpath.dirname(self.path) or ".")


def moment_of(value: str) -> int:
    """A day or moment of the front matter, in ms since the epoch, UTC. A day stands for its noon. Raises ValueError."""
    return from_rfc3339(value + _NOON if _DAY.fullmatch(value) else value)


def written_moment(moment: int) -> str:
    """The inverse of `moment_of`."""
    value = rfc3339(moment)
    return value.removesuffix(_NOON)
