"""Playlists, plans and progress on both databases: `learning.library` over its stores."""

from __future__ import annotations

from dataclasses import replace

import pytest

from learning.adapters.place_store import SqlPlaces
from learning.adapters.shelf import SqlPlaylists, SqlProgress, SqlShelf
from learning.catalogue import Item, Plan, Resource, Stage, Topic
from learning.folder import Folder
from learning.library import Library, finished_of
from learning.places import PLACES_MAX
from learning.playlist import PLAYLISTS_MAX
from learning.watching import Watching
from refusals import Refused
from storage.ports import Storage, Tx


class Found:
    """Keeps what was put into the search."""

    def __init__(self) -> None:
        self.titles = list[tuple[str, str]]()

    def session(self, tx: Tx, session: object, now: int) -> None: ...

    def resource(self, tx: Tx, resource: Resource, now: int) -> None:
        self.titles.append((resource.title, resource.state))


def resource(source: str, minutes: int, topic: str = "orders", requires: tuple[str, ...] = ()) -> Resource:
    return Resource(
        source=source,
        kind="video",
        title=source.title(),
        address=f"https://videos.example/{source}",
        minutes=minutes,
        topics=(topic,),
        requires=requires,
    )


INTRO, LATER, MONEY = resource("intro", 10), resource("later", 3, requires=("intro",)), resource("money", 5, "money")
PLAN = Plan(
    source="planner",
    role="Planner",
    title="Planner",
    stages=(
        Stage("Start", (Item(kind="resource", source="intro"),)),
        Stage("Live", (Item(kind="session", source="x"),)),
    ),
)
FOLDER = Folder(
    topics=[Topic("orders", "Spectra OX", "Orders", "Orders and flights"), Topic("money", "", "Money", "Invoices", 1)],
    resources=[INTRO, LATER, MONEY],
    plans=[PLAN],
)
FILM = "/articles/files/a.webm"
LIBRARY = Library(SqlShelf(), SqlPlaylists(), SqlProgress(), Found())


async def stored(storage: Storage, folder: Folder = FOLDER, now: int = 1) -> dict[str, int]:
    """Store the folder. Returns the ids of its resources by source."""
    await storage.write(lambda tx: LIBRARY.store(tx, folder, now))
    catalogue = await storage.read(LIBRARY.catalogue)
    return {one.source: one.id for one in catalogue.resources}


async def built(storage: Storage, id_: str = "pl", now: int = 5) -> None:
    await storage.write(lambda tx: LIBRARY.build(tx, "ada", id_, "", ["orders"], (), now))


async def items(storage: Storage, id_: str = "pl", persons: tuple[str, ...] = ("ada",)) -> list[str]:
    shown = await storage.read(lambda tx: LIBRARY.playlist(tx, id_, persons))
    return [one.source for one in shown.entries]


async def test_import_repeated_changes_nothing_and_keeps_ids(storage: Storage) -> None:
    found = Found()
    library = Library(SqlShelf(), SqlPlaylists(), SqlProgress(), found)
    await storage.write(lambda tx: library.store(tx, FOLDER, 1))
    before = await storage.read(library.catalogue)
    await storage.write(lambda tx: library.store(tx, FOLDER, 2))
    assert await storage.read(library.catalogue) == before
    gone = Folder(resources=[replace(LATER, state="withdrawn")])
    await storage.write(lambda tx: library.store(tx, gone, 3))
    after = await storage.read(library.catalogue)
    assert [one.id for one in after.resources] == [one.id for one in before.resources]
    assert [one.source for one in after.published] == ["intro", "money"]
    assert found.titles == [
        ("Intro", "published"),
        ("Later", "published"),
        ("Money", "published"),
        ("Later", "withdrawn"),
    ]


async def test_playlist_is_built_in_order_and_shown_to_others_without_progress(storage: Storage) -> None:
    await stored(storage)
    await built(storage)
    await storage.write(lambda tx: LIBRARY.finish(tx, "ada", ["ada"], "resource:intro", done=True, now=6))
    own = await storage.read(lambda tx: LIBRARY.playlist(tx, "pl", ["ada"]))
    shared = await storage.read(lambda tx: LIBRARY.playlist(tx, "pl", ["eve"]))
    assert (own.own, own.playlist.title, own.done["resource:intro"]) == (True, "Orders and flights", 6)
    assert (shared.own, dict(shared.done)) == (False, {})
    assert [one.source for one in shared.entries] == ["intro", "later"]


@pytest.mark.parametrize("topics", [[], ["nothing"], ["money' OR 1=1"]])
async def test_playlist_of_nothing_is_refused(storage: Storage, topics: list[str]) -> None:
    await stored(storage)
    with pytest.raises(Refused, match="Choose at least one topic"):
        await storage.write(lambda tx: LIBRARY.build(tx, "ada", "pl", "", topics, (), 5))
    with pytest.raises(Refused):
        await storage.write(lambda tx: LIBRARY.compose(tx, "ada", "pl", "", [4711], 5))


async def test_playlist_keeps_what_was_withdrawn_and_offers_what_is_new(storage: Storage) -> None:
    ids = await stored(storage)
    await built(storage)
    extra = replace(resource("extra", 4), position=9)
    ids = await stored(storage, Folder(topics=FOLDER.topics, resources=[replace(LATER, state="withdrawn"), extra]), 9)
    shown = await storage.read(lambda tx: LIBRARY.playlist(tx, "pl", ["ada"]))
    assert [(one.source, one.state) for one in shown.entries] == [("intro", "published"), ("later", "withdrawn")]
    assert [one.source for one in shown.newer] == ["extra"]
    add = LIBRARY.add_newer
    await storage.write(lambda tx: add(tx, "pl", ["ada"], ids["money"], wanted=True, now=10))
    assert await items(storage) == ["intro", "later"]
    await storage.write(lambda tx: add(tx, "pl", ["ada"], ids["extra"], wanted=True, now=10))
    assert await items(storage) == ["intro", "later", "extra"]


