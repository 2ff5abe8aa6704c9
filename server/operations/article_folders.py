"""Imports articles from a folder of Markdown files, and exports them to one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from attachments.adapters.blobs import FolderBlobs
from attachments.adapters.pictures.pool import Pictures, processes
from clock import Clock
from following.announcement import TAKE_BACK_MS
from identity.actor import SYSTEM, Actor
from identity.adapters.store import SqlStore
from identity.audit import line
from knowledge.adapters.author_store import SqlAuthoring
from knowledge.adapters.front_matter import written
from knowledge.adapters.store import SqlArticles
from knowledge.article import ORIGINAL, Text
from knowledge.draft import Draft
from knowledge.folder import Folder, Imported, text_of
from knowledge.page import Page
from knowledge.rendering import Rendered, rendered
from knowledge.service import Articles, Effect
from search.adapters.index import SqlIndex
from search.service import Index
from server.live.following.announcing import following_of
from server.live.knowledge.announced_articles import AnnouncedArticles
from server.live.knowledge.searched_articles import SearchedArticles
from server.live.webhooks.events import WebhookEvents
from server.operations.folder_files import FilesOnDisk, FolderFiles
from server.operations.kept_files import KeptFiles, StoredFiles
from storage.ports import Storage, Tx

FILES_MAX = 20_000
FILE_BYTES_MAX = 1 << 20
AT_ONCE = 5
"""Articles, or texts of articles, in one transaction."""
T = TypeVar("T")


class Unreadable(ValueError):
    """A folder that cannot be imported. The message says why."""


def files_of(folder: Path) -> dict[str, str]:
    """The Markdown files of a folder, by their paths in it. Links to other places are not followed. Raises
    Unreadable."""
    if not folder.is_dir():
        hint = " Unpack it first." if folder.suffix == ".zip" else ""
        raise Unreadable(f"{folder} is not a folder.{hint}")
    found = dict[str, str]()
    for path in sorted(folder.rglob("*.md")):
        if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            continue
        if len(found) == FILES_MAX:
            raise Unreadable(f"{folder} has more than {FILES_MAX:,} Markdown files. Import its folders one by one.")
        name = path.relative_to(folder).as_posix()
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Unreadable(f"{name} is larger than 1 MiB. Split it.")
        try:
            found[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise Unreadable(f"{name} is not in UTF-8. Save it as UTF-8.") from None
    if not found:
        raise Unreadable(f"{folder} has no Markdown files (*.md).")
    return found


async def store_articles(
    storage: Storage,
    folder: Folder,
    clock: Clock,
    *,
    tell_followers: bool = False,
    webhooks: WebhookEvents | None = None,
    by: Actor = SYSTEM,
) -> Counter[Effect]:
    """Publish the articles of a folder that has no faults. Returns how many texts were added, changed or unchanged.

    Running it again with the same folder changes nothing. Articles that are not in the folder stay as they are.
    `tell_followers`: announce each article that is new, or whose file says what changed. `webhooks`: tell them
    of each version. `by`: the person who imports.
    """
    store = SqlArticles()
    announced = AnnouncedArticles(following_of(clock)) if tell_followers else None
    articles, searched, ids = Articles(store), SearchedArticles(store, Index(SqlIndex())), dict[str, int]()
    for batch in _batches(folder.articles):
        ids |= await storage.write(partial(_place, articles=articles, searched=searched, batch=batch, now=clock()))
    moved = [one for one in folder.articles if one.moved_to is not None]
    for batch in _batches(moved):
        await storage.write(partial(_move, articles=articles, batch=batch, ids=ids, now=clock()))
    effects = Counter[Effect]()
    for some in _by_texts(folder.articles):
        # All texts of an article are stored together. Rendering a long one takes up to a second.
        works = await asyncio.to_thread(_rendered, some, ids)
        publish = partial(
            _publish, articles=articles, searched=searched, works=works, webhooks=webhooks, by=by, now=clock()
        )
        found = await storage.write(publish)
        effects.update(found)
        if announced is not None:
            texts = [(work.id, text) for work in works for text, _ in work.texts]
            await storage.write(
                partial(_tell, store=store, announced=announced, texts=texts, effects=found, now=clock())
            )
    detail: dict[str, object] = {"articles": len(folder.articles)}
    detail.update({effect: effects[effect] for effect in sorted(effects)})
    await storage.write(lambda tx: SqlStore().record(tx, line(by, "import", "articles", None, detail, clock())))
    return effects


async def store_folder(
    storage: Storage,
    data: Path,
    root: Path,
    folder: Folder,
    clock: Clock,
    *,
    tell_followers: bool = False,
    webhooks: WebhookEvents | None = None,
) -> tuple[StoredFiles, Counter[Effect]]:
    """Like `store_articles`, with the pictures, videos and captions that lie in the folder `root`. `data` is the data
    folder of the desk."""
    pictures = Pictures(processes())
    kept = KeptFiles(storage, FolderBlobs(data / "files"), pictures, clock)
    try:
        stored = await FolderFiles(FilesOnDisk(root), kept).store(folder)
        effects = await store_articles(storage, stored.folder, clock, tell_followers=tell_followers, webhooks=webhooks)
        await kept.attach(stored)
    finally:
        pictures.close()
    return stored, effects


async def write_folder(storage: Storage, folder: Path) -> int:
    """Write all articles into a folder, which may not contain any files yet. Returns how many files were written.
    Raises Unreadable."""
    await asyncio.to_thread(_check_empty, folder)
    articles, after, count = Articles(SqlArticles()), 0, 0
    while True:
        pages, after = await storage.read(partial(_exported, articles=articles, after=after))
        await asyncio.to_thread(_write, folder, pages)
        count += len(pages)
        if not after:
            return count


def _exported(tx: Tx, *, articles: Articles, after: int) -> tuple[list[Page], int]:
    """The pages of the next articles with their drafts, and the id of the last article, or 0."""
    pages, last = articles.exported(tx, after, AT_ONCE)
    for article, _ in SqlArticles().all_texts(tx, after, AT_ONCE):
        drafts = SqlAuthoring().drafts(tx, article.id).values()
        pages.extend(articles.page(tx, article, draft.text, draft=True) for draft in drafts)
    return pages, last


def _check_empty(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Unreadable(f"{folder} is not an empty folder.")


def _write(folder: Path, pages: Iterable[Page]) -> None:
    for page in pages:
        file = folder / page.path
        if not file.resolve().is_relative_to(folder.resolve()):
            raise Unreadable(f"{page.path} is outside the folder.")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(written(page), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Work:
    """The texts of an article with their rendered forms, that of the original first."""

    id: int
    texts: Sequence[tuple[Text, Rendered]]
    drafts: Sequence[Text]
    current: frozenset[str]


def _rendered(some: Sequence[Imported], ids: Mapping[str, int]) -> list[_Work]:
    works = []
    for one in some:
        texts = sorted((text_of(page, ids) for page in one.pages), key=lambda text: text.locale != ORIGINAL)
        forms = [(text, rendered(text.body)) for text in texts]
        works.append(_Work(ids[one.article.source], forms, [text_of(page, ids) for page in one.drafts], one.current))
    return works


def _place(
    tx: Tx, *, articles: Articles, searched: SearchedArticles, batch: Sequence[Imported], now: int
) -> dict[str, int]:
    ids = articles.place(tx, batch, now)
    for id_ in ids.values():
        searched.put(tx, id_)
    return ids


def _move(tx: Tx, *, articles: Articles, batch: Sequence[Imported], ids: dict[str, int], now: int) -> None:
    for one in batch:
        articles.move(tx, one, ids, now)


def _publish(
    tx: Tx,
    *,
    articles: Articles,
    searched: SearchedArticles,
    works: Sequence[_Work],
    webhooks: WebhookEvents | None,
    by: Actor,
    now: int,
) -> list[Effect]:
    effects = []
    for work in works:
        for text, form in work.texts:
            version = articles.version(tx, work.id, ORIGINAL) if text.locale in work.current else text.of_original
            effects.append(articles.publish(tx, work.id, replace(text, of_original=version), form, by.id or None, now))
            if webhooks is not None and effects[-1] != "unchanged":
                _tell_webhooks(tx, webhooks, work.id, text.locale)
        _keep_drafts(tx, work, now)
        searched.put(tx, work.id)
    return effects


def _tell_webhooks(tx: Tx, webhooks: WebhookEvents, id_: int, locale: str) -> None:
    store = SqlArticles()
    article = store.article(tx, id_)
    if article is not None and article.state == "published":
        webhooks.article_published(tx, article, store.texts(tx, id_)[locale])


def _keep_drafts(tx: Tx, work: _Work, now: int) -> None:
    """Store the drafts, but not over the draft of an author."""
    store = SqlAuthoring()
    present = store.drafts(tx, work.id)
    for text in work.drafts:
        before = present.get(text.locale)
        if before is not None and (before.saved_by is not None or before.same_words(text)):
            continue
        saves = before.saves + 1 if before is not None else 1
        draft = Draft(text.locale, text.title, text.summary, text.body, saves, now, None, text.of_original)
        store.put_draft(tx, work.id, draft)


def _by_texts(articles: Iterable[Imported]) -> Iterable[list[Imported]]:
    """The articles in groups of at most AT_ONCE texts. An article with more is a group of its own."""
    group, count = list[Imported](), 0
    for one in articles:
        if group and count + len(one.pages) > AT_ONCE:
            yield group
            group, count = [], 0
        group.append(one)
        count += len(one.pages)
    if group:
        yield group


def _tell(
    tx: Tx,
    *,
    store: SqlArticles,
    announced: AnnouncedArticles,
    texts: Sequence[tuple[int, Text]],
    effects: Sequence[Effect],
    now: int,
) -> None:
    # The original of an article comes first. A translation announced after it would replace its announcement.
    told = set[int]()
    for (id_, imported), effect in zip(texts, effects, strict=True):
        if id_ in told:
            continue
        article, line_ = store.article(tx, id_), imported.changed
        is_new = effect == "added" and imported.locale == ORIGINAL
        if article is None or article.state != "published" or not (is_new or (effect == "changed" and line_)):
            continue
        text = store.texts(tx, id_)[imported.locale]
        not_before = now + TAKE_BACK_MS
        announced.tell(tx, article, text, new=is_new, line="" if is_new else line_, not_before=not_before)
        told.add(id_)


def _batches(things: Iterable[T]) -> Iterable[list[T]]:
    left = iter(things)
    while batch := list(islice(left, AT_ONCE)):
        yield batch
