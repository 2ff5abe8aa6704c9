"""`/api/v2/uploads`: files whose content is the whole body."""

from __future__ import annotations

import asyncio
from tempfile import TemporaryFile

from starlette.requests import ClientDisconnect
from starlette.responses import Response

from attachments.adapters.pictures.pool import Gone
from attachments.adapters.uploads import Upload, Uploads
from attachments.inspection import SIZE_MAX, too_large
from server.edge.api.bodies import answer
from server.edge.api.queries import text
from server.edge.api.registry import Answer, Api, Binary, Call, Operation
from zendesk.reading import attachment
from zendesk.shapes import OneUpload, UploadMade

_NAME = text("filename", "The file's name.")


class ZendeskUploadsApi(Api):
    def __init__(self, uploads: Uploads, body_max: int, base_url: str) -> None:
        self._uploads = uploads
        self._body_max = body_max
        self._base_url = base_url

    async def upload(self, call: Call) -> Response:
        request = call.request
        upload = Upload(call.actor, None, request.is_disconnected)
        size = int(request.headers.get("content-length", SIZE_MAX))
        if size > self._body_max:
            raise too_large()
        async with self._uploads.admitted(upload, size) as incoming:
            with TemporaryFile() as content:
                received = 0
                async for chunk in request.stream():
                    received += len(chunk)
                    if received > self._body_max:
                        raise too_large()
                    if chunk:
                        await incoming.more(len(chunk))
                        await asyncio.to_thread(content.write, chunk)
                content.seek(0)
                try:
                    file = await self._uploads.take_in(upload, call.query[_NAME] or "file", content)
                except Gone:
                    raise ClientDisconnect from None
        shown = attachment(file.id, file.name, file.type, file.size, self._base_url)
        return answer(OneUpload(UploadMade(file.id, shown, [shown])), status=201)

    OPERATIONS = (
        Operation(
            method="POST",
            path="/api/v2/uploads",
            endpoint=upload,
            summary="Upload a file, as Zendesk does",
            needs=("change", "tickets"),
            in_query=(_NAME,),
            body=Binary(),
            answers=(Answer(201, "The stored file. Send its token in a comment within a day.", OneUpload),),
        ),
    )
