"""The names of what people follow, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from following.announcement import EVERYTHING, Kind, News, Subject
from following.follow import How, What

Say = Callable[[str], str]
GROUPS = ("system", "releases", "sections", "articles")


@dataclass(frozen=True, slots=True)
class Followed:
    """A subject that its reader may read. `product` is a name from the hours file. `title` is that of an article or a
    component. `path` is the address of its page on this desk."""

    subject: Subject
    path: str
    product: str | None = None
    title: str = ""

    @property
    def section(self) -> str:
        """The key of a product's section. Empty for the product as a whole."""
        return self.subject.key.partition("/")[2] if self.subject.kind == "section" else ""


def group_of(kind: Kind) -> str:
    """The group of the page with all that a person follows: one of GROUPS."""
    if kind in ("system", "component"):
        return "system"
    return {"releases": "releases", "section": "sections"}.get(kind, "articles")


def name_of(followed: Followed, say: Say) -> str:
    """The name of a subject, like `Spectra OX, FAQs`."""
    subject, product = followed.subject, followed.product or ""
    if subject.kind == "releases":
        return f"{product}, {say('Release Details')}"
    if subject.kind == "section":
        sections = {"faqs": say("FAQs"), "training": say("Training and Documentation")}
        name = sections.get(followed.section)
        return f"{product}, {name}" if name else product
    if subject.kind == "system":
        name = say("System notifications")
        return name if subject.key == EVERYTHING else f"{product}, {name}"
    return followed.title


def what_words(kind: Kind, what: What, say: Say) -> str:
    """What a follower of such a subject is told about."""
    both = what == "new_and_updates"
    if kind == "article":
        return say("Updates")
    if kind == "releases":
        return say("Release notes and corrections") if both else say("New release notes")
    if kind in ("system", "component"):
        return say("Incidents and maintenance") if both else say("Incidents")
    return say("New articles and updates") if both else say("New articles")


def how_words(how: How, say: Say) -> str:
    return {"at_once": say("At once"), "daily": say("Daily"), "weekly": say("Weekly")}[how]


def news_words(source: str, news: News, say: Say) -> str:
    """A word for what is new, such as `New article`."""
    if source.startswith(("incident:", "maintenance:")):
        return say("System notification") if news == "new" else say("System notification, update")
    if not source.startswith("article:"):
        return say("New") if news == "new" else say("Update")
    return say("New article") if news == "new" else say("Updated article")
