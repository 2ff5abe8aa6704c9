"""A running desk, its people, and HTTP clients for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx2
import pyotp
import pytest

from identity import visitors
from identity.actor import Actor
from identity.one_time_codes import STEP_S
from tests.running import RunningDesk, SettableClock, enrol, running
from ticketing.ticket import Requester
from ticketing.wanted import Opening

PASSWORD = "correct horse battery"
MAYA_SIGNS_IN = {"email": "maya@desk.example", "password": PASSWORD}
VISITOR = "0190a5b0-0000-7000-8000-000000000001"
OTHER_VISITOR = "0190a5b0-0000-7000-8000-000000000002"
MAYA = Actor("staff", "u1", "Maya", role="agent", teams=frozenset({"media"}))


class Api:
    """HTTP to one desk, as different people."""

    def __init__(self, desk: RunningDesk, stack: AsyncExitStack) -> None:
        self.desk = desk
        self._stack = stack

    async def client(self, token: str | None = None, **headers: str) -> httpx2.AsyncClient:
        return self.desk.http(token, **headers)

    async def staff(
        self, name: str = "maya", role: str = "agent", teams: tuple[str, ...] = ("media",)
    ) -> httpx2.AsyncClient:
        """A new person of staff, by token."""
        _, token = await enrol(self.desk.desk.storage, f"{name}@desk.example", name.title(), role, teams)
        return await self.client(token)

    async def visitor(self, id_: str = VISITOR) -> httpx2.AsyncClient:
        return await self.client(visitors.issue(self.desk.desk.secret, id_, self.desk.desk.clock()))

    async def enrolled(
        self, name: str = "maya", role: str = "agent", teams: tuple[str, ...] = ("media",)
    ) -> httpx2.AsyncClient:
        """A new person of staff who can sign in with PASSWORD; their client by token."""
        client = await self.staff(name, role, teams)
        await self.give_password(f"{name}@desk.example")
        return client

    async def sign_in(self, browser: httpx2.AsyncClient, name: str = "maya", **said: str) -> httpx2.Response:
        said = {"email": f"{name}@desk.example", "password": PASSWORD, **said}
        return await browser.post("/api/session", json=said)

    async def browser(self, name: str = "maya", **said: str) -> httpx2.AsyncClient:
        """A browser with pages of ours, where this person is signed in."""
        browser = await self.client(Origin=self.desk.origin)
        assert (await self.sign_in(browser, name, **said)).status_code == 200
        return browser

    async def give_password(self, email: str) -> None:
        people = self.desk.desk.people
        hashed = await people.passwords.hashed(PASSWORD)
        await self.desk.desk.storage.write(lambda tx: people.identity.set_password(tx, email, hashed, 0))

    async def ticket(self, **facts: Any) -> int:
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


def code_of(secret: str, clock: SettableClock, off: int = 0) -> str:
    """What an authenticator app shows, or will show `off` steps later."""
    return pyotp.TOTP(secret).at(clock() // 1000 + off * STEP_S)


async def set_up_second_factor(browser: httpx2.AsyncClient, clock: SettableClock) -> tuple[str, list[str]]:
    """The secret in the app, a step after its first code, and the recovery codes."""
    secret = (await browser.post("/api/me/totp", json={"password": PASSWORD})).json()["secret"]
    confirmed = await browser.post("/api/me/totp/confirm", json={"totp": code_of(secret, clock)})
    assert confirmed.status_code == 200, confirmed.text
    clock.forward(STEP_S)
    return secret, confirmed.json()["recovery_codes"]


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
