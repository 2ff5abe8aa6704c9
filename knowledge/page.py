"""An article as a page of a folder: its front matter and its Markdown."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from knowledge.article import ORIGINAL, Kind, Section, State, Visibility


class Fault(ValueError):
    """A file that cannot be imported. The message says what to change."""


class FrontMatter(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The front matter of a file. `product`, `section`, `kind`, `topic`, `visibility`, `labels`, `position` and `state`
    apply to all languages of the article, and only the file of the original has them.

    - `of_original`: the version of the original that a translation translates.
    - `changed`: the author's line about the last change.
    - `published`: the day of the first publication, like `2026-11-21`, if it was published elsewhere before.
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
    moved_to: str | None = None


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
        return stem.removesuffix(f".{self.front.locale}")