async def test_new_material_that_is_not_wanted_is_not_offered_again(storage: Storage) -> None:
    await stored(storage)
    await built(storage)
    ids = await stored(storage, Folder(resources=[resource("extra", 4)], topics=FOLDER.topics), 9)
    await storage.write(lambda tx: LIBRARY.add_newer(tx, "pl", ["ada"], ids["extra"], wanted=False, now=10))
    shown = await storage.read(lambda tx: LIBRARY.playlist(tx, "pl", ["ada"]))
    assert (shown.newer, await items(storage)) == ([], ["intro", "later"])


async def test_playlist_is_changed_by_its_owner_only(storage: Storage) -> None:
    ids = await stored(storage)
    await built(storage)
    await storage.write(lambda tx: LIBRARY.move(tx, "pl", ["ada"], ids["later"], 0, 6))
    assert await items(storage) == ["later", "intro"]
    await storage.write(lambda tx: LIBRARY.remove(tx, "pl", ["ada"], ids["intro"], 7))
    assert await items(storage) == ["later"]
    await storage.write(lambda tx: LIBRARY.change(tx, "pl", ["ada"], "Mine", [ids["money"], ids["later"]], 8))
    assert await items(storage) == ["money", "later"]
    for act in (
        lambda tx: LIBRARY.move(tx, "pl", ["eve"], ids["later"], 0, 9),
        lambda tx: LIBRARY.remove(tx, "pl", [], ids["later"], 9),
        lambda tx: LIBRARY.change(tx, "pl", ["eve"], "Hers", None, 9),
        lambda tx: LIBRARY.delete(tx, "pl", ["eve"]),
        lambda tx: LIBRARY.playlist(tx, "other", ["ada"]),
    ):
        with pytest.raises(Refused, match="no such playlist"):
            await storage.write(act)
    with pytest.raises(Refused):
        await storage.write(lambda tx: LIBRARY.change(tx, "pl", ["ada"], None, [], 9))


async def test_copy_of_a_shared_playlist_belongs_to_who_made_it(storage: Storage) -> None:
    await stored(storage)
    await built(storage)
    await storage.write(lambda tx: LIBRARY.copy(tx, "eve", "copy", "pl", 9))
    assert await items(storage, "copy", ("eve",)) == ["intro", "later"]
    assert [one.id for one in await storage.read(lambda tx: LIBRARY.playlists(tx, ["eve"]))] == ["copy"]


async def test_newest_playlists_are_kept(storage: Storage) -> None:
    await stored(storage)
    for number in range(PLAYLISTS_MAX + 2):
        await built(storage, f"pl{number}", number + 5)
    kept = [one.id for one in await storage.read(lambda tx: LIBRARY.playlists(tx, ["ada"]))]
    assert len(kept) == PLAYLISTS_MAX and kept[0] == f"pl{PLAYLISTS_MAX + 1}" and "pl1" not in kept


async def test_finished_stage_stays_finished_when_an_item_is_undone(storage: Storage) -> None:
    await stored(storage)
    await storage.write(lambda tx: LIBRARY.finish(tx, "ada", ["ada"], "resource:intro", done=True, now=6))
    await storage.write(lambda tx: LIBRARY.finish(tx, "ada", ["ada"], "resource:intro", done=True, now=8))
    done = await storage.read(lambda tx: LIBRARY.done(tx, ["ada"]))
    assert (done["resource:intro"], finished_of(PLAN, done)) == (6, {"stage:Start": 6})
    await storage.write(lambda tx: LIBRARY.finish(tx, "ada", ["ada"], "resource:intro", done=False, now=9))
    left = await storage.read(lambda tx: LIBRARY.done(tx, ["ada"]))
    assert "resource:intro" not in left and finished_of(PLAN, left) == {"stage:Start": 6}
    with pytest.raises(Refused, match="no such item"):
        await storage.write(lambda tx: LIBRARY.finish(tx, "ada", ["ada"], "resource:none", done=True, now=9))


async def test_places_in_videos_are_kept_for_each_person_and_the_oldest_goes_first(storage: Storage) -> None:
    watching = Watching(SqlPlaces(), LIBRARY)

    def keep(tx: Tx, article: int, seconds: int, person: str = "ada", video: str = FILM) -> None:
        watching.keep(tx, person, [person], article, [FILM], video, seconds, 600, article)

    def keep_many(tx: Tx) -> None:
        for article in range(1, PLACES_MAX + 2):
            keep(tx, article, 60)
        keep(tx, 5, 70)
        keep(tx, 6, 80, "eve")
        keep(tx, 7, 598)

    await storage.write(keep_many)
    kept = await storage.read(lambda tx: watching.places(tx, ["ada"]))
    assert len(kept) == PLACES_MAX - 1 and 1 not in kept and 7 not in kept and kept[5].seconds == 70
    theirs = await storage.read(lambda tx: watching.places(tx, ["eve", "ada"]))
    assert theirs[6].seconds in (60, 80) and await storage.read(lambda tx: watching.places(tx, [])) == {}
    with pytest.raises(Refused, match="no such video"):
        await storage.write(lambda tx: keep(tx, 5, 70, video="/articles/files/other.webm"))
