"""uvicorn with our protocols around a small application, without a desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import uvicorn
from pydantic import SecretStr
from starlette.types import ASGIApp

from server.edge.connections import Connections
from server.edge.deadlines import DEADLINES, Deadlines
from server.edge.serving_config import ServingConfig
from server.serving import config_of, listening_socket
from server.settings import Settings
from tests.running import eventually


class Served:
    def __init__(self, port: int, server: uvicorn.Server) -> None:
        self.port = port
        self._server = server

    @property
    def connections(self) -> int:
        return len(self._server.server_state.connections)


def config_for(app: ASGIApp, deadlines: Deadlines = DEADLINES) -> ServingConfig:
    """With the limits of a desk."""
    return config_of(app, Settings(data=Path("unused"), secret=SecretStr("0123456789abcdef" * 2)), deadlines)


@asynccontextmanager
async def served(
    app: ASGIApp, deadlines: Deadlines = DEADLINES, held: Connections | None = None
) -> AsyncIterator[Served]:
    """On a free port. `held` replaces the limits on connections."""
    config = config_for(app, deadlines)
    if held is not None:
        config.held = held
    listening = listening_socket("127.0.0.1", 0)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        await eventually(lambda: server.started, "the server starts")
        yield Served(listening.getsockname()[1], server)
    finally:
        server.should_exit = True
        await serving
