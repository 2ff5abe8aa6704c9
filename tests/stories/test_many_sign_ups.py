"""Very many sign-ups: from one network, and for one email address. The limits are those of a desk as it comes."""

from __future__ import annotations

import httpx2
import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel

from clock import from_rfc3339
from storage.ports import Tx
from tests.mailbox import account_letters
from tests.running import RunningDesk, SettableClock

SIZES = [40, pytest.param(10_000, marks=pytest.mark.soak)]
AN_HOUR = 10
"""Requests for a letter about an account that one network may send in an hour."""
HOUR_S = 3600
HELP = {"team": "media", "text": "It fails"}
PASSWORD = "correct horse battery"
OWNER = "danielle@northlake.example"
GROWN_BY_ITSELF = {"claims", "review_days"}
"""Tables to which jobs add rows, whatever is asked."""


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(from_rfc3339("2026-11-25T15:12:00.000Z"))


@pytest.fixture
def settings() -> dict[str, str]:
    """The default limits. One client stands for all networks, as a reverse proxy does."""
    return {"rate_limits": "chats=10/h", "trusted_proxies": "127.0.0.1"}


async def ask(desk: httpx2.AsyncClient, network: str, email: str, path: str = "") -> httpx2.Response:
    return await desk.post(f"/api/account{path}", json={"email": email}, headers={"X-Forwarded-For": network})


async def rows(desk: RunningDesk) -> dict[str, int]:
    """The number of rows of each table, once all letters that are due are sent."""
    await desk.desk.delivery.idle()
    tables = [table for name, table in SQLModel.metadata.tables.items() if name not in GROWN_BY_ITSELF]

    def count(tx: Tx) -> dict[str, int]:
        return {one.name: tx.session.connection().scalar(select(func.count()).select_from(one)) or 0 for one in tables}

    return await desk.desk.storage.read(count)


@pytest.mark.parametrize("count", SIZES)
async def test_sign_ups_from_one_network_over_the_limit_are_refused_and_leave_nothing(
    desk: RunningDesk, clock: SettableClock, count: int
) -> None:
    """Each names another address, by turns as a sign-up and as a request for a new password. Ten get their letter. All
    others are told when to try again, and not one row is written for them."""
    http, here = desk.http(), "192.0.2.1"
    asked = [(f"p{n}@northlake.example", "/reset" if n % 2 else "") for n in range(count)]
    let_through = [await ask(http, here, *one) for one in asked[:AN_HOUR]]
    assert [answer.status_code for answer in let_through] == [202] * AN_HOUR
    before = await rows(desk)
    assert before["account_links"] == before["letters"] == AN_HOUR

    refused = [await ask(http, here, *one) for one in asked[AN_HOUR:]]
    assert {answer.status_code for answer in refused} == {429}
    assert all(float(answer.headers["retry-after"]) > 0 for answer in refused)
    assert await rows(desk) == before

    assert (await ask(http, "192.0.2.2", "eva@strangers.example")).status_code == 202
    to = [letter[1] for letter in await account_letters(desk)]
    assert to == [email for email, _ in asked[:AN_HOUR]] + ["eva@strangers.example"]


@pytest.mark.parametrize("count", SIZES)
async def test_sign_ups_from_one_network_stop_neither_its_requests_for_help_nor_later_sign_ups(
    desk: RunningDesk, clock: SettableClock, count: int
) -> None:
    """Requests of any kind have a limit too, which is over after some seconds."""
    http, here = desk.http(), "192.0.2.1"
    for n in range(count):
        await ask(http, here, f"p{n}@northlake.example")
    clock.forward(40)
    visitor = await desk.customer()
    asking = desk.http(visitor.token, **{"X-Forwarded-For": here})
    assert (await asking.post("/api/tickets", json=HELP)).status_code == 201
    assert (await ask(http, here, OWNER)).status_code == 429
    clock.forward(2 * HOUR_S)
    assert (await ask(http, here, OWNER)).status_code == 202


@pytest.mark.parametrize("count", SIZES)
async def test_sign_ups_for_one_email_address_from_many_networks_cost_two_letters(
    desk: RunningDesk, clock: SettableClock, count: int
) -> None:
    """Everybody gets the same answer. The second letter waits for its hour, and its link works then."""
    http = desk.http(Origin=desk.origin)
    networks = [f"198.{18 + n // 65_536}.{n // 256 % 256}.{n % 256}" for n in range(count)]
    answers = [await ask(http, network, OWNER) for network in networks[:2]]
    before = await rows(desk)
    assert before["account_links"] == before["letters"] == 2
    answers += [await ask(http, network, OWNER) for network in networks[2:]]
    assert {(answer.status_code, answer.content) for answer in answers} == {(202, b"")}
    assert await rows(desk) == before

    sent = list((desk.settings.data / "mail").glob("*.eml"))
    assert len(sent) == 1
    clock.forward(HOUR_S)
    await desk.desk.delivery.idle()
    (_, (_, to, _, token)) = await account_letters(desk)
    assert to == OWNER
    confirmed = await http.post("/api/account/confirm", json={"token": token, "password": PASSWORD})
    assert confirmed.status_code == 200
