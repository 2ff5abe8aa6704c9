"""Files that an import stores for articles: pictures, videos, captions and attachments.

Each article has files of its own, because a file is for the readers of its article.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from attachments.adapters.pictures.pool import Pictures
from attachments.adapters.records import SqlRecords
from attachments.file import File
from attachments.inspection import inspect_for_article
from attachments.ports import Blobs
from clock import Clock
from knowledge.adapters.store import SqlArticles
from knowledge.folder import Folder
from storage.ports import Storage, Tx

UPLOADER = "import"
"""The uploader of these files in their records. No person has this id."""


@dataclass(frozen=True, slots=True)
class StoredFiles:
    """`folder` has the articles with the new addresses of their files. `files` are the ids of the files by the source
    of their article. `warnings` has a sentence for each file that is missing."""

    folder: Folder
    files: Mapping[str, Sequence[str]]
    warnings: Sequence[str]


class KeptFiles:
    def __init__(self, storage: Storage, blobs: Blobs, pictures: Pictures, clock: Clock) -> None:
        self._storage = storage
        self._blobs = blobs
        self._pictures = pictures
        self._clock = clock
        self._records = SqlRecords()

    async def find(self, id_: str) -> File | None:
        return await self._storage.read(lambda tx: self._records.find(tx, id_))

    async def keep(self, id_: str, name: str, content: bytes) -> File:
        """Store a file that no article has yet. Raises Refused for a file that articles may not have."""
        inspected = await asyncio.to_thread(inspect_for_article, content, name)
        if inspected.picture is not None:
            original = inspected.content
            drawn = await self._pictures.redrawn(
                lambda: original, inspected.picture, share=UPLOADER, person=UPLOADER, gone=_never
            )
            inspected = replace(inspected, content=drawn)
        await asyncio.to_thread(self._blobs.save, id_, inspected.content)
        file = File(
            id=id_,
            uploader=UPLOADER,
            name=inspected.name,
            type=inspected.type,
            size=len(inspected.content),
            sha256=hashlib.sha256(inspected.content).hexdigest(),
            created_at=self._clock(),
        )
        await self._storage.write(lambda tx: self._records.add(tx, file))
        return file

    async def attach(self, stored: StoredFiles) -> None:
        """Give the files to their articles, once these are stored."""

        def write(tx: Tx, source: str, ids: Sequence[str]) -> None:
            article = SqlArticles().by_source(tx, [source])[source]
            free = [id_ for id_, file in self._records.locked(tx, ids).items() if file.holder is None]
            self._records.attach(tx, free, f"article:{article.id}", staff_only=False, now=self._clock())

        for source, ids in stored.files.items():
            await self._storage.write(partial(write, source=source, ids=ids))


class PlannedFiles(KeptFiles):
    """Stores nothing: for a look at what an import would do."""

    async def keep(self, id_: str, name: str, content: bytes) -> File:
        return File(id=id_, uploader=UPLOADER, name=name, type="", size=0, sha256="", created_at=0)


async def _never() -> bool:
    return False
