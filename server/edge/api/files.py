"""Files over HTTP: uploads, and downloads by signed URLs that expire within minutes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Annotated, BinaryIO
from urllib.parse import quote

import structlog
from msgspec import Meta, Struct
from python_multipart.multipart import parse_options_header
from starlette.datastructures import UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from attachments.adapters.files import Files
from attachments.adapters.pictures.pool import Gone
from attachments.adapters.uploads import Incoming, Upload, Uploads
from attachments.errors import UploadRefused, invalid
from attachments.file import File
from attachments.file_types import TYPES
from attachments.inspection import SIZE_MAX, too_large
from clock import rfc3339
from identity.actor import Actor
from identity.networks import network_of
from refusals import Refused
from server.edge.api.bodies import answer, require_media_type
from server.edge.api.queries import Parameter, choice, text
from server.edge.api.registry import Answer, Api, Call, Multipart, Operation
from server.edge.authentication import host_of
from server.live.chats.bans import Bans
from server.live.metrics import Metrics
from storage.ports import StorageUnavailable

KEY = text("key", "Part of the address.")
_SHOWN = choice("as", ("shown",), "A PDF for the browser's viewer. Other files are attachments in any case.")
_VIEWED = "application/pdf"
"""The only type that browsers may display: in a viewer of their own, without access to pages of the desk."""
_CHUNK = 64 * 1024
_CHARSETS = (b"utf-8", b"utf8")
"""Allowed charsets of names in the form. Some of Python's other codecs fail in ways that the parser does not expect."""

log = structlog.get_logger(__name__)


class Uploaded(Struct, frozen=True):
    """The stored file. A message or reply refers to it by `id`."""

    id: str
    name: str
    type: str
    size: int


class Address(Struct, frozen=True):
    """The file's signed URL, and when it expires."""

    url: str
    expires_at: str


_ID = (Parameter("id", Annotated[str, Meta(min_length=1, max_length=64)], "From the upload's answer."),)


class FilesApi(Api):
    def __init__(self, files: Files, uploads: Uploads, bans: Bans, metrics: Metrics, body_max: int) -> None:
        self._files = files
        self._uploads = uploads
        self._bans = bans
        self._metrics = metrics
        self._body_max = body_max

    async def upload(self, call: Call) -> Response:
        request = call.request
        if self._bans.any:
            self._bans.check(call.actor, host_of(request), "files")
        try:
            kept = await self._taken_in(
                request, Upload(call.actor, _network(request, call.actor), request.is_disconnected)
            )
        except (Refused, StorageUnavailable) as refused:
            reason = refused.reason if isinstance(refused, UploadRefused) else getattr(refused, "code", "unavailable")
            self._metrics.uploads_refused.labels(reason).inc()
            raise
        return answer(Uploaded(kept.id, kept.name, kept.type, kept.size), status=201)

    async def _taken_in(self, request: Request, upload: Upload) -> File:
        size = int(request.headers.get("content-length", SIZE_MAX))
        if size > self._body_max:
            raise too_large()
        async with self._uploads.admitted(upload, size) as incoming:
            file = await received(request, incoming, self._body_max)
            try:
                return await self._uploads.take_in(upload, file.filename or "", file.file)
            except Gone:
                raise ClientDisconnect from None
            finally:
                await file.close()

    async def file(self, call: Call) -> Response:
        """Redirect (302) to a signed URL. Callers that accept JSON get the URL in the body instead."""
        url, expires_at = await self._files.address(call.request.path_params["id"], call.actor)
        if "application/json" in call.request.headers.get("accept", ""):
            return answer(Address(url, rfc3339(expires_at)))
        return RedirectResponse(url, 302, {"Cache-Control": "private, no-store"})

    async def content(self, call: Call) -> Response:
        """Send the file as an attachment, so that browsers do not display it as a page of the desk.

        If the request asks for it, a PDF is sent in such a way that the browser displays it in its own viewer.
        """
        kept, opened = await self._files.open(call.request.path_params["id"], call.query[KEY] or "")
        return _Download(kept, opened, shown=call.query[_SHOWN] is not None and kept.type == _VIEWED)

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/files",
            endpoint=upload,
            summary="Upload a file",
            needs=("change", "files"),
            body=Multipart("file", media_types=tuple(TYPES)),
            answers=(Answer(201, "The stored file. Send it with one message within a day.", Uploaded),),
        ),
        Operation(
            method="GET",
            path="/api/files/{id}",
            endpoint=file,
            summary="Get the address of a file",
            needs=("read", "files"),
            in_path=_ID,
            answers=(
                Answer(200, "For clients that accept JSON: its address, valid for minutes.", Address),
                Answer(
                    302,
                    "Redirect to that address.",
                    media_type=None,
                    headers={"Location": "Signed, valid for minutes."},
                ),
            ),
        ),
        Operation(
            method="GET",
            path="/api/files/{id}/content",
            endpoint=content,
            summary="Download a file by its signed address",
            in_path=_ID,
            in_query=(KEY, _SHOWN),
            answers=(
                Answer(
                    200,
                    "The file with its own type, as an attachment; a PDF for the browser's viewer if asked for.",
                    media_type=tuple(TYPES),
                    headers={"Content-Disposition": "Has the file name."},
                ),
            ),
            errors=("forbidden",),
        ),
    )


