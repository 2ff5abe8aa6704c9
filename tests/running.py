"""A desk that really runs: a server on a port of its own, and clients that speak the protocol with it."""

from __future__ import annotations

import asyncio
import json
import socket
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Literal, Self

import httpx2
import starlette.routing
import uvicorn
from pwdlib.hashers import HasherProtocol
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from uuid_utils import uuid7
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from chat.frames.fields import SUBPROTOCOL
from chat.wire import Side
from clock import steady_clock, system_clock
from identity.adapters.store import SqlStore
from identity.service import Identity
from routing.adapters import store
from routing.adapters.hours_file import load
from server.app import App
from server.edge.allowances import ALLOWANCES, Allowances
from server.edge.deadlines import DEADLINES, Deadlines
from server.live.desk import LiveDesk
from server.live.sweeps import Intervals
from server.serving import config_of
from server.settings import Settings
from server.web import Web
from storage.opening import open_storage
from storage.ports import Storage, Tx
from tests.canary import Canary
from tests.contract import REFUSED_FOR_ITS_SHAPE, Contract, checked
from tests.hashing import QUICK
from tests.loop_floor import LoopFloor
from tests.overhearing import OverheardCalls, overheard_protocol
from tests.polling import PolledConnection
from tests.servers import migrated

# Every desk has the same 400 paths. Compiling them took a sixth of the time to open one.
starlette.routing.compile_path = cache(starlette.routing.compile_path)

ROOT = Path(__file__).parent.parent
HOURS = ROOT / "tests" / "hours.yaml"
DEADLINE_S = 60.0
"""For whatever is waited for. The machine may be slow, and busy with other tests."""
Frame = dict[str, Any]


class SettableClock:
    """A clock that stands until it is moved. Moments in ms since the epoch, UTC."""

    def __init__(self, at: int | None = None) -> None:
        self.at = system_clock() if at is None else at
        self._jumped = 0

    def __call__(self) -> int:
        return self.at

    def steady(self) -> int:
        """The clock beside it that nobody sets."""
        return self.at - self._jumped

    def forward(self, seconds: float) -> None:
        """So much time goes by."""
        self.at += int(seconds * 1000)

    def jump(self, seconds: float) -> None:
        """No time goes by: it is set, ahead or back."""
        self.at += int(seconds * 1000)
        self._jumped += int(seconds * 1000)


async def eventually(holds: Callable[[], object], what: str, deadline_s: float = DEADLINE_S) -> None:
    """Wait until `holds()` is true; fail, saying `what`, once the deadline is over."""
    async with asyncio.timeout(deadline_s) as deadline:
        pause_s = 0.001
        try:
            while not holds():
                await asyncio.sleep(pause_s)
                # Most comes within some milliseconds; what does not is not asked for all the time.
                pause_s = min(2 * pause_s, 0.01)
        except asyncio.CancelledError:
            if deadline.expired():
                raise AssertionError(f"not within {deadline_s} s: {what}") from None
            raise


async def ended(process: Process) -> None:
    """Kill a process, unless it has ended by itself, and let go of it. Nobody else may be reading what it says."""
    with suppress(ProcessLookupError):
        process.kill()
    await process.communicate()


async def cancelled(*tasks: asyncio.Task[None]) -> None:
    """End tasks, and wait until they have."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def enrol(
    storage: Storage, email: str, name: str, role: str = "agent", teams: tuple[str, ...] = ("media",), capacity: int = 5
) -> tuple[str, str]:
    """A new person of staff; their id and a bearer token."""
    identity = Identity(SqlStore())
    known = load(HOURS).teams

    def unit(tx: Tx) -> tuple[str, str]:
        now = system_clock()
        actor = identity.add_user(tx, email=email, name=name, role=role, teams=teams, known_teams=list(known), now=now)
        store.enrol(tx, actor.id, now, capacity)
        return actor.id, identity.create_token(tx, email, now)

    return await storage.write(unit)


class GivenSettings(Settings):
    """Only what a test gives, whatever the environment has."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        *more: object,
        **others: object,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


