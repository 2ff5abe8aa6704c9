"""A minimal protocol client that records its history: it reconnects, resumes, and resends what is unacknowledged."""

from __future__ import annotations

import asyncio
import json
from typing import Any, Literal

from uuid_utils import uuid7
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from chat.frames.fields import SUBPROTOCOL
from chat.wire import Side
from tests.faults.history import Frame, History
from tests.faults.polled import PolledLine
from tests.running import DEADLINE_S, cancelled

Way = Literal["socket", "http"]
HOLD_S = 8.0
"""For how long the server keeps a poll without frames."""
HERE = "here"
"""The id of the command by which an agent takes chats."""


class Survivor:
    """One person, over as many connections as it takes."""

    def __init__(
        self,
        port: int,
        *,
        bearer: str | None = None,
        patience_s: float | None = None,
        way: Way = "socket",
        capacity: int = 50,
    ) -> None:
        """`patience_s`: on a socket it pings after this long without a frame, and reconnects after as long again. Over
        HTTP it gives a request up after four times as long. `capacity`: of an agent, the number of chats at once."""
        self._capacity = capacity
        self._port = port
        self._patience_s = patience_s
        self._way = way
        self._side: Side = "staff" if bearer else "customer"
        self._headers = {"Authorization": f"Bearer {bearer}"} if bearer else None
        self._token: str | None = None
        self._outbox: dict[str, Frame] = {}
        self._frames: dict[str, Frame] = {}
        self._line: ClientConnection | PolledLine | None = None
        self._running: asyncio.Task[None] | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._resuming: set[str] = set()
        self.history = History("", staff=bearer is not None)
        self.last: dict[str, int] = {}
        self.open: dict[str, None] = {}
        """Open chats that it knows, oldest first."""
        self.left: set[str] = set()
        """Of an agent: chats that went on without them. They see no more of these."""
        self.live = False
        """True after `hello`, the resume commands and the resent outbox."""
        self.available = False
        """Of an agent: the desk knows that they take chats."""
        self.connected = 0
        self.unavailable = 0
        """Number of `unavailable` answers."""
        self.errors: list[Frame] = []

    @property
    def in_flight(self) -> int:
        return len(self._outbox)

    @property
    def fault(self) -> BaseException | None:
        """The exception that ended it. Nobody connects for this person any more."""
        running = self._running
        return running.exception() if running is not None and running.done() and not running.cancelled() else None

    @property
    def caught_up(self) -> bool:
        """Whether every resume on this connection is answered."""
        return self.live and not self._resuming

    @property
    def under_way(self) -> list[str]:
        return list(self._outbox) if self.live else []

    def start(self) -> None:
        self._running = asyncio.create_task(self._run())

    async def stop(self) -> None:
        await cancelled(*self._sending, *([self._running] if self._running is not None else []))
        self.live = False

    async def commit(self, type_: str, **fields: Any) -> str:
        """Send a durable command now or after reconnecting; its id."""
        id_ = str(uuid7())
        self._outbox[id_] = self._frames[id_] = {"type": type_, "id": id_, **fields}
        self.history.sent[id_] = fields.get("text", "")
        if self.live and self._line is not None:
            await self._write(self._outbox[id_])
        return id_

    async def repeat(self, id_: str, text: str) -> None:
        """Send a command again on the same connection, with another text."""
        frame = {**self._frames[id_], "text": text}
        if self._way == "http" and id_ not in self.history.acknowledged:
            self.history.overtaking[id_].add(text)
        if self.live and self._line is not None:
            await self._write(frame)

    def _try_again(self, line: ClientConnection | PolledLine | None, id_: str) -> None:
        if self.live and self._line is line and id_ in self._outbox:
            self._sending.add(task := asyncio.create_task(self._write(self._outbox[id_])))
            task.add_done_callback(self._sending.discard)

    async def _write(self, frame: Frame) -> None:
        line = self._line
        assert line is not None
        try:
            await line.send(json.dumps(frame))
        except (OSError, WebSocketException):
            # There may be another by now.
            if line is self._line:
                self.live = False

    async def _run(self) -> None:
        while True:
            try:
                async with self._open() as line:
                    self._line = line
                    await self._talk(line)
            except (OSError, WebSocketException, TimeoutError):
                pass
            self.live = False
            await asyncio.sleep(0.05)

    def _open(self) -> connect | PolledLine:
        if self._way == "http":
            limit_s = DEADLINE_S if self._patience_s is None else 4 * self._patience_s + HOLD_S
            return PolledLine(self._port, self._side, self._headers, limit_s)
        return connect(
            f"ws://127.0.0.1:{self._port}/ws/{self._side}", additional_headers=self._headers, proxy=None,
            subprotocols=[Subprotocol(SUBPROTOCOL)], compression=None, open_timeout=5,
            ping_interval=self._patience_s, ping_timeout=self._patience_s, close_timeout=1,
        )  # fmt: skip

    async def _talk(self, line: ClientConnection | PolledLine) -> None:
        hello: Frame = {"type": "hello", "id": "hello"}
        if self._token is not None:
            hello["token"] = self._token
        await line.send(json.dumps(hello))
        greeting = json.loads(await line.recv())
        if greeting["type"] != "ok":
            self.errors.append(greeting)
            return
        self.history.person = greeting.get("visitor") or greeting["staff"]
        self._token = greeting.get("token")
        self.history.connections.append([])
        self.history.resumed.append(dict(self.last))
        self.connected += 1
        self.available = greeting.get("status") == "available"
        if self._side == "staff" and not self.available:
            await line.send(
                json.dumps({"type": "presence.set", "id": HERE, "status": "available", "capacity": self._capacity})
            )
        chats = dict.fromkeys([*self.open, *(about["chat"] for about in greeting["chats"])])
        self._resuming = {f"resume {chat}" for chat in chats}
        for chat in chats:
            frame = {"type": "chat.resume", "id": f"resume {chat}", "chat": chat, "after": self.last.get(chat, 0)}
            await line.send(json.dumps(frame))
        sent = 0
        # It may grow meanwhile. What it holds is acknowledged only below.
        while sent < len(self._outbox):
            await line.send(json.dumps(list(self._outbox.values())[sent]))
            sent += 1
        self.live = True
        async for text in line:
            self._hear(json.loads(text))

    def _hear(self, frame: Frame) -> None:
        id_ = frame.get("id")
        if frame["type"] in ("ok", "error"):
            self._resuming.discard(str(id_))
        if frame["type"] == "ok" and id_ == HERE:
            self.available = True
        if frame["type"] == "error":
            if id_ in self.history.sent and frame["code"] == "unavailable":
                self.unavailable += 1
                asyncio.get_running_loop().call_later(frame["retry_after_s"], self._try_again, self._line, id_)
                return
            self.errors.append(frame)
            self._outbox.pop(str(id_), None)
            if str(id_).startswith("resume ") and frame["code"] == "unavailable":
                raise ConnectionResetError  # Nothing of the chat arrives here. The next connection resumes it.
            return
        if frame["type"] == "ok" and id_ in self.history.sent:
            self.history.fresh[id_] += "dup" not in frame
            self.history.answers[id_].append({name: value for name, value in frame.items() if name != "dup"})
            self.history.acknowledged.setdefault(id_, frame)
            self._outbox.pop(id_, None)
        if id_ in self._outbox and "seq" in frame:
            # Our own event in a replay: as good as its `ok`.
            self.history.acknowledged[self._outbox.pop(id_)["id"]] = frame
        if (
            "chat" not in frame
            or "seq" not in frame
            or frame.get("dup")
            or (frame["type"] == "ok" and id_ not in self.history.sent)
        ):
            return
        if self._is_out_of_place(frame):
            if f"resume {frame['chat']}" not in self._resuming:
                raise ConnectionResetError  # The next connection resumes the chat.
            return
        if "position" in frame:
            # The `ok` to chat.start stands in the place of both events that it wrote.
            self.history.connections[-1].append({"chat": frame["chat"], "seq": 1, "prev": 0})
        self.history.connections[-1].append(frame)
        self._went_on(frame)

    def _is_out_of_place(self, frame: Frame) -> bool:
        """True for an `ok` that was sent although earlier events of the chat were not, as its `prev` says."""
        last = self.last.get(frame["chat"])
        return frame["type"] == "ok" and last is not None and frame.get("prev", last) > last

    def _went_on(self, frame: Frame) -> None:
        chat = frame["chat"]
        if chat not in self.last:
            self.open[chat] = None
        self.last[chat] = max(self.last.get(chat, 0), frame["seq"])
        if frame["type"] == "chat.closed" or "ticket" in frame:
            self.open.pop(chat, None)
        elif frame["type"] == "chat.left" and frame["who"]["id"] == self.history.person:
            self.open.pop(chat, None)
            self.left.add(chat)
        elif frame["type"] == "chat.assigned" and frame["staff"]["id"] == self.history.person:
            self.open[chat] = None
            self.left.discard(chat)
