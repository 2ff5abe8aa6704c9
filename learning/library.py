"""Resources, playlists, plans and progress. Each method is (part of) the body of one transaction.

`tx` is opaque, `now` is in ms since the epoch, UTC. Refusals are raised (`refusals.Refused`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from learning.catalogue import Plan, Resource, Topic, on_topics
from learning.folder import Folder
from learning.ordering import in_order, moved
from learning.playlist import ITEMS_MAX, PLAYLISTS_MAX, TITLE_MAX, Playlist, newer
from learning.ports import Announcing, Playlists, ProgressStore, Shelf, Tx
from learning.progress import newly_finished
from refusals import Refused

_NO_PLAYLIST = "There is no such playlist."


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Topics and resources. `resources` has withdrawn ones too."""

    topics: Sequence[Topic]
    resources: Sequence[Resource]

    @property
    def by_source(self) -> Mapping[str, Resource]:
        return {one.source: one for one in self.resources}

    @property
    def published(self) -> list[Resource]:
        return [one for one in self.resources if one.state == "published"]


@dataclass(frozen=True, slots=True)
class PlaylistShown:
    """A playlist as one reader sees it. `entries` are its resources, withdrawn ones too. `own` is True for its owner.
    `done` and `newer` are empty for everybody else."""

    playlist: Playlist
    entries: Sequence[Resource]
    own: bool
    done: Mapping[str, int]
    newer: Sequence[Resource]


