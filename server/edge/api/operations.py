"""What operators and their machines ask: alive, ready for traffic, figures."""

from __future__ import annotations

import asyncio
import hmac
from typing import Literal

from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from refusals import Refused
from server.edge.api.bodies import answer
from server.edge.api.registry import ANYONE, OPERATOR, Answer, Operation
from server.edge.authentication import desk_of
from server.settings.origins import host_of, host_of_url, is_loopback
from storage.ports import StorageUnavailable

READY_WITHIN_S = 1.0
"""A store that does not answer within this is not there."""


class Health(Struct, frozen=True):
    """In one word."""

    status: Literal["ok", "ready"]


async def healthz(request: Request) -> Response:
    """The process runs and its loop turns."""
    return answer(Health("ok"))


async def readyz(request: Request) -> Response:
    """Traffic may come: the store can be read, and is the one that was opened."""
    try:
        async with asyncio.timeout(READY_WITHIN_S):
            await desk_of(request).storage.check()
    except TimeoutError:
        raise StorageUnavailable from None
    return answer(Health("ready"))


async def metrics(request: Request) -> Response:
    """The figures: for who knows METRICS_TOKEN. Where there is none, for this machine alone, and only on a desk that
    nobody reaches from elsewhere."""
    desk = desk_of(request)
    token = desk.settings.metrics_token
    if token is None:
        if not is_loopback(host_of_url(desk.settings.base_url)):
            raise Refused("forbidden", "Metrics need a token. Set METRICS_TOKEN and send it as a bearer token.")
        if not _from_this_machine(request):
            raise Refused(
                "forbidden",
                "Metrics are only available from this machine. Set METRICS_TOKEN to read them from elsewhere.",
            )
    else:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode(), token.get_secret_value().encode())
        if scheme.lower() != "bearer" or not right:
            raise Refused("unauthorized", "Send METRICS_TOKEN as `Authorization: Bearer TOKEN`.")
    return Response(
        desk.metrics.exposition(), headers={"Cache-Control": "no-store"}, media_type=desk.metrics.content_type
    )


_BY_PROXY = ("x-forwarded-for", "forwarded", "x-real-ip", "via")


def _from_this_machine(request: Request) -> bool:
    # A proxy on this machine asks from loopback too, for anybody; and so does a page whose name was made to lead here.
    if request.client is None or any(name in request.headers for name in _BY_PROXY):
        return False
    return is_loopback(request.client.host) and is_loopback(host_of(request.headers.get("host", "")) or "")


OPERATIONS = (
    Operation(
        method="GET",
        path="/healthz",
        endpoint=healthz,
        summary="Alive?",
        callers=ANYONE,
        answers=(Answer(200, "The process runs and its loop turns.", Health),),
    ),
    Operation(
        method="GET",
        path="/readyz",
        endpoint=readyz,
        summary="Ready for traffic?",
        callers=ANYONE,
        answers=(Answer(200, "The store can be read.", Health),),
    ),
    Operation(
        method="GET",
        path="/metrics",
        endpoint=metrics,
        summary="Figures for Prometheus",
        callers=OPERATOR,
        answers=(Answer(200, "The text exposition format.", media_type="text/plain"),),
    ),
)
