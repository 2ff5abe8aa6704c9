"""Serves the descriptions of the HTTP calls and of the sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.responses import Response

from server.edge.api.registry import JSON, Answer, Api, Call, Operation


class DescriptionsApi(Api):
    def __init__(self, openapi: Callable[[], bytes], asyncapi: Callable[[], bytes]) -> None:
        """Each is called in a thread, as the first call may take 0.3 s."""
        self._openapi = openapi
        self._asyncapi = asyncapi

    async def openapi(self, call: Call) -> Response:
        return Response(await asyncio.to_thread(self._openapi), media_type=JSON)

    async def asyncapi(self, call: Call) -> Response:
        return Response(await asyncio.to_thread(self._asyncapi), media_type=JSON)

    OPERATIONS = (
        Operation(
            method="GET",
            path="/api/openapi.json",
            endpoint=openapi,
            summary="This description",
            answers=(Answer(200, "OpenAPI 3.1.", dict),),
        ),
        Operation(
            method="GET",
            path="/api/asyncapi.json",
            endpoint=asyncapi,
            summary="The description of the WebSockets",
            answers=(Answer(200, "AsyncAPI 3.", dict),),
        ),
    )
