"""Work for a request, as long as somebody waits for its answer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.requests import ClientDisconnect, Request

LOST = "switchboard.lost"
"""Key of the scope: called when the connection of the request under way is gone (`server.edge.http_transport`)."""
GONE = "switchboard.gone"
"""Key of the request's state: it is gone."""


@asynccontextmanager
async def while_asked(request: Request) -> AsyncIterator[None]:
    """The block is cancelled once the connection is gone, and not begun where it is gone already. Raises
    ClientDisconnect then."""
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
