"""The composition root: makes the ASGI application from the settings."""

from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from importlib.metadata import version

from pwdlib.hashers import HasherProtocol
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from clock import Clock, steady_clock, system_clock
from routing.ports import Floor
from server.edge.allowances import ALLOWANCES, Allowances
from server.edge.deadlines import DEADLINES, Deadlines
from server.edge.mail_port import mail_port
from server.edge.refusal_log import RefusalLog
from server.live.desk import LiveDesk
from server.live.processes.single_process import single_process
from server.live.sweeps import Intervals
from server.operations.article_exchange import ArticleExchange
from server.settings import Settings
from server.tracing.opening import open_tracing
from server.web import Web
from widgets.samples import Samples


class App:
    """The whole program as an ASGI application. Its lifespan opens `desk`, and builds `web` on this desk.

    `steady` is a monotonic clock. `samples` are the people whom the demo's sign-in page offers. `alongside` returns a
    context manager. It is entered after the desk has opened, and left before the desk closes.
    """

    desk: LiveDesk
    web: Web
    mail_port: int | None
    """The port on which mail is accepted, if there is one."""

    def __init__(
        self,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        steady: Clock = steady_clock,
        samples: Samples | None = None,
        alongside: Callable[[], AbstractAsyncContextManager[None]] = nullcontext,
        intervals: Intervals | None = None,
        floor: Floor | None = None,
        hasher: HasherProtocol | None = None,
        deadlines: Deadlines = DEADLINES,
        allowances: Allowances = ALLOWANCES,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._steady = steady
        self._samples = samples
        self._alongside = alongside
        self._intervals = intervals
        self._floor = floor
        self._hasher = hasher
        self._deadlines = deadlines
        self._allowances = allowances
        self._lifespan = Router(lifespan=lambda _: self.opened())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _archives(self) -> ArticleExchange:
        desk = self.desk
        return ArticleExchange(self._settings, desk.storage, desk.uploads.pictures, self._clock, desk.teams)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Keep the desk open during the `async with` block. The ASGI lifespan uses this method."""
        refusal_log, instance = RefusalLog(self._clock), f"{self._settings.host}.{secrets.token_hex(4)}"
        tracing = open_tracing(os.environ, version("switchboard-live-desk"), instance)
        given = (self._settings, self._clock, self._steady, refusal_log.keep, self._intervals, self._floor)
        self.desk = await LiveDesk.open(*given, self._hasher, tracing)
        try:
            shown = (self._settings, self.desk, refusal_log, self._samples, self._deadlines, self._allowances)
            self.web = Web(*shown, self._archives(), tracing)
            self._app = tracing.app(self.web.app)
            try:
                listening = mail_port(self._settings.mail_listen, self.desk.reception)
                single = single_process(self._settings, self.desk.storage, self._clock)
                async with listening as self.mail_port, single, self._alongside():
                    yield
            finally:
                await self.web.close()
        finally:
            await self.desk.close()
            await tracing.close()
