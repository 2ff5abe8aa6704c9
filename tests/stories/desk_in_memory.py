"""The whole desk without a server: connections in memory, a clock that the test moves, sweeps that the test runs.

The database and the dispatcher are real. Nothing happens by itself except what follows from a commit. It handles
thousands of commands in the time that sockets take for hundreds.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import httpx2
import structlog
from starlette.requests import HTTPConnection

from chat.wire import Side
from identity.tokens import SCOPES, fingerprint
from routing.ports import Floor
from server.app import App
from server.edge.authentication import Proof
from server.edge.deadlines import Deadlines
from server.live.desk import LiveDesk
from server.live.sweeps import Intervals
from server.settings import Limits, Settings
from server.web import Web
from tests.loop_floor import LoopFloor
from tests.running import Frame, GivenSettings, SettableClock, enrol
from tests.servers import database
from tests.stories.client_in_memory import DEADLINE_S, Client, Line

NEVER_S = 1e6
HERE = "127.0.0.1"
_BY_HAND = Intervals(
    sweep=NEVER_S,
    rights=NEVER_S,
    marks=NEVER_S,
    reconcile=NEVER_S,
    sessions=NEVER_S,
    expire_files=NEVER_S,
    tidy=NEVER_S,
    indexing=NEVER_S,
    mail=NEVER_S,
    news=0.0,
    floor=NEVER_S,
    reports=NEVER_S,
)
"""No sweep runs by itself. News are sent at once."""


class DeskInMemory:
    """A desk with its data in a folder. See `desk_in_memory`."""

    def __init__(
        self,
        folder: Path,
        hours: str,
        floor: Callable[[], Floor] = LoopFloor,
        database_url: str | None = None,
        **given: Any,
    ) -> None:
        """On SQLite in the folder, or on the migrated PostgreSQL database at `database_url`. `given`: settings."""
        self.clock = SettableClock()
        if database_url is not None:
            given |= {"database_url": database_url, "secret": "a secret of the tests, long enough for it"}
        else:
            with database("sqlite", folder):
                (folder / "test.db").rename(folder / "switchboard.db")
        self.hours = folder / "hours.yaml"
        self.hours.write_text(hours, encoding="utf-8")
        self.clients: list[Client] = []
        self.faults: list[str] = []
        """Errors that the program logged, and repairs that it made."""
        self._settings = GivenSettings(data=folder, hours=self.hours, **{"rate_limits": Limits(off=True)} | given)
        self._make_floor = floor
        self._opened = AsyncExitStack()
        # In place, as structlog's own `capture_logs` does: loggers that were used before keep this very list.
        self._processors: list[object] = structlog.get_config()["processors"]
        self._configured = self._processors.copy()
        self._processors[:] = [self._overhear]

    async def open(self) -> Self:
        asyncio.get_running_loop().set_exception_handler(self._failed)
        self.floor = self._make_floor()
        self.desk, self._web = await self._open(self.floor, self._settings)
        self.desks = [self.desk]
        return self

    async def _open(self, floor: Floor, settings: Settings) -> tuple[LiveDesk, Web]:
        app = App(
            settings,
            clock=self.clock,
            steady=self.clock.steady,
            intervals=_BY_HAND,
            floor=floor,
            deadlines=Deadlines(hello_s=NEVER_S),
        )
        await self._opened.enter_async_context(app.opened())
        return app.desk, app.web

    async def close(self) -> None:
        await self._opened.aclose()
        self.clients.clear()

    async def restart(self, away_s: float = 0) -> None:
        """Close, let the time pass, and open on the same data."""
        await self.close()
        self.clock.forward(away_s)
        await self.open()

    def end(self) -> None:
        """Restore the configuration of the log."""
        self._processors[:] = self._configured

    # -- people -------------------------------------------------------------------------------

    async def enrol(
        self, name: str, *, role: str = "agent", teams: tuple[str, ...] = ("media",), capacity: int = 5
    ) -> tuple[str, str]:
        """Add a person of staff. Returns their id and a token."""
        return await enrol(self.desk.storage, f"{name.lower()}@desk.example", name, role, teams, capacity)

    async def staff(self, token: str) -> Client:
        """Connect with this token and say hello. If the token is not valid, the connection is closed."""
        found = await self.desk.people.actor_of_token(token)
        if found is None:
            client = self._connect("staff", None)
            client.peer.close(4001, "sign in first")
            return client
        actor, scopes = found
        client = await self._greeted(self._connect("staff", Proof(actor, scopes, "token", fingerprint(token))))
        client.token = token
        return client

    async def customer(self, token: str | None = None, *, address: str = HERE, **hello: object) -> Client:
        """Connect and say hello."""
        known = {"token": token} if token is not None else {}
        client = await self._greeted(self._connect("customer", None, address), **known, **hello)
        client.token = client.greeting.get("token", "")
        return client

    def http(self, token: str, address: str = HERE) -> httpx2.AsyncClient:
        """HTTP without a socket."""
        transport = httpx2.ASGITransport(app=self._web.app, client=(address, 1))
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.AsyncClient(base_url=self._settings.base_url, headers=headers, transport=transport)

    def _connect(self, side: Side, proof: Proof | None, address: str = HERE) -> Client:
        assert proof is None or proof.scopes <= set(SCOPES)
        line = Line()
        scope = {"type": "websocket", "headers": [], "client": (address, 1)}
        client = Client(self._next_web().sockets.hand_over(HTTPConnection(scope), side, line, proof), line)
        self.clients.append(client)
        return client

    def _next_web(self) -> Web:
        """Where the next connection is made."""
        return self._web

    async def _greeted(self, client: Client, **hello: object) -> Client:
        client.greeting = await client.ask("hello", **hello)
        return client

    async def cut(self, client: Client) -> None:
        """Break the connection."""
        client.peer.lost()
        self.clients.remove(client)

    # -- time ---------------------------------------------------------------------------------

    async def settle(self, *, after_a_while: bool) -> None:
        """Wait until everything is placed and sent, and run sweeps: all `after_a_while`, else those of slots and
        offers only. Revoked access is separate, see `show_out`."""
        await self.quiet()
        for sweep in self._sweeps(after_a_while=after_a_while):
            await sweep()
        await self.quiet()
        self.floor.forgive()
        await self.quiet()
        self.clients = [client for client in self.clients if client.line.closed is None]

    def _sweeps(self, *, after_a_while: bool) -> Sequence[Callable[[], Awaitable[None]]]:
        desk = self.desk
        if not after_a_while:
            return desk.offer_deadlines.sweep, desk.answered_chats.sweep
        return (
            *(one.clock_jumps.follow for one in self.desks),
            desk.due_chats.sweep,
            desk.offer_deadlines.sweep,
            desk.absences.sweep,
            desk.answered_chats.sweep,
            desk.overflow.sweep,
            desk.queue_alarms.sweep,
            desk.wrap_ups.sweep,
            *(one.hours_news.sweep for one in self.desks),
            desk.closing_time.sweep,
            *(one.reconcile.sweep for one in self.desks),
        )

    async def show_out(self) -> None:
        """Close the connections of people whose access was revoked, and release their chats."""
        await self.quiet()
        for desk in self.desks:
            await desk.revoked_access.close_revoked()
        await self.desk.revoked_access.release_from_disabled()

    async def quiet(self) -> None:
        """Wait until nothing is under way."""
        async with asyncio.timeout(DEADLINE_S):
            while any(not desk.idle for desk in self.desks) or any(client.peer.is_busy for client in self.clients):
                await asyncio.sleep(0.001)

    async def rewrite_hours(self, text: str) -> None:
        """Replace the hours file, and let the desk read it."""
        self.hours.write_text(text, encoding="utf-8")
        for desk in self.desks:
            for _ in range(2):
                await desk.hours_file.sweep()
            assert desk.hours_file.faults == (), desk.hours_file.faults

    # -- faults -------------------------------------------------------------------------------

    def _overhear(self, logger: object, method: str, event: Frame) -> Frame:
        if method in ("error", "exception", "critical") or event.get("event") in ("chat_adopted", "claims_fail"):
            error = f" {sys.exception()!r}" if event.get("exc_info") else ""
            self.faults.append(f"{method}: {dict(event)}{error}")
        raise structlog.DropEvent

    def _failed(self, loop: asyncio.AbstractEventLoop, context: Frame) -> None:
        self.faults.append(f"{context.get('message')}: {context.get('exception')!r}")


def folder_in_memory() -> TemporaryDirectory[str]:
    """A folder where a commit waits for no disk, if the machine has one."""
    memory = Path("/dev/shm")
    return TemporaryDirectory(prefix="switchboard-desk-", dir=memory if memory.is_dir() else None)


@asynccontextmanager
async def desk_in_memory(
    hours: str,
    at: int | None = None,
    database_url: str | None = None,
    floor: Callable[[], Floor] = LoopFloor,
    kind: type[DeskInMemory] = DeskInMemory,
    **given: Any,
) -> AsyncIterator[DeskInMemory]:
    """A desk for one story, opened at the time `at`. Errors that the program logs fail it. `kind` may be one of several
    processes. `given`: settings."""
    folder = folder_in_memory()
    place = kind(Path(folder.name), hours, floor, database_url, **given)
    if at is not None:
        place.clock.at = at
    try:
        await place.open()
        try:
            yield place
        finally:
            await place.close()
        assert place.faults == []
    finally:
        place.end()
        folder.cleanup()
