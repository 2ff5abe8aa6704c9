"""The composed desk without a server: people on lines in memory, a clock that a test moves, sweeps that are called.

The store is a real SQLite file, the dispatcher the real one; nothing happens behind a test's back but what follows
from a commit. Thousands of commands go through in the time that sockets take for hundreds.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import httpx2
import structlog
from msgspec import json
from starlette.requests import HTTPConnection

from chat.wire import Side
from identity.tokens import SCOPES, fingerprint
from routing.ports import Floor
from server.app import App
from server.edge.authentication import Proof
from server.edge.deadlines import Deadlines
from server.edge.peers import ServedPeer
from server.live.sweeps import Intervals
from server.settings import Limits, Settings
from tests.loop_floor import LoopFloor
from tests.running import Frame, SettableClock, enrol
from tests.servers import database

NEVER_S = 1e6
DEADLINE_S = 60.0
HERE = "127.0.0.1"
"""The address from which clients connect."""
_BY_HAND = Intervals(
    sweep=NEVER_S,
    rights=NEVER_S,
    marks=NEVER_S,
    reconcile=NEVER_S,
    sessions=NEVER_S,
    expire_files=NEVER_S,
    tidy=NEVER_S,
    indexing=NEVER_S,
    news=0.0,
)
"""No sweep but those that a test calls; news at once."""
_numbers = count(1)


class Line:
    """What carries the texts of one connection: nothing but a list of what was said to it."""

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
        """Nothing that was said is given again."""

    def close(self, code: int, reason: str = "") -> None:
        self.closed = code
        self.said.set()

    def pause_reading(self) -> None:
        """Whoever writes to this line waits for each answer."""

    def resume_reading(self) -> None:
        """See above."""

    def give_way(self, units: int) -> None:
        """Nobody else waits."""


@dataclass
class Client:
    """One connection of somebody."""

    peer: ServedPeer
    line: Line
    greeting: Frame = field(default_factory=dict)
    token: str = ""
    """With which the same person comes again."""

    async def ask(self, type_: str, **fields: object) -> Frame:
        """The answer to a command. A line that is closed answers with the error `closed`."""
        return await self.answer(self.send(type_, **fields))

    def send(self, type_: str, **fields: object) -> str:
        """Say a command; its id, a new one unless it is given."""
        id_ = str(fields.pop("id", None) or f"command {next(_numbers)}")
        self.peer.text(json.encode({"type": type_, "id": id_, **fields}))
        return id_

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
        """The newest of them."""
        return next(iter(self.heard(type_, **facts)[::-1]), None)

    def newest(self, type_: str, **facts: object) -> Frame:
        """The same, which must be there."""
        found = self.last(type_, **facts)
        assert found is not None, f"no {type_} {facts}; heard {self.line.frames}"
        return found

    def durable(self, chat: str) -> list[str]:
        """The types of the durable events of a chat, as they came."""
        return [f["type"] for f in self.line.frames if f.get("chat") == chat and "seq" in f]


class DeskInMemory:
    """A desk in an empty folder. It can be opened again on what it left."""

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
        """What the program itself called an error, and what it found otherwise than it should be."""
        self._settings = Settings(data=folder, hours=self.hours, **{"rate_limits": Limits(off=True)} | given)
        self._make_floor = floor
        self._opened = AsyncExitStack()
        # In place, as structlog's own `capture_logs` does: loggers that were used before keep this very list.
        self._processors: list[object] = structlog.get_config()["processors"]
        self._configured = self._processors.copy()
        self._processors[:] = [self._overhear]

    async def open(self) -> Self:
        """Begin, or go on where the last one ended."""
        asyncio.get_running_loop().set_exception_handler(self._failed)
        self.floor = self._make_floor()
        app = App(
            self._settings,
            clock=self.clock,
            steady=self.clock.steady,
            intervals=_BY_HAND,
            floor=self.floor,
            # On a busy machine it may take long to say hello.
            deadlines=Deadlines(hello_s=NEVER_S),
        )
        await self._opened.enter_async_context(app.opened())
        self.desk, self._web = app.desk, app.web
        return self

    async def close(self) -> None:
        """Everybody is cut off, and the desk lets go of its store."""
        await self._opened.aclose()
        self.clients.clear()

    async def restart(self, away_s: float = 0) -> None:
        """Close, and open again so much later."""
        await self.close()
        self.clock.forward(away_s)
        await self.open()

    def end(self) -> None:
        """Undo what was changed of the program."""
        self._processors[:] = self._configured

    # -- people -------------------------------------------------------------------------------

    async def enrol(
        self, name: str, *, role: str = "agent", teams: tuple[str, ...] = ("media",), capacity: int = 5
    ) -> tuple[str, str]:
        """Somebody new of staff: their id, and a token."""
        return await enrol(self.desk.storage, f"{name.lower()}@desk.example", name, role, teams, capacity)

    async def staff(self, token: str) -> Client:
        """A connection of somebody of staff who was let in by this token, greeted. One who may not come in finds
        it closed."""
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
        """A connection of a customer, greeted."""
        known = {"token": token} if token is not None else {}
        client = await self._greeted(self._connect("customer", None, address), **known, **hello)
        client.token = client.greeting.get("token", "")
        return client

    def http(self, token: str, address: str = HERE) -> httpx2.AsyncClient:
        """HTTP to this desk, without a socket."""
        transport = httpx2.ASGITransport(app=self._web.app, client=(address, 1))
        headers = {"Authorization": f"Bearer {token}"}
        return httpx2.AsyncClient(base_url=self._settings.base_url, headers=headers, transport=transport)

    def _connect(self, side: Side, proof: Proof | None, address: str = HERE) -> Client:
        assert proof is None or proof.scopes <= set(SCOPES)
        line = Line()
        scope = {"type": "websocket", "headers": [], "client": (address, 1)}
        client = Client(self._web.sockets.hand_over(HTTPConnection(scope), side, line, proof), line)
        self.clients.append(client)
        return client

    async def _greeted(self, client: Client, **hello: object) -> Client:
        client.greeting = await client.ask("hello", **hello)
        return client

    async def cut(self, client: Client) -> None:
        """The line is gone."""
        client.peer.lost()
        self.clients.remove(client)

    # -- time ---------------------------------------------------------------------------------

    async def settle(self, *, after_a_while: bool) -> None:
        """Whoever can be placed is, whoever is told was, and the sweeps have looked at how things stand: all of them
        `after_a_while`, else those alone that seats and offers hang on. (For people's rights see `show_out`.)"""
        desk = self.desk
        await self.quiet()
        sweeps: tuple[Callable[[], Awaitable[None]], ...] = (desk.offer_deadlines.sweep, desk.answered_chats.sweep)
        if after_a_while:
            sweeps = (
                desk.clock_jumps.follow,
                desk.due_chats.sweep,
                desk.offer_deadlines.sweep,
                desk.absences.sweep,
                desk.answered_chats.sweep,
                desk.overflow.sweep,
                desk.queue_alarms.sweep,
                desk.wrap_ups.sweep,
                desk.hours_news.sweep,
                desk.closing_time.sweep,
                desk.reconcile.sweep,
            )
        for sweep in sweeps:
            await sweep()
        await self.quiet()
        self.floor.forgive()
        await self.quiet()
        self.clients = [client for client in self.clients if client.line.closed is None]

    async def show_out(self) -> None:
        """Whoever may not be here any more is gone, and so are the chats they had."""
        await self.quiet()
        await self.desk.revoked_access.close_revoked()
        await self.desk.revoked_access.release_from_disabled()

    async def quiet(self) -> None:
        """Nothing is under way."""
        desk = self.desk
        async with asyncio.timeout(DEADLINE_S):
            while not desk.idle or any(client.peer.is_busy for client in self.clients):
                await asyncio.sleep(0.001)

    async def rewrite_hours(self, text: str) -> None:
        """The hours file says something else, and the desk has taken it up."""
        self.hours.write_text(text, encoding="utf-8")
        for _ in range(2):
            await self.desk.hours_file.sweep()
        assert self.desk.hours_file.faults == (), self.desk.hours_file.faults

    # -- what went wrong ----------------------------------------------------------------------

    def _overhear(self, logger: object, method: str, event: Frame) -> Frame:
        if method in ("error", "exception", "critical") or event.get("event") in ("chat_adopted", "claims_fail"):
            self.faults.append(f"{method}: {dict(event)}")
        raise structlog.DropEvent

    def _failed(self, loop: asyncio.AbstractEventLoop, context: Frame) -> None:
        self.faults.append(f"{context.get('message')}: {context.get('exception')!r}")


def folder_in_memory() -> TemporaryDirectory[str]:
    """A folder where a commit waits for no disk, as far as the machine has one."""
    memory = Path("/dev/shm")
    return TemporaryDirectory(prefix="switchboard-desk-", dir=memory if memory.is_dir() else None)


@asynccontextmanager
async def desk_in_memory(
    hours: str,
    at: int | None = None,
    database_url: str | None = None,
    floor: Callable[[], Floor] = LoopFloor,
    **given: Any,
) -> AsyncIterator[DeskInMemory]:
    """A desk for one story. Errors that the program logs fail it. `given`: settings."""
    folder = folder_in_memory()
    place = DeskInMemory(Path(folder.name), hours, floor, database_url, **given)
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
