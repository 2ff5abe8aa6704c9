"""Accepts uploads: limits, room on the disk, inspection, storing.

Texts and documents are inspected on a pool of threads. Pictures are redrawn in turns, in separate processes, so no
other file waits behind a picture.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, TypeVar

import structlog
from uuid_utils import uuid7

from attachments.adapters.disk_reserve import DiskReserve, Promise
from attachments.adapters.files import remove_contents, unavailable
from attachments.adapters.pictures.pool import Pictures
from attachments.errors import UploadRefused
from attachments.file import File
from attachments.file_types import Format
from attachments.inspection import Inspected, inspect
from attachments.ports import Blobs
from attachments.service import Attachments
from clock import Clock
from fairness import NoTurn
from identity.actor import Actor
from storage.ports import Storage, Tx

T = TypeVar("T")

AHEAD = 256 * 1024
"""Bytes set aside on the disk for an upload, in addition to the bytes that have arrived."""
AT_ONCE, NETWORK_AT_ONCE = 4, 80
"""Maximum number of uploads in progress: of one person, and from one network."""
_THREADS = 2
_RETRY_DISK_S = 60.0
"""Seconds until the next attempt after the disk was full."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload in progress. `network` is set for people without a verified identity. `gone` returns True once the
    uploader has disconnected."""

    actor: Actor
    network: str | None
    gone: Callable[[], Awaitable[bool]]

    @property
    def share(self) -> str:
        """The share in which a picture of this upload waits for its turn. A verified person has their own share. All
        unverified people of a network have one share together."""
        return self.actor.customer if self.network is None else self.network


class Incoming:
    """An upload while it arrives. Disk space is set aside for the bytes that have arrived and for a little more. The
    announced size is not set aside, because anybody can announce a large one. `check` raises UploadRefused if the disk
    has no room."""

    def __init__(self, promise: Promise, announced: int, check: Callable[[], Awaitable[None]]) -> None:
        self._promise = promise
        self._announced = announced
        self._check = check
        self._came = self._room_for = 0

    async def more(self, size: int) -> None:
        """Reserve space for `size` more bytes. Call this before writing them. Raises UploadRefused or
        StorageUnavailable if the disk has no room, or cannot be measured."""
        self._came += size
        if self._came > self._room_for or not size:
            self._room_for = max(self._came, min(self._came + AHEAD, self._announced))
            # Twice the space, because the bytes first arrive in a temporary file, perhaps on the same disk.
            self._promise.grow_to(2 * self._room_for)
            await self._check()


class Uploads:
    """Accepts uploads. `limited` is True if rate limits are on."""

    def __init__(
        self,
        attachments: Attachments,
        blobs: Blobs,
        storage: Storage,
        pictures: Pictures,
        reserve: DiskReserve,
        clock: Clock,
        *,
        limited: bool,
    ) -> None:
        self._attachments = attachments
        self._blobs = blobs
        self._storage = storage
        self.pictures = pictures
        self.reserve = reserve
        self._clock = clock
        self._limited = limited
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="files")
        self._in_progress: Counter[str] = Counter()
        self._has_room = True
        """The result of the last check of the disk. Only changes are logged."""

    def close(self) -> None:
        """Accept nothing new, and end the processes for pictures."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.pictures.close()

    @asynccontextmanager
    async def admitted(self, upload: Upload, size: int) -> AsyncIterator[Incoming]:
        """Counts an upload as in progress during the `with` block, in which the upload arrives and is stored. `size` is
        the announced size in bytes. May raise UploadRefused or StorageUnavailable, but only before the block starts."""
        with self._counted(upload), self.reserve.promised(0) as promise:
            incoming = Incoming(promise, size, self._check_room)
            await incoming.more(0)
            await self._storage.read(
                lambda tx: self._attachments.check_quota(tx, upload.actor, upload.network, 1, self._clock())
            )
            yield incoming

    async def take_in(
        self,
        upload: Upload,
        name: str,
        content: BinaryIO,
        inspecting: Callable[[bytes, str], Inspected] = inspect,
    ) -> File:
        """Store a file that has arrived, if `inspecting` accepts it. It is not attached to anything yet.

        Raises Refused if the file is not accepted, UploadRefused if the person has uploaded too much today, Gone if the
        uploader has disconnected, and StorageUnavailable if the file cannot be stored.
        """
        inspected = await self._on_a_thread(lambda: inspecting(content.read(), name))
        if (format_ := inspected.picture) is not None:
            # The content is not kept in memory while the picture waits for its turn.
            inspected = replace(inspected, content=b"")
            inspected = replace(inspected, content=await self._redrawn(upload, content, format_))
        id_ = str(uuid7())
        with self.reserve.promised(len(inspected.content)):
            await self._check_room()
            digest = await self._on_a_thread(partial(self._save, id_, inspected.content))
        now = self._clock()
        file = File(
            id=id_,
            uploader=upload.actor.customer,
            network=upload.network,
            name=inspected.name,
            type=inspected.type,
            size=len(inspected.content),
            sha256=digest,
            created_at=now,
        )

        def add(tx: Tx) -> None:
            self._attachments.add(tx, file, upload.actor, now)

        try:
            await self._storage.write(add)
        except BaseException:
            # If this fails, the sweep removes the content.
            asyncio.get_running_loop().run_in_executor(None, remove_contents, self._blobs, [id_])
            raise
        return file

    async def _redrawn(self, upload: Upload, content: BinaryIO, format_: Format) -> bytes:
        def read() -> bytes:
            content.seek(0)
            return content.read()

        share, person = upload.share, upload.actor.customer
        try:
            return await self.pictures.redrawn(read, format_, share=share, person=person, gone=upload.gone)
        except NoTurn:
            sentence = "Too many pictures are waiting to be checked. Try again in a moment."
            raise UploadRefused("queue", sentence, 10) from None

    def _save(self, id_: str, content: bytes) -> str:
        self._blobs.save(id_, content)
        return hashlib.sha256(content).hexdigest()

    @contextmanager
    def _counted(self, upload: Upload) -> Iterator[None]:
        limits = {upload.actor.customer: AT_ONCE}
        if upload.network is not None:
            limits[upload.network] = NETWORK_AT_ONCE
        if self._limited and any(self._in_progress[key] >= most for key, most in limits.items()):
            raise UploadRefused("at_once", "Too many uploads at once. Wait until one has finished.", 2)
        self._in_progress.update(limits.keys())
        try:
            yield
        finally:
            self._in_progress.subtract(limits.keys())
            self._in_progress = +self._in_progress

    async def _check_room(self) -> None:
        fits = self.reserve.fits(0, await self._on_a_thread(self.reserve.room))
        if fits != self._has_room:
            self._has_room = fits
            log.warning("uploads_have_room_again" if fits else "uploads_refused_for_space")
        if not fits:
            sentence = "We can't store files right now. Try again later, or send your message without it."
            raise UploadRefused("reserve", sentence, _RETRY_DISK_S)

    async def _on_a_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except OSError as error:
            raise unavailable(error) from error
