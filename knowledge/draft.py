"""A text that an author works on, beside the published one."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.article import BODY_MAX, SUMMARY_MAX, TITLE_MAX, Text
from refusals import Refused

CHANGED_MAX = 200
"""Maximum number of characters of the line that says what changed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A publication at a later time. `due_at` is in ms since the epoch. `changed` is the author's line about the
    change. `tell` is True if followers get a notice. `by` is the author who planned it."""

    due_at: int
    changed: str
    tell: bool
    by: str | None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft in one language. `saves` counts its saves, from 1, also over drafts that were published since.

    `of_original` is the version of the original that a translation translates.
    """

    locale: str
    title: str
    summary: str
    body: str
    saves: int = 0
    saved_at: int = 0
    saved_by: str | None = None
    of_original: int | None = None
    plan: Plan | None = None

    @property
    def text(self) -> Text:
        return Text(self.locale, self.title, self.summary, self.body, of_original=self.of_original)

    def same_words(self, other: Draft | Text) -> bool:
        return (self.title, self.summary, self.body) == (other.title, other.summary, other.body)


def checked(draft: Draft) -> Draft:
    """The draft as it is stored. Raises Refused for texts that are too long, or that have control characters."""
    made = Draft(
        locale=draft.locale,
        title=" ".join(draft.title.split()),
        summary=" ".join(draft.summary.split()),
        body=draft.body.replace("\r\n", "\n").replace("\r", "\n").rstrip(),
        saves=draft.saves,
        of_original=draft.of_original,
    )
    for name, text, most in (
        ("title", made.title, TITLE_MAX),
        ("summary", made.summary, SUMMARY_MAX),
        ("body", made.body, BODY_MAX),
    ):
        if len(text) > most:
            sentence = f"The {name} has {len(text):,} characters. At most {most:,} are allowed."
            raise Refused("too_large", sentence, {name: sentence})
        if any(ord(letter) < 32 and letter not in "\n\t" for letter in text):
            raise _invalid(name, f"The {name} contains control characters.")
    return made


def checked_line(changed: str, *, needed: bool) -> str:
    """The line that says what changed. Raises Refused(invalid) if it is too long, or if it is needed and empty."""
    line = " ".join(changed.split())
    if len(line) > CHANGED_MAX:
        raise _invalid("what_changed", f"Say what changed in at most {CHANGED_MAX} characters.")
    if needed and not line:
        raise _invalid("what_changed", "Say in one line what changed. Followers read it.")
    if not line.isprintable():
        raise _invalid("what_changed", "The line contains control characters.")
    return line


def check_publishable(draft: Draft) -> None:
    """Raises Refused(invalid) for a draft without a title or a body."""
    if not draft.title:
        raise _invalid("title", "Give the article a title.")
    if not draft.body.strip():
        raise _invalid("body", "The article is empty. Write something first.")


def _invalid(field: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, {field: sentence})
