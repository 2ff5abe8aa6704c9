"""What is between pages and the desk, and may break."""

from __future__ import annotations

import re

from playwright.async_api import BrowserContext, Page, Route, WebSocketRoute


class Line:
    """The way of frames to the desk, by sockets and by requests, which can be cut."""

    def __init__(self) -> None:
        self._open: list[WebSocketRoute] = []
        self._cut = False
        self._hushed = False

    async def through(self, pages: Page | BrowserContext) -> None:
        """From now on they go through this."""
        await pages.route_web_socket(re.compile("/ws/"), self._opened)
        await pages.route(re.compile("/api/wire"), self._asked)

    async def _opened(self, socket: WebSocketRoute) -> None:
        if self._cut:
            await socket.close(code=1012, reason="cut")
            return
        self._open.append(socket)
        server = socket.connect_to_server()
        server.on_message(lambda frame: None if self._hushed else socket.send(frame))

    async def _asked(self, route: Route) -> None:
        if self._cut:
            # Of a request that fails the browser would complain.
            await route.fulfill(status=204)
        else:
            await route.continue_()

    def hush(self) -> None:
        """What pages say arrives, and what the desk says is lost, until the line is mended."""
        self._hushed = True

    async def cut(self) -> None:
        """What is open breaks, and nothing new is made."""
        self._cut = True
        for socket in self._open:
            await socket.close(code=1012, reason="cut")
        self._open.clear()

    def mend(self) -> None:
        """From now on it can be made again."""
        self._cut = self._hushed = False
