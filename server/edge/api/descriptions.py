"""Serves the descriptions of the HTTP calls and of the sockets."""

from __future__ import annotations

from starlette.responses import Response

from server.edge.api.registry import JSON, Answer, Api, Call, Operation


class DescriptionsApi(Api):
    def __init__(self, openapi: bytes, asyncapi: bytes) -> None:
        self._openapi = openapi
        self._asyncapi = asyncapi

    async def openapi(self, call: Call) -> Response:
        return Response(self._openapi, media_type=JSON)

    async def asyncapi(self, call: Call) -> Response:
        return Response(self._asyncapi, media_type=JSON)

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
