"""Opens the contents of files for readers, and removes contents and expired uploads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import BinaryIO, TypeVar

import structlog

from attachments.addresses import Addresses
from attachments.errors import NotFound
from attachments.file import USABLE_MS, File
from attachments.ports import Blobs, Records
from attachments.service import Attachments
from clock import Clock
from identity.actor import Actor
from storage.ports import Storage, StorageUnavailable, Tx

T = TypeVar("T")

_BATCH = 200

log = structlog.get_logger(__name__)


class Files:
    def __init__(
        self,
        attachments: Attachments,
        records: Records,
        blobs: Blobs,
        storage: Storage,
        addresses: Addresses,
        clock: Clock,
    ) -> None:
        self._attachments = attachments
        self._records = records
        self._blobs = blobs
        self._storage = storage
        self._addresses = addresses
        self._clock = clock
        self._orphans: set[str] = set()
        """Contents without a record at the last sweep."""

    # -- reading ------------------------------------------------------------------------

    async def address(self, id_: str, actor: Actor) -> tuple[str, int]:
        """A download address of the file, and the moment at which the address expires. Raises NotFound if there is no
        such file or `actor` may not read it, and StorageUnavailable in an outage."""
        await self._storage.read(lambda tx: self._attachments.readable(tx, id_, actor))
        return self._addresses.of(id_, self._clock())

    async def open(self, id_: str, key: str) -> tuple[File, BinaryIO]:
        """The record and the content of the file at a download address. The caller closes the content. Raises
        Refused(forbidden) if the key is wrong or has expired, NotFound if the file was removed, and StorageUnavailable
        in an outage."""
        self._addresses.check(id_, key, self._clock())
        file = await self._storage.read(lambda tx: self._records.find(tx, id_))
        content = await self._on_a_thread(partial(self._blobs.open, id_)) if file is not None else None
        if file is None or content is None:
            raise NotFound
        return file, content

    async def read(self, id_: str, actor: Actor) -> tuple[File, BinaryIO]:
        """The record and the content of a file that `actor` may read. The caller closes the content. Raises NotFound if
        there is no such file or `actor` may not read it, and StorageUnavailable in an outage."""
        file = await self._storage.read(lambda tx: self._attachments.readable(tx, id_, actor))
        content = await self._on_a_thread(partial(self._blobs.open, id_))
        if content is None:
            raise NotFound
        return file, content

    # -- removing -----------------------------------------------------------------------

    def remove(self, tx: Tx, ids: Collection[str]) -> None:
        """Remove the records in this transaction, and the contents after it commits."""
        removed = list(ids)
        self._attachments.remove(tx, removed, self._clock())
        tx.after_commit(lambda: self._remove_contents(removed))

    def _remove_contents(self, ids: Sequence[str]) -> None:
        # If the program crashes before this is done, the sweep removes the contents.
        asyncio.get_running_loop().run_in_executor(None, remove_contents, self._blobs, ids)

    async def expire(self) -> None:
        """Remove uploads that were not attached within a day. Delete the records of removed files once no quota counts
        these files."""
        before = self._clock() - USABLE_MS

        def remove_unused(tx: Tx) -> int:
            ids = self._records.unused(tx, before, _BATCH)
            self.remove(tx, ids)
            return len(ids)

        while await self._storage.write(remove_unused) == _BATCH:
            pass
        while removed := await self._storage.read(lambda tx: self._records.removed(tx, before, _BATCH)):
            await self._on_a_thread(partial(remove_contents, self._blobs, removed))
            await self._storage.write(partial(self._records.forget, ids=removed))

    async def sweep(self) -> None:
        """Remove contents without a record, which a crash can leave behind. A content is removed at the second sweep in
        a row that finds no record of it."""
        ids = await self._on_a_thread(lambda: list(self._blobs.ids()))
        unknown: set[str] = set()
        for start in range(0, len(ids), _BATCH):
            batch = set(ids[start : start + _BATCH])
            unknown |= batch - await self._storage.read(partial(self._records.existing, ids=batch))
        orphans = unknown & self._orphans
        self._orphans = unknown - orphans
        if orphans:
            log.warning("orphaned_files_removed", count=len(orphans))
            await self._on_a_thread(partial(remove_contents, self._blobs, sorted(orphans)))

    async def _on_a_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(None, work)
        except OSError as error:
            raise unavailable(error) from error


def unavailable(error: OSError) -> StorageUnavailable:
    log.error("files_unavailable", error=error.strerror)
    return StorageUnavailable(f"Cannot use the folder of files: {error.strerror}.")


def remove_contents(blobs: Blobs, ids: Sequence[str]) -> None:
    """Remove the contents. If this fails, the error is logged, and a later sweep removes the contents."""
    for id_ in ids:
        try:
            blobs.remove(id_)
        except OSError as error:
            log.warning("file_not_removed", file=id_, error=error.strerror)
