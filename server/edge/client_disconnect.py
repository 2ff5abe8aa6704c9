"""Cancels a request's work when the connection of the request is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

LOST = "switchboard.lost"
"""A key of the ASGI scope. Its value is a function. `server.edge.http_transport` calls it if the connection is lost
during the request."""
GONE = "switchboard.gone"
"""A key of the request's state. `True` there means that the connection is lost."""


@asynccontextmanager
async def cancelled_on_disconnect(request: Request) -> AsyncIterator[None]:
    """If the connection is lost during the block, cancel the block and raise ClientDisconnect.

    Also raises ClientDisconnect if the connection is lost before the block begins.
    """
    if GONE in request.scope.get("state", ()):
        raise ClientDisconnect
    asked = asyncio.timeout(None)
    request.scope[LOST] = lambda: asked.reschedule(0.0)
    try:
        async with asked:
            yield
    except TimeoutError:
        if asked.expired():
            raise ClientDisconnect from None
        raise
    finally:
        request.scope.pop(LOST, None)
