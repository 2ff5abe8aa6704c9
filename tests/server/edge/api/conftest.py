"""A running desk, its people, and HTTP clients for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pytest

from identity import visitors
from identity.actor import Actor
from tests.running import RunningDesk, SettableClock, enrol, running
from ticketing.ticket import Requester
from ticketing.wanted import Opening

PASSWORD = "correct horse battery"
VISITOR = "0190a5b0-0000-7000-8000-000000000001"
MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media"}))


class Api:
    """HTTP to one desk, as different people."""

    def __init__(self, desk: RunningDesk, stack: AsyncExitStack) -> None:
        self.desk = desk
        self._stack = stack

    async def client(self, token: str | None = None, **headers: str) -> httpx2.AsyncClient:
        """Somebody with a token, or nobody."""
        return self.desk.http(token, **headers)

    async def staff(self, name: str = "maya", role: str = "agent", teams: tuple[str, ...] = ("media",)) -> Any:
        """A new person of staff, by token."""
        _, token = await enrol(self.desk.desk.storage, f"{name}@desk.example", name.title(), role, teams)
        return await self.client(token)

    async def visitor(self, id_: str = VISITOR) -> Any:
        """A visitor of the widget, by their token."""
        return await self.client(visitors.issue(self.desk.desk.secret, id_, self.desk.desk.clock()))

    async def give_password(self, email: str) -> None:
        """Let a person sign in with PASSWORD."""
        people = self.desk.desk.people
        hashed = await people.passwords.hashed(PASSWORD)
        await self.desk.desk.storage.write(lambda tx: people.identity.set_password(tx, email, hashed, 0))

    async def ticket(self, **facts: Any) -> int:
        """A new ticket's number."""
        now = self.desk.desk.clock()
        opening = Opening(
            **{
                "channel": "staff",
                "team": "media",
                "by": MAYA,
                "at": now,
                "created_at": now,
                "requester": Requester(VISITOR, "Ana", "ana@northlake.example"),
                "product": "Spectra OX",
                **facts,
            }
        )
        return (await self.desk.desk.storage.write(lambda tx: self.desk.desk.tickets.open(tx, opening))).number


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
async def start(tmp_path: Path, clock: SettableClock) -> AsyncIterator[Callable[..., Any]]:
    """Starts a desk with settings of one's own."""
    async with AsyncExitStack() as stack:

        async def started(**settings: Any) -> Api:
            return Api(await stack.enter_async_context(running(tmp_path / "data", clock, **settings)), stack)

        yield started


@pytest.fixture
async def api(start: Callable[..., Any]) -> Api:
    """A desk with settings as they come."""
    it: Api = await start()
    return it
