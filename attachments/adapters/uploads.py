"""How files come in: limits, room on the disk, what each is, and where it is kept.

Texts and documents are looked at on a pool of threads. Pictures are redrawn in turns, in processes of their own, so
that no other file waits behind one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, Literal, TypeVar

import structlog
from uuid_utils import uuid7

from attachments.adapters import rows as files
from attachments.adapters.blobs import Blobs
from attachments.adapters.disk_reserve import DiskReserve, Promise
from attachments.adapters.pictures.pool import Pictures
from attachments.adapters.pictures.protocol import Format
from attachments.adapters.pictures.turns import TooMany
from attachments.adapters.tables import FileRow
from attachments.file_types import inspect
from attachments.quotas import COST_MIN, MIB, unproven_may
from chat.frames import File
from clock import Clock
from identity.actor import Actor
from refusals import Code, Refused
from server.edge.limits import PEOPLE_AN_ADDRESS
from storage.ports import Storage, StorageUnavailable, Tx

T = TypeVar("T")

DAY_MS = 86_400_000
FILES_A_DAY = 100
BYTES_A_DAY = 200 * MIB
"""What one customer may upload in 24 hours."""
STAFF_TIMES = 5
ADDRESS_TIMES = 5
"""Staff may upload so many times as much, and so may the unproven of one address together."""
AHEAD = 256 * 1024
"""Bytes of room on the disk that an upload is promised beyond what has come."""
AT_ONCE = 4
"""Uploads of one person under way; of one address twenty times as many."""
_THREADS = 2
_RESERVE_S = 60.0
"""When it is worth trying again where the disk has no room for files."""

log = structlog.get_logger(__name__)


Reason = Literal["at_once", "quota", "reserve", "queue"]


class UploadRefused(Refused):
    """An upload that cannot be taken now, whatever it is. `reason` is for the figures."""

    def __init__(self, reason: Reason, sentence: str, retry_after_s: float) -> None:
        code: Code = "unavailable" if reason == "reserve" else "rate_limited"
        super().__init__(code, sentence, retry_after_s=retry_after_s)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Upload:
    """One that is under way. `network`: where it comes from, of the unproven."""

    actor: Actor
    network: str | None
    gone: Callable[[], Awaitable[bool]]
    """Has who sent it hung up?"""

    @property
    def lane(self) -> str:
        """Whom pictures take turns for: a person who has proven who they are, else the address."""
        return self.actor.customer if self.network is None else self.network


class Incoming:
    """An upload while it comes. It is promised room on the disk for what has come and a little more, not for what it
    announces: that costs nobody anything. `check` raises UploadRefused where there is no room for all promises."""

    def __init__(self, promise: Promise, announced: int, check: Callable[[], Awaitable[None]]) -> None:
        self._promise = promise
        self._announced = announced
        self._check = check
        self._came = self._room_for = 0

    async def more(self, size: int) -> None:
        """So many bytes more have come, and are not written yet. Raises UploadRefused; StorageUnavailable."""
        self._came += size
        if self._came > self._room_for or not size:
            self._room_for = max(self._came, min(self._came + AHEAD, self._announced))
            # What comes lies in a temporary file first, perhaps on the same disk.
            self._promise.grow_to(2 * self._room_for)
            await self._check()


class Uploads:
    """What `POST /api/files` asks. `limited`: do rates hold? Moments in ms since the epoch, UTC."""

    def __init__(
        self, storage: Storage, blobs: Blobs, pictures: Pictures, reserve: DiskReserve, clock: Clock, *, limited: bool
    ) -> None:
        self._storage = storage
        self._blobs = blobs
        self.pictures = pictures
        self._reserve = reserve
        self._clock = clock
        self._limited = limited
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="files")
        self._under_way: Counter[str] = Counter()
        self._has_room = True
        """As of the last upload: a change is logged, not each refusal."""

    def close(self) -> None:
        """Begin nothing new, and end the processes for pictures."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        self.pictures.close()

    @asynccontextmanager
    async def admitted(self, upload: Upload, size: int) -> AsyncIterator[Incoming]:
        """While an upload, announced as `size` bytes, comes and is kept. Raises UploadRefused, before anything of it is
        read; StorageUnavailable."""
        with self._counted(upload), self._reserve.promised(0) as promise:
            incoming = Incoming(promise, size, lambda: self._check_room(0))
            await incoming.more(0)
            await self._storage.read(lambda tx: self._check_quota(tx, upload, 1))
            yield incoming

    async def take_in(self, upload: Upload, name: str, content: BinaryIO) -> File:
        """Keep a file, unused. Raises Refused for what is not taken, or no more today; Gone where nobody waits for it
        any more; StorageUnavailable."""
        file = await self._on_a_thread(lambda: inspect(content.read(), name))
        if file.picture is not None:
            # Its bytes are not kept in memory while it waits for its turn.
            format, file = file.picture, replace(file, content=b"")
            file = replace(file, content=await self._redrawn(upload, content, format))
        id_ = str(uuid7())
        with self._reserve.promised(len(file.content)):
            await self._check_room(0)
            digest = await self._on_a_thread(partial(self._keep, id_, file.content))

        def unit(tx: Tx) -> File:
            self._check_quota(tx, upload, len(file.content))
            row = FileRow(
                id=id_, uploader=upload.actor.customer, network=upload.network, name=file.name, type=file.type,
                size=len(file.content), sha256=digest, created_at=self._clock(),
            )  # fmt: skip
            files.add(tx, row)
            return file_of(row)

        try:
            return await self._storage.write(unit)
        except BaseException:
            # What cannot be removed now, the sweep finds.
            asyncio.get_running_loop().run_in_executor(None, remove_contents, self._blobs, [id_])
            raise

    async def _redrawn(self, upload: Upload, content: BinaryIO, format: Format) -> bytes:
        def read() -> bytes:
            content.seek(0)
            return content.read()

        try:
            return await self.pictures.redrawn(
                read, format, lane=upload.lane, person=upload.actor.customer, gone=upload.gone
            )
        except TooMany:
            raise UploadRefused(
                "queue", "Too many pictures wait to be checked. Send it again in a while.", 10
            ) from None

    def _keep(self, id_: str, content: bytes) -> str:
        self._blobs.save(id_, content)
        return hashlib.sha256(content).hexdigest()

    # -- limits -------------------------------------------------------------------------

    @contextmanager
    def _counted(self, upload: Upload) -> Iterator[None]:
        keys = [upload.actor.customer, *([upload.network] if upload.network is not None else [])]
        most = [AT_ONCE, AT_ONCE * PEOPLE_AN_ADDRESS]
        if self._limited and any(self._under_way[key] >= limit for key, limit in zip(keys, most, strict=False)):
            raise UploadRefused("at_once", "Too many uploads at once. Wait until one is done.", 2)
        self._under_way.update(keys)
        try:
            yield
        finally:
            self._under_way.subtract(keys)
            self._under_way = +self._under_way

    async def _check_room(self, size: int) -> None:
        fits = self._reserve.fits(size, await self._on_a_thread(self._reserve.room))
        if fits != self._has_room:
            self._has_room = fits
            log.warning("uploads_have_room_again" if fits else "uploads_refused_for_space")
        if not fits:
            raise UploadRefused(
                "reserve", "There is no room for files right now. Send it later, or write without it.", _RESERVE_S
            )

    def _check_quota(self, tx: Tx, upload: Upload, size: int) -> None:
        if not self._limited:
            return
        now = self._clock()
        since = now - DAY_MS
        times = STAFF_TIMES if upload.actor.kind == "staff" else 1
        used = [(files.usage_of_uploader(tx, upload.actor.customer, since), times * FILES_A_DAY, times * BYTES_A_DAY)]
        network = files.usage_from_network(tx, upload.network, since) if upload.network is not None else None
        if network is not None:
            used.append((network, ADDRESS_TIMES * FILES_A_DAY, ADDRESS_TIMES * BYTES_A_DAY))
        for usage, count, most in used:
            if usage.count >= count or usage.size + size > most:
                raise UploadRefused(
                    "quota",
                    f"That is more than may be uploaded in a day: {count} files, {most // MIB} MB together.",
                    ((usage.first_at or now) - since) / 1000,
                )
        if network is None:
            return
        everybody = files.usage_of_unproven(tx, since, COST_MIN)
        if not unproven_may(
            everybody.size,
            network,
            size,
            files_a_day=ADDRESS_TIMES * FILES_A_DAY,
            bytes_a_day=ADDRESS_TIMES * BYTES_A_DAY,
        ):
            raise UploadRefused(
                "quota",
                "Too many files were uploaded today. Send it later, or sign in first.",
                ((everybody.first_at or now) - since) / 1000,
            )

    async def _on_a_thread(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except OSError as error:
            log.error("files_unavailable", error=error.strerror)
            raise StorageUnavailable(f"The folder of files cannot be used: {error.strerror}.") from error


def remove_contents(blobs: Blobs, ids: Sequence[str]) -> None:
    """Remove these from the disk. What cannot be removed is logged, and found by the sweep."""
    for id_ in ids:
        try:
            blobs.remove(id_)
        except OSError as error:
            log.warning("file_not_removed", file=id_, error=error.strerror)


def file_of(row: FileRow) -> File:
    """A file as clients are told of it."""
    return File(id=row.id, name=row.name, type=row.type, size=row.size, url=f"/api/files/{row.id}")