def _network(request: Request, actor: Actor) -> str | None:
    """The network of the caller, if the caller's identity is not proven.

    None for callers with a proven identity, because all people of a company may share one network address.
    """
    if actor.kind == "staff" or actor.identified:
        return None
    return network_of(request.client.host if request.client is not None else "")


# -- how a file comes ------------------------------------------------------------------------


async def received(request: Request, incoming: Incoming, body_max: int) -> UploadFile:
    """The single file of the form. If the form is invalid, drops its data and raises Refused(bad_frame), or
    Refused(invalid) if the field `file` is missing. Raises StorageUnavailable if the disk fails."""
    require_media_type(request, "multipart/form-data")
    _, parameters = parse_options_header(request.headers["content-type"])
    if parameters.get(b"charset", b"utf-8").lower() not in _CHARSETS:
        raise Refused("bad_frame", "Send the form in UTF-8, without `charset` in its Content-Type.")
    parser = MultiPartParser(request.headers, _within_limits(request, incoming, body_max), max_files=1, max_fields=0)
    try:
        form = await parser.parse()
    except OSError as error:
        log.error("files_unavailable", error=error.strerror)
        raise StorageUnavailable(f"Files can't be received: {error.strerror}.") from error
    except MultiPartException as error:
        raise Refused("bad_frame", f"The form must have one file: {error.message}") from None
    except UnicodeError:
        raise Refused("bad_frame", "The form must have one file, and names in UTF-8.") from None
    sent = form.get("file")
    if not isinstance(sent, UploadFile):
        await form.close()
        raise invalid("file", "The form has no file in the field `file`.")
    return sent


async def _within_limits(request: Request, incoming: Incoming, body_max: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > body_max:
            raise too_large()
        if chunk:
            await incoming.more(len(chunk))
        yield chunk


# -- how it goes -----------------------------------------------------------------------------


class _Download(StreamingResponse):
    """Sends a file as an attachment or, if `shown` is true, for display in the browser's viewer.

    Reads the file in chunks on threads, and closes the file even if the connection is lost.
    """

    def __init__(self, file: File, opened: BinaryIO, *, shown: bool) -> None:
        self._opened = opened
        headers = {
            "Content-Type": file.type,
            "Content-Length": str(file.size),
            "Content-Disposition": _disposition("inline" if shown else "attachment", file.name),
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        }
        super().__init__(self._chunks(), headers=headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._opened.close()

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        while chunk := await asyncio.to_thread(self._opened.read, _CHUNK):
            yield chunk


def _disposition(kind: str, name: str) -> str:
    """A `Content-Disposition` header (RFC 6266): the file name in ASCII for old programs, then the real name."""
    plain = "".join(character if " " <= character <= "~" and character not in '"%\\;' else "_" for character in name)
    return f"{kind}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
