"""A real SMTP server that keeps what it takes, and refuses what it is told to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Sink:
    """`refusals` are given first, one a letter; then letters are taken."""

    port: int = 0
    refusals: list[str] = field(default_factory=list)
    taken: list[Envelope] = field(default_factory=list)

    @property
    def contents(self) -> list[bytes]:
        """The letters that were taken, as bytes."""
        return [content for each in self.taken if isinstance(content := each.content, bytes)]

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        self.taken.append(envelope)
        return "250 OK"

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


S = TypeVar("S", bound=Sink)


@asynccontextmanager
async def mail_sink(*refusals: str) -> AsyncIterator[Sink]:
    """A sink that gives these refusals first."""
    async with served(Sink(refusals=list(refusals))) as sink:
        yield sink


@asynccontextmanager
async def served(sink: S) -> AsyncIterator[S]:
    """The sink, on a free port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, hostname="sink.example", loop=loop), "127.0.0.1", 0)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        server.close()
        await server.wait_closed()
