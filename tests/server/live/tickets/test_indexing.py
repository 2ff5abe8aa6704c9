"""Who indexes: woken by commits, beside the messages of others, stopped by no text."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from pathlib import Path
from unittest.mock import create_autospec

import pytest
from structlog.testing import capture_logs

from server.live.tickets.indexing import Indexer
from storage.opening import open_storage
from storage.ports import Storage, StorageUnavailable
from tests.running import eventually
from tests.servers import database
from tests.ticketing.test_indexing import Chats, Place
from ticketing.adapters.store import SqlStore
from ticketing.indexing import Indexed, Piece, indexed


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    with database("sqlite", tmp_path) as url:
        it = await open_storage(url)
        yield it
        await it.close()


def in_it(piece: Piece, word: str) -> bool:
    return any(part is not None and word in part for text in piece.texts for part in text.parts)


async def test_text_that_cannot_be_indexed_does_not_stop_others(storage: Storage) -> None:
    """It is skipped, the texts around it are indexed, and it is tried again at the next start."""
    place = Place(storage)

    def words(piece: Piece) -> Indexed:
        if in_it(piece, "poison"):
            raise ValueError("no words of this")
        return indexed(piece)

    indexer = Indexer(storage, SqlStore(), place.chats, words)
    numbers = [await place.opened(subject=subject) for subject in ("one", "poison", "two")]
    await indexer.idle()
    assert await place.found("one") == numbers[:1] and await place.found("two") == numbers[2:]
    assert await place.found("poison") == []
    mended = Indexer(storage, SqlStore(), place.chats)
    mended.start()
    await eventually(lambda: mended.resting, "what failed is indexed")
    await mended.stop()
    assert await place.found("poison") == numbers[1:2]


async def test_words_are_extracted_on_a_separate_thread(storage: Storage) -> None:
    """Neither on the thread of the loop nor on the one that writes."""
    place, threads = Place(storage), set[str]()

    def words(piece: Piece) -> Indexed:
        threads.add(threading.current_thread().name)
        return indexed(piece)

    await place.opened(subject="one")
    await Indexer(storage, SqlStore(), place.chats, words).idle()
    assert threads and not any(name.startswith(("MainThread", "sqlite")) for name in threads)


async def test_text_written_during_indexing_is_indexed(storage: Storage) -> None:
    indexer = Indexer(storage, SqlStore(), Chats())
    place = Place(storage, indexer.index)
    indexer.start()
    numbers = [await place.opened(subject=f"word{number:02}") for number in range(30)]
    await eventually(lambda: indexer.resting, "all is indexed")
    assert [await place.found(f"word{number:02}") for number in range(30)] == [[number] for number in numbers]
    await indexer.stop()


async def test_indexing_waits_while_the_database_is_away(storage: Storage) -> None:
    """It goes on by itself, with what was written meanwhile."""
    away = create_autospec(Storage, instance=True)
    away.read.side_effect, away.write.side_effect = storage.read, StorageUnavailable("no answer")
    indexer = Indexer(away, SqlStore(), Chats(), check_s=0.001)
    place = Place(storage, indexer.index)
    with capture_logs() as logs:
        indexer.start()
        number = await place.opened(subject="meanwhile")
        await eventually(lambda: any(one["event"] == "indexing_postponed" for one in logs), "it has tried")
        away.write.side_effect = storage.write
        await eventually(lambda: indexer.resting, "all is indexed")
        await indexer.stop()
    assert await place.found("meanwhile") == [number]
