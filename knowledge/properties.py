"""The fields of an article that all its languages share, as authors change them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from knowledge.article import Article, Kind, Section, Visibility
from refusals import Refused

LABELS_MAX = 20
LABEL_MAX = 50
TOPIC_MAX = 100
POSITION_MAX = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Properties:
    """`product` is a name from the hours file, `owner` the id of a staff member. The other fields are those of
    `Article`."""

    product: str
    section: Section
    kind: Kind = "article"
    topic: str = ""
    visibility: Visibility = "public"
    labels: Sequence[str] = ()
    position: int = 0
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """What an author decides about a publication. `changed` is the line about the change. `tell` is True if followers
    get a notice. `at` is a later time in ms since the epoch, None for now."""

    changed: str = ""
    tell: bool = False
    at: int | None = None


def properties_of(article: Article) -> Properties:
    return Properties(
        product=article.product,
        section=article.section,
        kind=article.kind,
        topic=article.topic,
        visibility=article.visibility,
        labels=article.labels,
        position=article.position,
        owner=article.owner,
    )


def applied(article: Article, wanted: Properties) -> Article:
    """The article with these properties. The caller has checked product and owner. Raises Refused(invalid)."""
    labels = tuple(dict.fromkeys(" ".join(label.split()) for label in wanted.labels if label.strip()))
    if len(labels) > LABELS_MAX or any(len(label) > LABEL_MAX or not label.isprintable() for label in labels):
        raise invalid("labels", f"At most {LABELS_MAX} labels, each of at most {LABEL_MAX} characters.")
    topic = " ".join(wanted.topic.split())
    if len(topic) > TOPIC_MAX or not topic.isprintable():
        raise invalid("topic", f"The topic has at most {TOPIC_MAX} characters.")
    if abs(wanted.position) > POSITION_MAX:
        raise invalid("position", f"The position is a number of at most {POSITION_MAX:,}.")
    return replace(
        article,
        product=wanted.product,
        section=wanted.section,
        kind=wanted.kind,
        topic=topic,
        visibility=wanted.visibility,
        labels=labels,
        position=wanted.position,
        owner=wanted.owner,
    )


def invalid(field: str, sentence: str) -> Refused:
    return Refused("invalid", sentence, {field: sentence})
