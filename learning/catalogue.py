"""The catalogue of the learning center: topics, resources, and learning plans by job role."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

ResourceKind: TypeAlias = Literal["document", "video", "course", "quick_card", "recording"]
SessionKind: TypeAlias = Literal["webinar", "class"]
ItemKind: TypeAlias = Literal["resource", "session"]
State: TypeAlias = Literal["published", "withdrawn"]

RESOURCE_KINDS: tuple[ResourceKind, ...] = get_args(ResourceKind)
SESSION_KINDS: tuple[SessionKind, ...] = get_args(SessionKind)
_ARTICLE = re.compile(r"/articles/([0-9]{1,15})(?:-|$)")


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of a platform. `source` identifies it in imported files. `heading` is the group of topics above it."""

    source: str
    platform: str
    heading: str
    name: str
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """Something to learn from. `id` is 0 until it is stored. `source` identifies it in imported files.

    `platform` is a product, or empty for all of them. `media` is empty for all media. `topics` are sources of topics,
    `requires` sources of the resources that come before this one. `address` is a path of this desk or a URL.
    `created_at` is in ms since the epoch.
    """

    source: str
    kind: ResourceKind
    title: str
    address: str
    minutes: int
    summary: str = ""
    platform: str = ""
    media: str = ""
    topics: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    locale: str = "en"
    state: State = "published"
    position: int = 0
    created_at: int = 0
    id: int = 0

    @property
    def is_published(self) -> bool:
        return self.state == "published"

    @property
    def article(self) -> int | None:
        """The id of the article that it leads to. None for anything else."""
        found = _ARTICLE.match(self.address)
        return int(found[1]) if found is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A step of a plan: a resource, or the series of live sessions with the key `source`. `added_at` is in ms."""

    kind: ItemKind
    source: str
    optional: bool = False
    added_at: int = 0

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.source}"


@dataclass(frozen=True, slots=True)
class Stage:
    title: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A learning plan for a job role. `id` is 0 until it is stored."""

    source: str
    role: str
    title: str
    summary: str = ""
    platform: str = ""
    stages: tuple[Stage, ...] = ()
    state: State = "published"
    position: int = 0
    id: int = 0

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(item for stage in self.stages for item in stage.items)


def minutes_in_all(minutes: list[int]) -> tuple[int, int]:
    """Hours and minutes of several things one after the other."""
    return divmod(sum(minutes), 60)


def on_topics(resources: Iterable[Resource], topics: Iterable[str], kinds: Iterable[str] = ()) -> list[Resource]:
    """The published resources with one of these topics, and, if `kinds` are given, of one of these kinds."""
    wanted, shown = frozenset(topics), frozenset(kinds)
    return [
        one
        for one in resources
        if one.state == "published" and not wanted.isdisjoint(one.topics) and (not shown or one.kind in shown)
    ]
