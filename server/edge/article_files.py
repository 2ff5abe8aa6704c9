"""Pictures, videos and captions of articles: uploads by authors, and what readers get."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from attachments.adapters.files import Files
from attachments.adapters.uploads import Upload, Uploads
from attachments.errors import NotFound
from attachments.file import File
from attachments.inspection import SIZE_MAX, inspect_for_article, too_large
from attachments.service import Attachments
from clock import Clock
from identity.actor import Actor
from server.edge.api.files import received
from storage.ports import Storage

_SHOWN = ("image/", "video/", "text/vtt")
_CHUNK = 64 * 1024
_FORM_MAX = SIZE_MAX + 64 * 1024
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{0,15})|bytes=-(\d{1,15})")
_NOBODY = Actor(kind="customer", id="")


class ArticleFiles:
    def __init__(
        self, storage: Storage, clock: Clock, attachments: Attachments, files: Files, uploads: Uploads
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._attachments = attachments
        self._files = files
        self._uploads = uploads

    async def add(self, request: Request, by: Actor, article: int) -> File:
        """Store the file of a form for an article. Raises Refused, UploadRefused and StorageUnavailable. The caller has
        checked that the person may write the article."""
        size = int(request.headers.get("content-length", _FORM_MAX))
        if size > _FORM_MAX:
            raise too_large()
        upload = Upload(by, None, request.is_disconnected)
        async with self._uploads.admitted(upload, size) as incoming:
            sent = await received(request, incoming, _FORM_MAX)
            try:
                name = sent.filename or "picture"
                file = await self._uploads.take_in(upload, name, sent.file, inspect_for_article)
            finally:
                await sent.close()
        now, holder = self._clock(), f"article:{article}"
        await self._storage.write(
            lambda tx: self._attachments.claim(tx, [file.id], by, holder, staff_only=False, now=now)
        )
        return file

    async def answer(self, request: Request, actor: Actor | None, id_: str) -> Response:
        """The content of a file for a reader of its article. Part of it, if the request asks for a range. Raises
        NotFound, and StorageUnavailable."""
        try:
            file, opened = await self._files.read(id_, actor or _NOBODY)
        except ValueError:
            raise NotFound from None
        return _Content(file, opened, request.headers.get("range", ""))


class _Content(StreamingResponse):
    """A file that a page shows, or a part of it (RFC 9110, 14). The file is closed even if the connection is lost."""

    def __init__(self, file: File, opened: BinaryIO, asked: str) -> None:
        self._opened = opened
        start, end, whole = _range_of(asked, file.size)
        self._start, self._left = start, end - start
        kind = "inline" if file.type.startswith(_SHOWN) else "attachment"
        headers = {
            "Content-Type": file.type,
            "Content-Length": str(self._left),
            "Content-Disposition": kind,
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Accept-Ranges": "bytes",
            "Cache-Control": "private, max-age=3600",
        }
        if not whole:
            headers["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
        super().__init__(self._chunks(), status_code=200 if whole else 206, headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._opened.close()

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        await asyncio.to_thread(self._opened.seek, self._start)
        while self._left > 0 and (chunk := await asyncio.to_thread(self._opened.read, min(_CHUNK, self._left))):
            self._left -= len(chunk)
            yield chunk


def _range_of(asked: str, size: int) -> tuple[int, int, bool]:
    """Where the answer begins and ends, and whether it is the whole file. A range that cannot be served is ignored."""
    found = _RANGE.fullmatch(asked.strip())
    if found is None:
        return 0, size, True
    if found[3] is not None:
        start, end = max(size - int(found[3]), 0), size
    else:
        start, end = int(found[1]), min(int(found[2]) + 1 if found[2] else size, size)
    return (start, end, False) if start < end else (0, size, True)