class Library:
    def __init__(self, shelf: Shelf, playlists: Playlists, progress: ProgressStore, announcing: Announcing) -> None:
        self._shelf = shelf
        self._playlists = playlists
        self._progress = progress
        self._announcing = announcing

    # -- reading ------------------------------------------------------------------------

    def catalogue(self, tx: Tx) -> Catalogue:
        return Catalogue(self._shelf.topics(tx), self._shelf.resources(tx))

    def plans(self, tx: Tx) -> list[Plan]:
        """The published plans, in the order of the page."""
        return [plan for plan in self._shelf.plans(tx) if plan.state == "published"]

    def done(self, tx: Tx, persons: Collection[str]) -> Mapping[str, int]:
        """The times at which a person finished things, by their keys."""
        return self._progress.done(tx, persons) if persons else {}

    # -- playlists ----------------------------------------------------------------------

    def build(
        self, tx: Tx, owner: str, id_: str, title: str, topics: Sequence[str], kinds: Collection[str], now: int
    ) -> Playlist:
        """Build the playlist of these topics, in order. `id_` is its new secret address.

        Raises Refused(invalid) if no topic is chosen, or if there is nothing on the topics.
        """
        catalogue = self.catalogue(tx)
        known = [topic for topic in catalogue.topics if topic.source in topics]
        chosen = on_topics(catalogue.resources, [topic.source for topic in known], kinds)
        if not known or not chosen:
            sentence = "Choose at least one topic."
            raise Refused("invalid", sentence, {"topics": sentence})
        ordered = in_order(chosen, catalogue.by_source)[:ITEMS_MAX]
        named = title.strip() or ", ".join(topic.name for topic in known)
        return self._keep(tx, owner, id_, named, [one.id for one in ordered], [topic.source for topic in known], now)

    def compose(self, tx: Tx, owner: str, id_: str, title: str, items: Sequence[int], now: int) -> Playlist:
        """Build a playlist of these resources, in the given order. Raises Refused(invalid)."""
        published = {one.id for one in self.catalogue(tx).published}
        wanted = list(dict.fromkeys(items))
        if not wanted or len(wanted) > ITEMS_MAX or not published.issuperset(wanted):
            sentence = f"Choose 1 to {ITEMS_MAX} resources of the learning center."
            raise Refused("invalid", sentence, {"items": sentence})
        return self._keep(tx, owner, id_, title.strip() or "Playlist", wanted, (), now)

    def playlist(self, tx: Tx, id_: str, persons: Collection[str]) -> PlaylistShown:
        """A playlist. `persons` are the ids of the reader, who sees progress only in an own playlist. Raises
        Refused(not_found)."""
        found = self._playlists.find(tx, id_)
        if found is None:
            raise Refused("not_found", _NO_PLAYLIST)
        resources = self._shelf.resources(tx)
        by_id = {one.id: one for one in resources}
        entries = [by_id[item] for item in found.items if item in by_id]
        own = found.owner in persons
        fresh = newer(found, resources) if own else ()
        return PlaylistShown(found, entries, own, self.done(tx, persons) if own else {}, fresh)

    def playlists(self, tx: Tx, persons: Collection[str]) -> list[Playlist]:
        """The playlists of a person. The one changed last comes first."""
        return self._playlists.of(tx, persons) if persons else []

    def take_over(self, tx: Tx, account: str, browser: str) -> None:
        """Give the playlists that a visitor built in this browser to the account that signs in there."""
        self._playlists.give(tx, browser, account)

    def copy(self, tx: Tx, owner: str, id_: str, of: str, now: int) -> Playlist:
        """Keep a copy of a playlist that somebody shared. Raises Refused(not_found)."""
        found = self._playlists.find(tx, of)
        if found is None:
            raise Refused("not_found", _NO_PLAYLIST)
        return self._keep(tx, owner, id_, found.title, found.items, found.topics, now)

    def move(self, tx: Tx, id_: str, persons: Collection[str], item: int, to: int, now: int) -> Playlist:
        """Move an item to the place `to`, from 0. Raises Refused(not_found) for everybody but the owner."""
        found = self._owned(tx, id_, persons)
        return self._changed(tx, found, moved(list(found.items), item, to), now)

    def remove(self, tx: Tx, id_: str, persons: Collection[str], item: int, now: int) -> Playlist:
        found = self._owned(tx, id_, persons)
        return self._changed(tx, found, [one for one in found.items if one != item], now)

    def add_newer(self, tx: Tx, id_: str, persons: Collection[str], item: int, *, wanted: bool, now: int) -> Playlist:
        """Add a new resource on one of the topics, or say that it is not wanted. Raises Refused."""
        found = self._owned(tx, id_, persons)
        if item not in {one.id for one in newer(found, self._shelf.resources(tx))}:
            return found
        if not wanted:
            found = replace(found, declined=(*found.declined, item))
            return self._changed(tx, found, list(found.items), now)
        if len(found.items) >= ITEMS_MAX:
            raise Refused("too_large", f"A playlist has at most {ITEMS_MAX} steps.")
        return self._changed(tx, found, [*found.items, item], now)

    def change(
        self, tx: Tx, id_: str, persons: Collection[str], title: str | None, items: Sequence[int] | None, now: int
    ) -> Playlist:
        """Give a playlist another title, or other items in another order. Raises Refused."""
        found = self._owned(tx, id_, persons)
        if title is not None:
            if not title.strip() or len(title) > TITLE_MAX:
                sentence = f"Use 1 to {TITLE_MAX} characters."
                raise Refused("invalid", sentence, {"title": sentence})
            found = replace(found, title=title.strip())
        wanted = list(dict.fromkeys(found.items if items is None else items))
        allowed = {*found.items, *(one.id for one in self.catalogue(tx).published)}
        if not wanted or len(wanted) > ITEMS_MAX or not allowed.issuperset(wanted):
            sentence = f"Choose 1 to {ITEMS_MAX} resources of the learning center."
            raise Refused("invalid", sentence, {"items": sentence})
        return self._changed(tx, found, wanted, now)

    def delete(self, tx: Tx, id_: str, persons: Collection[str]) -> None:
        self._owned(tx, id_, persons)
        self._playlists.remove(tx, id_)

    # -- progress -----------------------------------------------------------------------

    def finish(self, tx: Tx, person: str, persons: Collection[str], key: str, *, done: bool, now: int) -> None:
        """Keep that a person has finished an item, or has not. Finished stages and plans stay finished.

        Raises Refused(not_found) if there is no such item.
        """
        plans = self.plans(tx)
        known = {f"resource:{one.source}" for one in self.catalogue(tx).published}
        if key not in known and not any(item.key == key for plan in plans for item in plan.items):
            raise Refused("not_found", "There is no such item.")
        if not done:
            self._progress.undo(tx, persons, key)
            return
        self._progress.finish(tx, person, key, now)
        finished = self._progress.done(tx, persons)
        for plan in plans:
            for name in newly_finished(plan, finished, finished_of(plan, finished)):
                self._progress.finish(tx, person, f"{_prefix(plan)}{name}", now)

    # -- importing ----------------------------------------------------------------------

    def store(self, tx: Tx, folder: Folder, now: int) -> None:
        """Store the topics, resources and plans of a folder without faults. What is not in it stays as it is."""
        for topic in folder.topics:
            self._shelf.put_topic(tx, topic)
        before = {one.source: one for one in self._shelf.resources(tx)}
        for resource in folder.resources:
            known = before.get(resource.source)
            if known is None or replace(resource, id=known.id, created_at=known.created_at) != known:
                id_ = self._shelf.put_resource(tx, resource, now)
                self._announcing.resource(tx, replace(resource, id=id_), now)
        plans = {plan.source: plan for plan in self._shelf.plans(tx)}
        for plan in folder.plans:
            self._shelf.put_plan(tx, dated(plan, plans.get(plan.source), now), now)

    # -- inside -------------------------------------------------------------------------

    def _keep(
        self, tx: Tx, owner: str, id_: str, title: str, items: Iterable[int], topics: Iterable[str], now: int
    ) -> Playlist:
        for old in self._playlists.of(tx, [owner])[PLAYLISTS_MAX - 1 :]:
            self._playlists.remove(tx, old.id)
        playlist = Playlist(
            id=id_,
            owner=owner,
            title=title[:TITLE_MAX],
            items=tuple(items),
            topics=tuple(topics),
            created_at=now,
            updated_at=now,
        )
        self._playlists.add(tx, playlist)
        return playlist

    def _owned(self, tx: Tx, id_: str, persons: Collection[str]) -> Playlist:
        found = self._playlists.find(tx, id_, lock=True)
        if found is None or found.owner not in persons:
            raise Refused("not_found", _NO_PLAYLIST)
        return found

    def _changed(self, tx: Tx, found: Playlist, items: Sequence[int], now: int) -> Playlist:
        changed = replace(found, items=tuple(items), version=found.version + 1, updated_at=now)
        self._playlists.put(tx, changed)
        return changed


def finished_of(plan: Plan, done: Mapping[str, int]) -> dict[str, int]:
    """The times at which the stages of a plan, and the plan, were finished for the first time, by their keys."""
    prefix = _prefix(plan)
    return {key.removeprefix(prefix): at for key, at in done.items() if key.startswith(prefix)}


def dated(plan: Plan, before: Plan | None, now: int) -> Plan:
    """The plan with the time at which each item was added. Items that were there before keep theirs."""
    known = {item.key: item.added_at for item in before.items} if before is not None else {}
    stages = [
        replace(stage, items=tuple(replace(item, added_at=known.get(item.key, now)) for item in stage.items))
        for stage in plan.stages
    ]
    return replace(plan, stages=tuple(stages))


def _prefix(plan: Plan) -> str:
    return f"plan:{plan.source}:"