SOON = Intervals(sweep=0.05)
"""For tests that wait for a sweep."""


class RunningDesk:
    """The server in this loop, on a free port."""

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], int],
        intervals: Intervals | None = None,
        hasher: HasherProtocol = QUICK,
        deadlines: Deadlines = DEADLINES,
        allowances: Allowances = ALLOWANCES,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.way: Literal["socket", "http"] = "socket"
        """How clients that connect from now on do it."""
        # Named, since the loop sends small packets at once only on sockets that say that they are TCP.
        self._listening = socket.socket(proto=socket.IPPROTO_TCP)
        self._listening.bind(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        steady = clock.steady if isinstance(clock, SettableClock) else steady_clock
        self.app = App(
            settings,
            clock=clock,
            steady=steady,
            intervals=intervals,
            floor=LoopFloor(),
            hasher=hasher,
            deadlines=deadlines,
            allowances=allowances,
        )
        self.canary = Canary()
        config = config_of(self.app, settings, deadlines)
        config.app = OverheardCalls(self.app, self.canary)
        config.ws = overheard_protocol(self.canary)
        self._server = uvicorn.Server(config)
        self._serving: asyncio.Task[None] | None = None
        self.clients: list[Client] = []
        self._https: list[httpx2.AsyncClient] = []

    @property
    def desk(self) -> LiveDesk:
        return self.app.desk

    @property
    def web(self) -> Web:
        return self.app.web

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def origin(self) -> str:
        """The `Origin` of its own pages."""
        return self.settings.base_url if self.settings.base_url_given else self.url

    async def start(self) -> Self:
        serving = self._serving = asyncio.create_task(self._server.serve(sockets=[self._listening]))
        try:
            await eventually(lambda: self._server.started or serving.done(), "the server starts")
            if serving.done():
                await serving
                raise AssertionError("the server ended at once")
            self.contract = await Contract.of(self.url)
        except BaseException:
            await cancelled(serving)
            self._listening.close()
            raise
        return self

    async def stop(self) -> None:
        async with AsyncExitStack() as opened:
            opened.callback(self._listening.close)
            opened.push_async_callback(self._end)
            for http in reversed(self._https):
                opened.push_async_callback(http.aclose)
            for client in reversed(self.clients):
                opened.push_async_callback(client.close)
        faults = [fault for client in self.clients for fault in client.faults]
        assert not faults, f"not as published (see tests/contract.py): {faults}"
        leaks = self.canary.leaks()
        assert not leaks, f"told to customers, and not theirs to know (see tests/canary.py): {leaks}"

    def shut_down(self) -> None:
        """As a signal would. `stop` waits for it."""
        self._server.should_exit = True

    async def _end(self) -> None:
        self.shut_down()
        if self._serving is not None:
            await self._serving

    def http(self, token: str | None = None, **headers: str) -> httpx2.AsyncClient:
        """HTTP to this desk, each answer compared with what is published; closed with the desk."""
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        client = httpx2.AsyncClient(
            base_url=self.url, headers=headers, trust_env=False, timeout=DEADLINE_S,
            # Plain HTTP. Certificates would be read for each client, in 13 ms.
            verify=False,
            event_hooks={"response": [checked(self.contract)]},
        )  # fmt: skip
        self._https.append(client)
        return client

    async def staff(self, name: str, **facts: Any) -> Client:
        """A new person of staff with an open connection, greeted."""
        email = facts.pop("email", f"{name.lower()}@desk.example")
        _, token = await enrol(self.desk.storage, email, name, **facts)
        return await self.staff_again(token)

    async def staff_again(self, token: str) -> Client:
        client = await self.connect("staff", {"Authorization": f"Bearer {token}"})
        client.token = token
        client.greeting = await client.command("hello")
        return client

    async def customer(self, token: str | None = None, **hello: Any) -> Client:
        """A customer's browser with an open connection, greeted."""
        client = await self.connect("customer")
        client.greeting = await client.command("hello", **({"token": token} if token else {}), **hello)
        client.token = client.greeting["token"]
        return client

    async def connect(
        self, side: Side, headers: dict[str, str] | None = None, *, deaf: bool = False, **options: Any
    ) -> Client:
        """A connection that has not said hello yet; `deaf`: that never reads."""
        if self.way == "http":
            client = Client(PolledConnection(self.http(**(headers or {})), side), side, self.contract, deaf=deaf)
            self.clients.append(client)
            return client
        options.setdefault("subprotocols", [Subprotocol(SUBPROTOCOL)])
        line = await connect(
            f"ws://127.0.0.1:{self.port}/ws/{side}", additional_headers=headers, proxy=None, compression=None,
            ping_interval=None, max_size=None, open_timeout=DEADLINE_S, **options,
        )  # fmt: skip
        client = Client(line, side, self.contract, deaf=deaf)
        self.clients.append(client)
        return client


@asynccontextmanager
async def running(
    data: Path,
    clock: Callable[[], int] = system_clock,
    database_url: str | None = None,
    *,
    demo: bool = False,
    intervals: Intervals | None = None,
    hasher: HasherProtocol = QUICK,
    **given: Any,
) -> AsyncIterator[RunningDesk]:
    """A desk on `data`, with limits off unless they are given. `demo` serves the page of the demo, without its people.
    `deadlines` and `allowances` are the app's. Settings that are None keep their default."""
    deadlines, allowances = given.pop("deadlines", DEADLINES), given.pop("allowances", ALLOWANCES)
    given = {name: value for name, value in given.items() if value is not None}
    given.setdefault("rate_limits", "off")
    if "base_url" in given:
        # Clients here ask by the address that it listens on.
        given.setdefault("allowed_hosts", "127.0.0.1")
    # How full the disk of the tests is, is not what they are about.
    given.setdefault("upload_reserve", "0")
    if database_url is not None:
        given |= {"database_url": database_url, "secret": "a secret of the tests, long enough for it"}
    settings = GivenSettings(data=data, hours=given.pop("hours", HOURS), **given)
    settings.demo = demo
    data.mkdir(parents=True, exist_ok=True)
    await asyncio.to_thread(migrated, settings.storage_url)
    desk = await RunningDesk(settings, clock, intervals, hasher, deadlines, allowances).start()
    try:
        yield desk
    finally:
        await desk.stop()


async def store_of(settings: Settings) -> Storage:
    """The store of a desk that does not run."""
    await asyncio.to_thread(migrated, settings.storage_url)
    return await open_storage(settings.storage_url)


class Client:
    """One connection that keeps all it was told. Answers are matched by id; the rest are events, in order.

    Each frame heard is compared with what the server publishes, and so is each command sent: what is not as published
    must be refused. `faults` says what was not so.
    """

    def __init__(
        self, line: ClientConnection | PolledConnection, side: Side, contract: Contract, *, deaf: bool = False
    ) -> None:
        self.line = line
        self.faults: list[str] = []
        self._side: Side = side
        self._contract = contract
        self.sent: dict[str, Frame] = {}
        self.events: list[Frame] = []
        self.answers: dict[str, Frame] = {}
        self.texts: dict[str, str] = {}
        """Each answer by its id, as it came."""
        self.stray: list[Frame] = []
        self.heard: list[Frame] = []
        self.token = ""
        self.greeting: Frame = {}
        self.closed: int | None = None
        self._reading = None if deaf else asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for text in self.line:
                frame = json.loads(text)
                self.heard.append(frame)
                self._compare(frame)
                if frame["type"] in ("ok", "error"):
                    if "id" in frame:
                        self.texts[frame["id"]] = str(text)
                        self.answers[frame["id"]] = frame
                    else:
                        self.stray.append(frame)
                else:
                    self.events.append(frame)
        except ConnectionClosed:
            pass  # A line that breaks is what some tests are about; its code is kept either way.
        self.closed = self.line.close_code

    def _compare(self, frame: Frame) -> None:
        """Is it as published; and was the command that it answers, unless it was refused for its shape?"""
        command = self.sent.get(frame["id"]) if frame["type"] in ("ok", "error") and "id" in frame else None
        faults = self._contract.heard(self._side, frame, command.get("type") if command else None)
        if command is not None and "dup" not in frame and frame.get("code") not in REFUSED_FOR_ITS_SHAPE:
            faults += [f"sent {command}: {fault}" for fault in self._contract.sent(self._side, command)]
        self.faults += [f"{self._side} heard {frame}: {fault}" for fault in faults]

    async def stop_reading(self) -> None:
        """Until `read_on`."""
        assert self._reading is not None
        await cancelled(self._reading)

    def read_on(self) -> None:
        self._reading = asyncio.create_task(self._read())

    async def raw(self, frame: Frame | str | bytes | list[str]) -> None:
        """A frame as it is given; a list goes in so many pieces."""
        self._remember(frame)
        await self.line.send(json.dumps(frame) if isinstance(frame, dict) else frame)

    def _remember(self, frame: Frame | str | bytes | list[str]) -> None:
        if not isinstance(frame, dict):
            try:
                frame = json.loads("".join(frame) if isinstance(frame, list) else frame)
            except (ValueError, RecursionError):
                return  # Rubbish on purpose.
        if isinstance(frame, dict) and isinstance(frame.get("id"), str):
            self.sent[frame["id"]] = frame

    async def send(self, type_: str, **fields: Any) -> str:
        """Send a command and do not wait; its id."""
        id_: str = fields.pop("id", None) or str(uuid7())
        await self.raw({"type": type_, "id": id_, **fields})
        return id_

    async def answer(self, id_: str) -> Frame:
        await eventually(lambda: id_ in self.answers or self.closed is not None, f"an answer to {id_}")
        assert id_ in self.answers, f"closed with {self.closed} before an answer"
        return self.answers[id_]

    async def ask(self, type_: str, **fields: Any) -> Frame:
        """The answer to a command, be it `ok` or `error`."""
        return await self.answer(await self.send(type_, **fields))

    async def again(self, id_: str, type_: str, **fields: Any) -> Frame:
        """Send a command with an id that was used before; the new answer."""
        self.answers.pop(id_, None)
        return await self.ask(type_, id=id_, **fields)

    async def command(self, type_: str, **fields: Any) -> Frame:
        """The `ok` to a command."""
        answer = await self.ask(type_, **fields)
        assert answer["type"] == "ok", answer
        return answer

    async def refused(self, code: str, type_: str, **fields: Any) -> Frame:
        """The `error` to a command, which must be of that code."""
        answer = await self.ask(type_, **fields)
        assert answer["type"] == "error" and answer["code"] == code, answer
        return answer

    async def event(self, type_: str, **facts: Any) -> Frame:
        """The first event of that type and with those facts, waited for."""

        def found() -> Frame | None:
            return next(
                (e for e in self.events if e["type"] == type_ and all(e.get(k) == v for k, v in facts.items())), None
            )

        await eventually(lambda: found() or self.closed is not None, f"{type_} {facts}; heard {self.events}")
        event = found()
        assert event is not None, f"closed with {self.closed} before {type_} {facts}"
        return event

    def durable(self, chat: str) -> list[Frame]:
        """The durable events of a chat, as they came."""
        return [event for event in self.events if event.get("chat") == chat and "seq" in event]

    async def close(self) -> None:
        if self._reading is None:
            self.line.transport.abort()
            return
        await self.line.close()
        if not self._reading.cancelled():  # It is after `stop_reading`: what the test failed with is told then.
            await self._reading

    async def ended(self) -> int:
        """The code that the server closed with."""
        await eventually(lambda: self.closed is not None, "the server closes the connection")
        assert self.closed is not None
        return self.closed
