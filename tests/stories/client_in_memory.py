"""A connection without a socket: the frames that it got, in memory."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from msgspec import json

from server.edge.peers import ServedPeer
from tests.running import Frame

DEADLINE_S = 60.0
_numbers = count(1)


class Line:
    """The server's end of a connection. It keeps the frames."""

    def __init__(self) -> None:
        self.blocked = False
        self.closed: int | None = None
        self.frames: list[Frame] = []
        self.answers: dict[str, Frame] = {}
        self.answered: Counter[str] = Counter()
        """How often each command was answered, by its id."""
        self.said = asyncio.Event()

    def send_text(self, payload: bytes) -> None:
        frame: Frame = json.decode(payload)
        if frame["type"] in ("ok", "error") and "id" in frame:
            self.answers[frame["id"]] = frame
            self.answered[frame["id"]] += 1
        else:
            self.frames.append(frame)
        self.said.set()

    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        """Does nothing: each frame was received."""

    def close(self, code: int, reason: str = "") -> None:
        self.closed = code
        self.said.set()

    def pause_reading(self) -> None:
        """Does nothing, like the two below: tests wait for each answer."""

    def resume_reading(self) -> None: ...

    def give_way(self, units: int) -> None: ...


@dataclass
class Client:
    peer: ServedPeer
    line: Line
    greeting: Frame = field(default_factory=dict)
    token: str = ""
    """With it the same person can connect again."""

    async def ask(self, type_: str, **fields: object) -> Frame:
        """The answer to a command. A closed connection answers with the error `closed`."""
        return await self.answer(self.send(type_, **fields))

    def send(self, type_: str, **fields: object) -> str:
        """Send a command without waiting. Returns its id, a new one unless given."""
        id_ = str(fields.pop("id", None) or f"command {next(_numbers)}")
        self.peer.text(json.encode({"type": type_, "id": id_, **fields}))
        return id_

    def tell(self, type_: str, **fields: object) -> None:
        """Send a command that is not answered."""
        self.peer.text(json.encode({"type": type_, **fields}))

    async def answer(self, id_: str) -> Frame:
        async with asyncio.timeout(DEADLINE_S):
            while id_ not in self.line.answers:
                if self.line.closed is not None or self.peer.closed:
                    return {"type": "error", "code": "closed", "message": "the line is closed"}
                self.line.said.clear()
                await self.line.said.wait()
        return self.line.answers.pop(id_)

    async def command(self, type_: str, **fields: object) -> Frame:
        """The `ok` to a command."""
        answer = await self.ask(type_, **fields)
        assert answer["type"] == "ok", answer
        return answer

    async def refused(self, code: str, type_: str, **fields: object) -> Frame:
        """The `error` to a command, which must be of that code."""
        answer = await self.ask(type_, **fields)
        assert answer.get("code") == code, answer
        return answer

    def heard(self, type_: str, **facts: object) -> list[Frame]:
        """The frames of that type and with those facts, oldest first."""
        return [f for f in self.line.frames if f["type"] == type_ and facts.items() <= f.items()]

    def last(self, type_: str, **facts: object) -> Frame | None:
        """The newest such frame."""
        return next(iter(self.heard(type_, **facts)[::-1]), None)

    def newest(self, type_: str, **facts: object) -> Frame:
        """Like `last`, and fails if there is none."""
        found = self.last(type_, **facts)
        assert found is not None, f"no {type_} {facts}; heard {self.line.frames}"
        return found

    def durable(self, chat: str) -> list[str]:
        """The types of the durable events of a chat, as they came."""
        return [f["type"] for f in self.line.frames if f.get("chat") == chat and "seq" in f]
