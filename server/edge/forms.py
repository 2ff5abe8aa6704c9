"""Reads forms of the portal's pages, with their files.

The pages work without scripts, so one request carries all fields and files.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import AsyncExitStack

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser
from starlette.requests import Request

from attachments.adapters.uploads import Incoming, Upload, Uploads
from attachments.errors import NotFound, UploadRefused
from attachments.service import Attachments
from identity.actor import Actor
from identity.networks import network_of
from refusals import Refused
from server.edge.authentication import host_of
from server.live.chats.bans import Bans
from server.live.metrics import Metrics
from storage.ports import Storage, StorageUnavailable, Tx
from ticketing.events import FILES_MAX
from widgets.ports import Attached, Form, NotAttached

FIELDS_MAX = 40
FIELD_MAX = 64 * 1024
"""Maximum bytes of one field. The longest text has 8,000 characters."""
PLAIN_MAX = 256 * 1024
"""Maximum bytes of a form without files. A form with small files that is not larger is read without
`Uploads.admitted`."""
FORM_MAX = 64 * 1024 * 1024
"""Maximum bytes of a form with all its files."""
KEPT = "attached"
"""The field with the id of a file that came with an earlier attempt to send the form."""
_MEBI = 1024 * 1024


class Forms:
    def __init__(
        self, storage: Storage, attachments: Attachments, uploads: Uploads, bans: Bans, metrics: Metrics
    ) -> None:
        self._storage = storage
        self._attachments = attachments
        self._uploads = uploads
        self._bans = bans
        self._metrics = metrics

    async def read(self, request: Request, actor: Actor) -> Form:
        """The fields of a form, and its files, which this call stores. The form is accepted even if a file is refused.

        Raises Refused: `too_large`, or `bad_frame` if the body is not a form. Also raises the errors of
        `Uploads.admitted`, and StorageUnavailable.
        """
        upload = Upload(actor, _network(request, actor), request.is_disconnected)
        async with AsyncExitStack() as stack:
            parsed = await self._parsed(request, upload, stack)
            stack.push_async_callback(parsed.close)
            values = _texts(parsed)
            kept = [value for value in parsed.getlist(KEPT) if isinstance(value, str)]
            attached = await self._kept(kept[:FILES_MAX], actor)
            sent = [one for one in parsed.getlist("files") if isinstance(one, UploadFile) and one.filename]
            refused = [NotAttached("", "gone", "Upload it again.")] if len(attached) < len(set(kept)) else []
            for file in sent:
                if len(attached) == FILES_MAX:
                    refused.append(NotAttached(file.filename or "", "count", ""))
                else:
                    await self._take_in(request, upload, file, attached, refused)
        return Form(values, attached, refused)

    async def read_texts(self, request: Request) -> Form:
        """The fields of a form of at most PLAIN_MAX bytes, without files. Stores nothing. Raises Refused: `too_large`,
        or `bad_frame` if the body is not a form."""
        if int(request.headers.get("content-length", FORM_MAX)) > PLAIN_MAX:
            raise _too_large()
        declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        stream = _within(request, None, PLAIN_MAX)
        try:
            if declared == "application/x-www-form-urlencoded":
                parsed = await FormParser(request.headers, stream).parse()
            elif declared == "multipart/form-data":
                parsed = await MultiPartParser(
                    request.headers, stream, max_files=2 * FILES_MAX, max_fields=FIELDS_MAX, max_part_size=FIELD_MAX
                ).parse()
            else:
                raise Refused("bad_frame", "Send a form.")
        except (MultiPartException, UnicodeError):
            raise Refused("bad_frame", "The form is incomplete or too large.") from None
        values = _texts(parsed)
        await parsed.close()
        return Form(values)

    async def _parsed(self, request: Request, upload: Upload, stack: AsyncExitStack) -> FormData:
        size = int(request.headers.get("content-length", FORM_MAX))
        if size > FORM_MAX:
            raise _too_large()
        declared = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            if declared == "application/x-www-form-urlencoded":
                return await FormParser(request.headers, _within(request, None, PLAIN_MAX)).parse()
            if declared != "multipart/form-data":
                raise Refused("bad_frame", "Send a form.")
            incoming = None
            if size > PLAIN_MAX:
                incoming = await stack.enter_async_context(self._uploads.admitted(upload, size))
            stream = _within(request, incoming, FORM_MAX)
            parser = MultiPartParser(
                request.headers, stream, max_files=2 * FILES_MAX, max_fields=FIELDS_MAX, max_part_size=FIELD_MAX
            )
            return await parser.parse()
        except (MultiPartException, UnicodeError):
            raise Refused("bad_frame", "The form is incomplete or too large.") from None

    async def _take_in(
        self,
        request: Request,
        upload: Upload,
        file: UploadFile,
        attached: list[Attached],
        refused: list[NotAttached],
    ) -> None:
        name = file.filename or ""
        try:
            if self._bans.any:
                self._bans.check(upload.actor, host_of(request), "files")
            stored = await self._uploads.take_in(upload, name, file.file)
        except StorageUnavailable:
            refused.append(NotAttached(name, "unsaved", ""))
        except Refused as reason:
            if isinstance(reason, UploadRefused):
                self._metrics.uploads_refused.labels(reason.reason).inc()
            refused.append(NotAttached(name, _fault_of(reason), (reason.fields or {}).get("file", reason.message)))
        else:
            attached.append(Attached(stored.id, stored.name, stored.size))

    async def _kept(self, ids: Sequence[str], actor: Actor) -> list[Attached]:
        """The files of `ids`, uploaded by an earlier attempt, that `actor` can still attach."""
        if not ids:
            return []

        def found(tx: Tx) -> list[Attached]:
            return [one for id_ in dict.fromkeys(ids) for one in self._found(tx, id_, actor)]

        return await self._storage.read(found)

    def _found(self, tx: Tx, id_: str, actor: Actor) -> Collection[Attached]:
        try:
            file = self._attachments.readable(tx, id_, actor)
        except NotFound:
            return ()
        return () if file.holder is not None else (Attached(file.id, file.name, file.size),)


def _fault_of(refused: Refused) -> str:
    if refused.code == "too_large":
        return "size"
    if refused.code in ("rate_limited", "unavailable"):
        return "later"
    return str(refused.facts.get("fault") or "kind")


def _network(request: Request, actor: Actor) -> str | None:
    return None if actor.identified else network_of(request.client.host if request.client is not None else "")


async def _within(request: Request, incoming: Incoming | None, most: int) -> AsyncGenerator[bytes, None]:
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise _too_large()
        if chunk and incoming is not None:
            await incoming.more(len(chunk))
        yield chunk


def _texts(parsed: FormData) -> dict[str, str]:
    """The text fields of the form, with LF at the end of lines.

    Browsers send CR LF in forms, but scripts send LF. With LF everywhere, a text is stored in the same way, no matter
    whether a browser or a script sent it.
    """
    return {name: value.replace("\r\n", "\n") for name, value in parsed.multi_items() if isinstance(value, str)}


def _too_large() -> Refused:
    return Refused("too_large", f"These files are too large together: at most {FORM_MAX // _MEBI} MB at once.")
