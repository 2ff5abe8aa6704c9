"""The demo's customers. Each has a WebSocket and speaks the protocol, as a widget does.

The customers reconnect, read and answer what an agent writes, and rate the chat when it is over.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import msgspec
import structlog
from uuid_utils import uuid7
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from chat.frames.fields import SUBPROTOCOL
from server.demo.afternoon import Script

log = structlog.get_logger(__name__)

_VERSION = [Subprotocol(SUBPROTOCOL)]
BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0"


class _Frame(msgspec.Struct, forbid_unknown_fields=False):
    """The fields of received frames that a customer uses."""

    type: str
    id: str | None = None
    chat: str | None = None
    chats: list[_Open] = []
    seq: int = 0
    from_: _From | None = msgspec.field(default=None, name="from")


class _Open(msgspec.Struct):
    chat: str


class _From(msgspec.Struct):
    kind: str


@dataclass(frozen=True, slots=True)
class Pace:
    """Delays of scripted people, in seconds."""

    again: float = 2
    """Seconds before reconnecting."""
    reads_after: tuple[float, float] = (1.5, 4)
    letter: float = 0.06
    patience: float = 75
    """Seconds without an answer after which a customer writes once more."""
    comes_every: tuple[float, float] = (8, 22)


@dataclass(slots=True)
class Pass:
    """A customer's proof of identity, if any: the token of an earlier visit, or a signed identity."""

    token: str | None = None
    identity: Callable[[], str] | None = None


@dataclass(slots=True)
class Customer:
    script: Script
    socket_address: str
    proof: Pass
    luck: random.Random
    pace: Pace = Pace()
    _chat: str | None = None
    _written: int = 0
    """Number of the customer's messages in the chat, including those that the server replays."""
    _answered: bool = True
    """True if the customer wrote last."""
    _last_seq: int = 0
    _nudged: bool = False
    _heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def play(self) -> None:
        """Play until the chat is over and rated."""
        while True:
            try:
                async with connect(
                    self.socket_address,
                    subprotocols=_VERSION,
                    compression=None,
                    ping_interval=None,
                    user_agent_header=BROWSER,
                ) as socket:
                    if await self._talk(socket):
                        return
            except (OSError, WebSocketException, TimeoutError) as reason:
                log.debug("a customer of the demo comes back", reason=type(reason).__name__)
            await asyncio.sleep(self.pace.again)

    async def _talk(self, socket: ClientConnection) -> bool:
        """Talk over one connection. Returns True if the chat is over."""
        self._written, self._answered = 0, True
        if not await self._begin(socket):
            return False
        writing = asyncio.create_task(self._write(socket))
        try:
            async for raw in socket:
                frame = msgspec.json.decode(raw, type=_Frame)
                if frame.chat != self._chat or frame.seq <= self._last_seq:
                    continue
                self._last_seq = frame.seq
                if frame.type == "message" and frame.from_ is not None:
                    self._saw(by_staff=frame.from_.kind == "staff")
                elif frame.type == "chat.closed":
                    await self._rate(socket)
                    return True
        finally:
            writing.cancel()
            # Not `suppress(CancelledError)`: it would swallow the cancellation of this task too, which then never ends.
            (ended,) = await asyncio.gather(writing, return_exceptions=True)
            if isinstance(ended, Exception):
                raise ended
        return False

    def _saw(self, *, by_staff: bool) -> None:
        self._answered = not by_staff
        if by_staff:
            self._heard.set()
        else:
            self._written += 1

    async def _begin(self, socket: ClientConnection) -> bool:
        script, hello = self.script, str(uuid7())
        await _say(
            socket,
            type="hello",
            id=hello,
            token=self.proof.token,
            locale=script.locale,
            timezone=script.timezone,
            page=script.pages[-1][1] if script.pages else script.page,
            identity=self.proof.identity() if self.proof.identity else None,
            **({} if script.verified else {"name": script.name, "email": script.email}),
        )
        greeted = await _answer(socket, hello)
        if greeted is None:
            return False
        self._chat = greeted.chats[0].chat if greeted.chats else self._chat
        if self._chat is not None:
            self._last_seq = 0
            await _say(socket, type="chat.resume", id=str(uuid7()), chat=self._chat, after=0)
            return True
        start = str(uuid7())
        await _say(
            socket,
            type="chat.start",
            id=start,
            team=script.team,
            product=script.product,
            subject=script.subject,
            text=script.lines[0].text,
            **({} if script.verified else {"name": script.name, "email": script.email}),
        )
        started = await _answer(socket, start)
        if started is None:
            return False
        self._chat, self._last_seq, self._written = started.chat, started.seq, 1
        return True

    async def _write(self, socket: ClientConnection) -> None:
        while True:
            self._heard.clear()
            if self._answered:
                try:
                    await asyncio.wait_for(self._heard.wait(), self.pace.patience if self._may_nudge() else None)
                except TimeoutError:
                    self._nudged = True
                    await self._type(socket, self.script.nudge or "")
                    continue
            await asyncio.sleep(self.luck.uniform(*self.pace.reads_after))
            await _say(socket, type="read", chat=self._chat, upto=self._last_seq)
            if self._answered:  # this is history, replayed after reconnecting
                continue
            begun = sum(line.by == "customer" for line in self.script.lines)
            said = self._written - begun - self._nudged
            self._answered = True
            if said < len(self.script.then):
                await self._type(socket, self.script.then[max(said, 0)])
                if self.script.ends and said + 1 >= len(self.script.then):
                    await asyncio.sleep(self.luck.uniform(*self.pace.reads_after))
                    await _say(socket, type="chat.end", id=str(uuid7()), chat=self._chat)

    def _may_nudge(self) -> bool:
        return self.script.nudge is not None and not self._nudged

    async def _type(self, socket: ClientConnection, text: str) -> None:
        await _say(socket, type="typing", chat=self._chat, on=True)
        await asyncio.sleep(len(text) * self.pace.letter)
        await _say(socket, type="message.send", id=str(uuid7()), chat=self._chat, text=text)
        self._written += 1

    async def _rate(self, socket: ClientConnection) -> None:
        if self.script.score is None or self._written < 2:
            return
        await asyncio.sleep(self.luck.uniform(*self.pace.reads_after))
        rating = str(uuid7())
        await _say(socket, type="chat.rate", id=rating, chat=self._chat, score=self.script.score)
        await _answer(socket, rating)


async def crowd(
    scripts: Sequence[Script],
    customer_of: Callable[[Script], Customer],
    luck: random.Random,
    comes_every: tuple[float, float] = Pace().comes_every,
) -> None:
    """Start customers one after another until the task is cancelled. Two customers never play the same script at the
    same time."""
    playing: set[Script] = set()

    async def come_and_go(script: Script) -> None:
        playing.add(script)
        await customer_of(script).play()
        playing.discard(script)

    async with asyncio.TaskGroup() as visits:
        for script in itertools.cycle(scripts):
            if script not in playing:
                visits.create_task(come_and_go(script))
            await asyncio.sleep(luck.uniform(*comes_every))


async def _say(socket: ClientConnection, **frame: object) -> None:
    given = {name: value for name, value in frame.items() if value is not None}
    await socket.send(msgspec.json.encode(given).decode())


async def _answer(socket: ClientConnection, id: str) -> _Frame | None:
    """The `ok` to the command `id`. None if the command was refused."""
    async for raw in socket:
        frame = msgspec.json.decode(raw, type=_Frame)
        if frame.id == id and frame.type in ("ok", "error"):
            return frame if frame.type == "ok" else None
    return None
