"""A playlist: chosen resources in the order of their owner."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from learning.catalogue import Resource, on_topics

ITEMS_MAX = 200
TITLE_MAX = 120
PLAYLISTS_MAX = 100
"""Playlists of one person. A new one replaces the one that was not used for the longest time."""
NEWER_MAX = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Playlist:
    """A playlist. `id` is its secret address: whoever knows it sees the list. `owner` is the id of an account or a
    visitor. `items` are ids of resources. `declined` are those that the owner does not want to add."""

    id: str
    owner: str
    title: str
    items: tuple[int, ...]
    topics: tuple[str, ...]
    declined: tuple[int, ...] = ()
    version: int = 1
    created_at: int = 0
    updated_at: int = 0


def newer(playlist: Playlist, resources: Iterable[Resource]) -> Sequence[Resource]:
    """Published resources on the topics of the playlist that came after it was built. Nothing is added without the
    owner."""
    known = {*playlist.items, *playlist.declined}
    return [
        one
        for one in on_topics(resources, playlist.topics)
        if one.id not in known and one.created_at > playlist.created_at
    ][:NEWER_MAX]
