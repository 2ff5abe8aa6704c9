"""Implements `widgets.knowledge.exchange_ports.Exchange`: archives of articles, as files of forms and as downloads."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import FileResponse, Response

from attachments.adapters.uploads import Upload, Uploads
from identity.actor import Actor
from identity.permissions import may
from refusals import Refused
from server.edge.api.files import received
from server.edge.authentication import Authentication
from server.edge.outages import as_refusals
from server.edge.plain_forms import read_plain_form
from widgets.knowledge.exchange_ports import Archives, Done, Planned

ARCHIVE_MAX = 64 << 20
_FORM_MAX = 16 * 1024
_FIELDS_MAX = 4


class ExchangeAdapter:
    def __init__(self, authentication: Authentication, uploads: Uploads, archives: Archives) -> None:
        self._authentication = authentication
        self._uploads = uploads
        self._archives = archives

    async def read_form(self, request: Request) -> Mapping[str, str]:
        self._authentication.refuse_foreign_origin(request)
        return (await read_plain_form(request, _FORM_MAX, _FIELDS_MAX)).values

    @as_refusals
    async def upload(self, request: Request, by: Actor) -> str:
        _check(by)
        self._authentication.refuse_foreign_origin(request)
        most = ARCHIVE_MAX + _FORM_MAX
        size = int(request.headers.get("content-length", most))
        if size > most:
            raise Refused("too_large", f"An archive may have {ARCHIVE_MAX >> 20} MiB. Import it in parts.")
        upload = Upload(by, None, request.is_disconnected)
        async with self._uploads.admitted(upload, size) as incoming:
            sent = await received(request, incoming, most)
            try:
                return await asyncio.to_thread(self._archives.keep, by, sent.file)
            finally:
                await sent.close()

    @as_refusals
    async def plan(self, by: Actor, key: str) -> Planned:
        _check(by)
        return await self._archives.plan(by, key)

    @as_refusals
    async def apply(self, by: Actor, key: str, *, tell: bool) -> Done:
        _check(by)
        return await self._archives.apply(by, key, tell=tell)

    async def drop(self, by: Actor, key: str) -> None:
        _check(by)
        await asyncio.to_thread(self._archives.drop, by, key)

    @as_refusals
    async def archive(self, by: Actor) -> Response:
        _check(by)
        file = await self._archives.export()
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        return FileResponse(
            file,
            headers=headers,
            media_type="application/zip",
            filename="articles.zip",
            background=BackgroundTask(_remove, file),
        )


def _remove(file: Path) -> None:
    with suppress(OSError):
        file.unlink()


def _check(by: Actor) -> None:
    if not may(by, "change", "articles"):
        raise Refused("forbidden", "Only authors and admins write articles.")
