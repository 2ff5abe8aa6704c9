"""Brings what is said in tickets into the search index, beside the messages of others.

A transaction that writes a text notes it and wakes the indexer once it is committed. What a crash left is found at the
start. Each piece is small (`ticketing.indexing`): read by a reader, made words of on a thread, stored by a unit of its
own. After each the indexer pauses for as long as the piece took, so that it takes at most half of the writer's time.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Sequence
from functools import partial

import structlog

from storage.ports import Storage, StorageUnavailable
from ticketing.adapters.index import SqlIndex
from ticketing.indexing import Indexed, Indexing, Piece, indexed
from ticketing.ports import Store, Stories

LOOK_S = 1.0
"""How often it is looked at whether anything waits, though nobody woke the indexer: what another process wrote, or what
could not be stored."""
PAUSE_MAX_S = 0.2

log = structlog.get_logger(__name__)


class Indexer:
    """The one who indexes for a desk."""

    def __init__(
        self, storage: Storage, store: Store, stories: Stories, words: Callable[[Piece], Indexed] = indexed
    ) -> None:
        self._storage = storage
        self._words = words
        self._woken = asyncio.Event()
        self.index = SqlIndex(self._woken.set)
        """Whoever writes texts notes them here."""
        self._indexing = Indexing(self.index, store, stories)
        self._one_at_a_time = asyncio.Lock()
        self._rests = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Index whatever waits and will wait."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop; what still waits is indexed after the next start."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def idle(self) -> None:
        """Returns once everything that was committed before the call is indexed. Raises StorageUnavailable."""
        while await self.step():
            pass

    async def step(self) -> bool:
        """Index the next piece; False where nothing waits."""
        async with self._one_at_a_time:
            pieces = await self._storage.read(self._indexing.next)
            if not pieces:
                return False
            if not await self._index(pieces):
                # One of them cannot be indexed: the others are not to wait for it.
                for piece in pieces:
                    if not await self._index([piece]):
                        await self._storage.write(partial(self._indexing.given_up, piece=piece))
            return True

    @property
    def resting(self) -> bool:
        """Has everything that woke the indexer been indexed?"""
        return self._rests and not self._woken.is_set()

    async def _run(self) -> None:
        begun = False
        while True:
            try:
                if not begun:
                    await self._storage.write(self._indexing.begin)
                    begun = True
                await self._all()
            except StorageUnavailable:
                log.warning("indexing_postponed")
            except Exception:
                log.exception("indexing_failed")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), LOOK_S)

    async def _all(self) -> None:
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
            # Lets go of the interpreter: messages need not wait for the other texts.
            time.sleep(0)
        return words
