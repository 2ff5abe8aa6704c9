"""A connection over `/api/wire`, as the browser library makes it, with the interface of a WebSocket."""

from __future__ import annotations

import asyncio
import json
import ssl
from types import TracebackType
from typing import Self

import httpx2

from chat.wire import Side
from server.edge.api.wire import FRAMES_MAX
from server.edge.polled import LINE
from tests.polling import JSON
from tests.running import DEADLINE_S, cancelled

# Never used. Without it, each client would load all certificate authorities.
_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


class PolledLine:
    """Frames written during a request go with the next one. A lost GET is repeated. After a failed POST, or when the
    server has closed it, the connection is over and raises ConnectionError."""

    def __init__(self, port: int, side: Side, headers: dict[str, str] | None, limit_s: float = DEADLINE_S) -> None:
        self._side = side
        self._http = httpx2.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers=headers, trust_env=False, timeout=limit_s, verify=_NO_TLS
        )
        self._line: dict[str, str] = {}
        self._unsent: list[str] = []
        self._heard: asyncio.Queue[str | None] = asyncio.Queue()
        """None at the end."""
        self._over = False
        self._posting: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over = True
        await cancelled(*(task for task in (self._posting, self._asking) if task is not None))
        await self._http.aclose()

    async def send(self, text: str) -> None:
        """Queue a frame. Raises ConnectionError if the connection is over."""
        if self._over:
            raise ConnectionResetError
        self._unsent.append(text)
        if self._posting is None or self._posting.done():
            self._posting = asyncio.create_task(self._post())

    async def recv(self) -> str:
        """The next frame. Raises ConnectionError if there will be none."""
        text = await self._heard.get()
        if text is None:
            raise ConnectionResetError
        return text

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> str:
        return await self.recv()

    async def _post(self) -> None:
        while self._unsent and not self._over:
            frames = self._unsent[:FRAMES_MAX]
            side = "" if self._line else f',"side":"{self._side}"'
            try:
                answer = await self._http.post(
                    "/api/wire", content=f'{{"frames":[{",".join(frames)}]{side}}}', headers=JSON | self._line
                )
                answer.raise_for_status()
                line = answer.json()["line"]
            except (httpx2.HTTPError, ValueError):
                self._end()
                return
            del self._unsent[: len(frames)]
            if not self._line:
                self._line = {LINE: line}
                self._asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        after = failures = 0
        while not self._over:
            try:
                answer = await self._http.get("/api/wire", params={"after": after}, headers=self._line)
                answer.raise_for_status()
                told = answer.json()
            except (httpx2.HTTPError, ValueError) as error:
                failures += 1
                if failures > 1 or isinstance(error, httpx2.HTTPStatusError):
                    self._end()
                continue
            failures, after = 0, told["next"]
            for frame in told["frames"]:
                self._heard.put_nowait(json.dumps(frame))
            if "close" in told:
                self._end()

    def _end(self) -> None:
        self._over = True
        self._heard.put_nowait(None)
