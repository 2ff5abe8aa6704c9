"""A client's connection over `/api/wire`, which looks to the tests like one of the library `websockets`."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from types import SimpleNamespace

import httpx2

from chat.wire import Side
from tests.contract import Frame

LINE = "Switchboard-Line"
JSON = {"Content-Type": "application/json"}
"""How a body is declared that is written here by hand."""


class PolledConnection:
    """Sends each frame by a POST, one after the other, and asks for more as soon as it was told something.

    Every answer but the last is asked for twice, as if it had been lost on the way the first time.
    """

    def __init__(self, http: httpx2.AsyncClient, side: Side) -> None:
        self._http = http
        self._side = side
        self._turn = asyncio.Lock()
        self._opened = asyncio.Event()
        self._line: dict[str, str] = {}
        self._leaving = False
        self._one_by_one: AsyncIterator[str] | None = None
        self.close_code: int | None = None
        self.transport = SimpleNamespace(abort=lambda: None)

    async def send(self, frame: str | bytes | list[str], text: bool | None = None) -> None:
        """One frame, or so many pieces of one; it is text in any case."""
        whole = "".join(frame) if isinstance(frame, list) else frame
        async with self._turn:
            side = "" if self._line else f',"side":"{self._side}"'
            said = f'{{"frames":[{whole if isinstance(whole, str) else whole.decode()}]{side}}}'
            answer = await self._http.post("/api/wire", content=said, headers=JSON | self._line)
            if answer.status_code == 404:
                return  # It has ended, and whoever listens is told.
            answer.raise_for_status()
            self._line = {LINE: answer.json()["line"]}
            self._opened.set()

    async def __aiter__(self) -> AsyncIterator[str]:
        await self._opened.wait()
        after = 0
        while self._line and not self._leaving:
            lost = await self._ask(after)
            # Once it has ended there may be nobody to ask again.
            told = lost if "close" in lost else await self._ask(after)
            # A frame that was lost comes again as it was, with whatever has come meanwhile.
            assert told["frames"][: len(lost["frames"])] == lost["frames"]
            for frame in told["frames"]:
                yield json.dumps(frame)
            after = told["next"]
            if "close" in told:
                self.close_code = told["close"]["code"]
                return

    async def _ask(self, after: int) -> Frame:
        answer = await self._http.get("/api/wire", params={"after": after}, headers=self._line)
        answer.raise_for_status()
        told: Frame = answer.json()
        return told

    async def recv(self) -> str:
        """The next frame, for who does not read them all."""
        self._one_by_one = self._one_by_one or aiter(self)
        return await anext(self._one_by_one)

    async def close(self) -> None:
        """Say that the line is not needed any longer."""
        self._leaving = True
        if self._line and self.close_code is None:
            await self._http.post("/api/wire", json={"frames": [], "close": True}, headers=self._line)
        self._opened.set()
