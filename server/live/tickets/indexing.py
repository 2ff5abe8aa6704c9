"""Adds ticket texts to the search index, in small pieces between other writes.

A transaction that writes a text adds a row to `ticket_to_index` and wakes the indexer after the commit. Rows left by a
crash are found at the next start. Each piece (`ticketing.indexing`) is read, split into words on a thread, and stored
in its own transaction. The indexer then pauses for as long as the piece took, but at most PAUSE_MAX_S seconds. So short
pieces take at most half of the time in which the database can write.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial

import structlog

from server.live.runner import Runner, whenever_woken
from storage.ports import Storage, StorageUnavailable
from ticketing.adapters.index import SqlIndex
from ticketing.indexing import Indexed, Indexing, Piece, indexed
from ticketing.ports import ChatLogs, Store

PAUSE_MAX_S = 0.2

log = structlog.get_logger(__name__)


class Indexer:
    def __init__(
        self,
        storage: Storage,
        store: Store,
        chat_logs: ChatLogs,
        words: Callable[[Piece], Indexed] = indexed,
        check_s: float = 1.0,
    ) -> None:
        """If nothing wakes the indexer, it checks for texts every `check_s` seconds.

        These checks find the texts that other processes stored.
        """
        self._storage = storage
        self._words = words
        self._check_s = check_s
        self._woken = asyncio.Event()
        self.index = SqlIndex(self._woken.set)
        """The index to which the code that stores texts adds these texts."""
        self._indexing = Indexing(self.index, store, chat_logs)
        self._one_at_a_time = asyncio.Lock()
        self._rests = False
        self._begun = False
        self._runner = Runner()

    def start(self) -> None:
        """Index the texts that wait, and from then on each new text."""
        self._begun = False
        worker = whenever_woken(
            self._woken, self._work, self._check_s, log=log, postponed="indexing_postponed", failed="indexing_failed"
        )
        self._runner.start(worker)

    async def stop(self) -> None:
        """Stop. Waiting texts are indexed after the next start."""
        await self._runner.stop()

    async def idle(self) -> None:
        """Return once everything committed before the call is indexed. Raises StorageUnavailable."""
        while await self.step():
            pass

    async def step(self) -> bool:
        """Index the next pieces. Gives up each piece that cannot be indexed. Returns False if nothing waits. Raises
        StorageUnavailable."""
        async with self._one_at_a_time:
            pieces = await self._storage.read(self._indexing.next)
            if not pieces:
                return False
            if not await self._index(pieces):
                # One of the pieces cannot be indexed. Index each piece alone, and give up those that fail.
                for piece in pieces:
                    if not await self._index([piece]):
                        await self._storage.write(partial(self._indexing.given_up, piece=piece))
            return True

    @property
    def resting(self) -> bool:
        """True if nothing waits to be indexed."""
        return self._rests and not self._woken.is_set()

    async def _work(self) -> None:
        if not self._begun:
            await self._storage.write(self._indexing.begin)
            self._begun = True
        loop = asyncio.get_running_loop()
        while True:
            self._woken.clear()
            self._rests = False
            began = loop.time()
            if not await self.step():
                self._rests = True
                return
            await asyncio.sleep(min(loop.time() - began, PAUSE_MAX_S))

    async def _index(self, pieces: Sequence[Piece]) -> bool:
        try:
            words = await asyncio.to_thread(self._words_of, pieces)
            await self._storage.write(lambda tx: self._indexing.keep(tx, words))
        except StorageUnavailable:
            raise
        except Exception:
            log.exception("texts_not_indexed", tickets=[piece.waiting.ticket for piece in pieces])
            return False
        return True

    def _words_of(self, pieces: Sequence[Piece]) -> list[Indexed]:
        words = []
        for piece in pieces:
            words.append(self._words(piece))
            # Gives up the interpreter, so that messages do not wait for the remaining texts.
            time.sleep(0)
        return words
