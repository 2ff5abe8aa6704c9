from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from chat.adapters.socket import Direct, SocketPeer, Transacted
from chat.frames.commands import Command, Ping
from chat.wire import REFUSED_BYTES_A_UNIT, REFUSED_MAX, REFUSED_UNITS, Rejected, Wire, error
from refusals import Refused


class Line:
    """A transport that records its frames. `blocked`: it accepts nothing."""

    def __init__(self) -> None:
        self.blocked = False
        self.sent: list[bytes] = []
        self.units: list[int] = []
        self.closed: int | None = None

    def send_text(self, payload: bytes) -> None:
        self.sent.append(payload)

    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        self.sent = [payload() if sent.startswith(start) else sent for sent in self.sent]

    def close(self, code: int, reason: str = "") -> None:
        self.closed = code

    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
    def give_way(self, units: int) -> None:
        self.units.append(units)


class Refusing:
    direct: Mapping[type[Command], Direct] = {}
    transacted: Mapping[type[Command], Transacted] = {}

    def __init__(self) -> None:
        self.stored = asyncio.Event()
        self.over: Refused | None = None

    def allows(self, peer: SocketPeer, received: Command | Rejected) -> Refused | None:
        return self.over

    async def refuse(self, peer: SocketPeer, id_: str, refused: Refused) -> bytes:
        await self.stored.wait()
        return error(id_, refused)

    def gone(self, peer: SocketPeer) -> None: ...
    def answered(self, command: type[Command] | None, outcome: str) -> None: ...


def peer_on(line: Line) -> SocketPeer:
    handlers: Any = None
    return SocketPeer(Wire("customer", frozenset()), line, handlers, address="")


def test_queued_frame_is_replaced_in_place() -> None:
    line = Line()
    peer = peer_on(line)
    line.blocked = True
    for seq in (1, 2, 20):
        peer.send(b'{"chat":"c","seq":%d,"text":"hunter2"}' % seq)
    peer.replace(b'{"chat":"c","seq":2,', lambda: b'{"chat":"c","seq":2,"text":null}')
    peer.replace(b'{"chat":"d","seq":1,', lambda: b"{}")
    line.blocked = False
    peer.writable()
    assert line.sent == [
        b'{"chat":"c","seq":1,"text":"hunter2"}', b'{"chat":"c","seq":2,"text":null}',
        b'{"chat":"c","seq":20,"text":"hunter2"}',
    ]  # fmt: skip
    assert peer.send_queue_bytes == 0


def test_resendable_frame_is_replaced_in_the_transport() -> None:
    line = Line()
    peer = peer_on(line)
    peer.send(b'{"chat":"c","seq":1,"text":"hunter2"}')
    peer.replace(b'{"chat":"c","seq":1,', lambda: b'{"chat":"c","seq":1,"text":null}')
    assert line.sent == [b'{"chat":"c","seq":1,"text":null}']


def test_queued_news_are_dropped_by_key_prefix() -> None:
    line = Line()
    peer = peer_on(line)
    line.blocked = True
    for key in (("TypingEvent", "c", "v"), ("TypingEvent", "d", "v"), ("ReadEvent", "c", "v")):
        peer.send_news(key, " ".join(key).encode())
    peer.drop_news(("TypingEvent", "c"))
    line.blocked = False
    peer.writable()
    assert line.sent == [b"TypingEvent d v", b"ReadEvent c v"]


def refused_frame(size: int) -> bytes:
    start, end = b'{"type":"ping","id":"1","z":"', b'"}'
    return start + b"x" * (size - len(start + end)) + end


@pytest.mark.parametrize("size", [64, 64 * 1024])
async def test_refused_frames_are_charged_on_arrival(size: int) -> None:
    """The first waits for a lookup and the others wait behind it. Each is charged by its size at once."""
    line, handlers = Line(), Refusing()
    peer = SocketPeer(Wire("customer", frozenset({Ping})), line, handlers, address="")
    peer.wire.greeted = True
    for _ in range(10):
        peer.text(refused_frame(size))
    assert line.units == [REFUSED_UNITS + size // REFUSED_BYTES_A_UNIT] * 10 and line.sent == []
    handlers.stored.set()
    while len(line.sent) < 10:
        await asyncio.sleep(0)
    assert len(line.units) == 10


@pytest.mark.parametrize(("seconds_between", "closed"), [(0.0, 4101), (1.0, None)])
def test_connection_with_costly_refused_frames_is_closed_with_4101(seconds_between: float, closed: int | None) -> None:
    """Valid frames in between, rate-limited or not, change nothing. The same number over a longer time is tolerated."""
    line, handlers, size = Line(), Refusing(), 29_730
    handlers.over = Refused("rate_limited", "Too many commands.", retry_after_s=1.0)
    clock = itertools.count(1_000.0, seconds_between)
    served = Wire("customer", frozenset({Ping}))
    peer = SocketPeer(served, line, handlers, address="", seconds=lambda: next(clock))
    most, frames = int(REFUSED_MAX) // (REFUSED_UNITS + size // REFUSED_BYTES_A_UNIT), 0
    while not peer.closed and frames <= most:
        peer.text(refused_frame(size))
        peer.text(b'{"type":"ping","id":"1"}')
        frames += 1
    assert frames == most + 1 and line.closed == closed
