"""Imports articles from a folder of Markdown files, and exports them to one."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TypeVar

from clock import Clock
from identity.actor import SYSTEM
from identity.adapters.store import SqlStore
from identity.audit import line
from knowledge.adapters.front_matter import written
from knowledge.adapters.store import SqlArticles
from knowledge.article import Text
from knowledge.folder import Folder, Imported, text_of
from knowledge.page import Page
from knowledge.rendering import Rendered, rendered
from knowledge.service import Articles, Effect
from search.adapters.index import SqlIndex
from search.service import Index
from server.live.searched_articles import SearchedArticles
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
        raise Unreadable(f"{folder} is not a folder.")
    found = dict[str, str]()
    for path in sorted(folder.rglob("*.md")):
        if path.is_symlink() or not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
            continue
        if len(found) == FILES_MAX:
            raise Unreadable(f"{folder} has more than {FILES_MAX:,} Markdown files. Import its folders one by one.")
        name = path.relative_to(folder).as_posix()
        if path.stat().st_size > FILE_BYTES_MAX:
            raise Unreadable(f"{name} is larger than 1 MiB.")
        try:
            found[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise Unreadable(f"{name} is not in UTF-8.") from None
    if not found:
        raise Unreadable(f"{folder} has no Markdown files (*.md).")
    return found


async def store_articles(storage: Storage, folder: Folder, clock: Clock) -> Counter[Effect]:
    """Publish the articles of a folder that has no faults. Returns how many texts were added, changed or unchanged.

    Running it again with the same folder changes nothing. Articles that are not in the folder stay as they are.
    """
    store = SqlArticles()
    articles, searched, ids = Articles(store), SearchedArticles(store, Index(SqlIndex())), dict[str, int]()
    for batch in _batches(folder.articles):
        ids |= await storage.write(partial(_place, articles=articles, searched=searched, batch=batch, now=clock()))
    moved = [one for one in folder.articles if one.moved_to is not None]
    for batch in _batches(moved):
        await storage.write(partial(_move, articles=articles, batch=batch, ids=ids, now=clock()))
    effects = Counter[Effect]()
    pages = [(ids[one.article.source], text_of(page, ids)) for one in folder.articles for page in one.pages]
    for texts in _batches(pages):
        # Rendering a long article takes up to a second.
        forms = await asyncio.to_thread(_rendered, [text.body for _, text in texts])
        publish = partial(_publish, articles=articles, searched=searched, texts=texts, forms=forms, now=clock())
        effects.update(await storage.write(publish))
    detail: dict[str, object] = {"articles": len(folder.articles)}
    detail.update({effect: effects[effect] for effect in sorted(effects)})
    await storage.write(lambda tx: SqlStore().record(tx, line(SYSTEM, "import", "articles", None, detail, clock())))
    return effects


async def write_folder(storage: Storage, folder: Path) -> int:
    """Write all articles into a folder, which may not contain any files yet. Returns how many files were written.
    Raises Unreadable."""
    await asyncio.to_thread(_check_empty, folder)
    articles, after, count = Articles(SqlArticles()), 0, 0
    while True:
        pages, after = await storage.read(partial(articles.exported, after=after, limit=AT_ONCE))
        await asyncio.to_thread(_write, folder, pages)
        count += len(pages)
        if not after:
            return count


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


def _rendered(bodies: Sequence[str]) -> list[Rendered]:
    return [rendered(body) for body in bodies]


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
    texts: Sequence[tuple[int, Text]],
    forms: Sequence[Rendered],
    now: int,
) -> list[Effect]:
    effects = [articles.publish(tx, id_, text, form, None, now) for (id_, text), form in zip(texts, forms, strict=True)]
    for id_ in dict.fromkeys(id_ for id_, _ in texts):
        searched.put(tx, id_)
    return effects


def _batches(things: Iterable[T]) -> Iterable[list[T]]:
    left = iter(things)
    while batch := list(islice(left, AT_ONCE)):
        yield batch
