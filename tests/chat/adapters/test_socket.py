"""The outbox of one connection: what waits in it, and what becomes of that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from chat.adapters.socket import SocketPeer
from chat.wire import Wire


class Line:
    """A transport that keeps what it is given; `blocked`: its peer takes nothing."""

    def __init__(self) -> None:
        self.blocked = False
        self.sent: list[bytes] = []

    def send_text(self, payload: bytes) -> None:
        self.sent.append(payload)

    def replace(self, start: bytes, payload: Callable[[], bytes]) -> None:
        self.sent = [payload() if sent.startswith(start) else sent for sent in self.sent]

    def close(self, code: int, reason: str = "") -> None: ...
    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
    def give_way(self) -> None: ...


def peer_on(line: Line) -> SocketPeer:
    handlers: Any = None
    return SocketPeer(Wire("customer", frozenset()), line, handlers, address="")


def test_what_waits_can_still_be_replaced() -> None:
    """The frame of that place goes out as it is by now, in its place; others as they were; what is gone is gone."""
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
    assert peer._outbox_bytes == 0


def test_what_may_be_sent_again_can_still_be_replaced() -> None:
    """A transport that keeps what it was given is told as well."""
    line = Line()
    peer = peer_on(line)
    peer.send(b'{"chat":"c","seq":1,"text":"hunter2"}')
    peer.replace(b'{"chat":"c","seq":1,', lambda: b'{"chat":"c","seq":1,"text":null}')
    assert line.sent == [b'{"chat":"c","seq":1,"text":null}']


def test_news_that_wait_can_be_dropped() -> None:
    """Those whose key begins so; the others come."""
    line = Line()
    peer = peer_on(line)
    line.blocked = True
    for key in (("TypingEvent", "c", "v"), ("TypingEvent", "d", "v"), ("ReadEvent", "c", "v")):
        peer.send_news(key, " ".join(key).encode())
    peer.drop_news(("TypingEvent", "c"))
    line.blocked = False
    peer.writable()
    assert line.sent == [b"TypingEvent d v", b"ReadEvent c v"]
