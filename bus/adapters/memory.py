"""A transport inside one process, for several desks in one event loop."""

from __future__ import annotations

import asyncio

from bus.ports import Link, Receive, Unreachable


class MemoryTransport:
    payload_max = 8_000

    def __init__(self) -> None:
        self._links: set[_MemoryLink] = set()
        self._down = False

    async def connect(self, receive: Receive) -> Link:
        if self._down:
            raise Unreachable("the transport is down")
        link = _MemoryLink(self._links, receive)
        self._links.add(link)
        return link

    def go_down(self) -> None:
        """End all links, and refuse new ones until `come_up`."""
        self._down = True
        for link in tuple(self._links):
            link.cut()

    def come_up(self) -> None:
        self._down = False


class _MemoryLink:
    def __init__(self, links: set[_MemoryLink], receive: Receive) -> None:
        self._links = links
        self._receive = receive
        self.lost = asyncio.Event()

    async def send(self, payload: str) -> None:
        if self.lost.is_set():
            raise Unreachable("the link is closed")
        for link in tuple(self._links):
            link._receive(payload)

    async def close(self) -> None:
        self.cut()

    def cut(self) -> None:
        self._links.discard(self)
        self.lost.set()
