"""Second factors of staff who sign in with single sign-on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pyotp
import pytest

from clock import system_clock
from identity.adapters.attempts import DEVICE_LIMIT, PAIR_LIMIT
from server.edge.cookies import SESSION, SIGN_ON
from tests.running import RunningDesk, SettableClock
from tests.stories.staff_with_provider import (
    MAYA,
    MFA,
    PASSWORD,
    add,
    by_provider,
    invited,
    link,
    links,
    me,
    signed_in,
    start_link,
    started,
)
from tests.stories.test_account_pages import browser


@pytest.fixture
async def desk(tmp_path: Path, everybodys_provider: str) -> AsyncIterator[RunningDesk]:
    async with started(tmp_path / "data", everybodys_provider) as it:
        yield it


@pytest.fixture
async def strict(tmp_path: Path, everybodys_provider: str) -> AsyncIterator[RunningDesk]:
    """A desk that demands a second factor from agents."""
    async with started(tmp_path / "data", everybodys_provider, second_factor="agent", acr=MFA) as it:
        yield it


@pytest.mark.parametrize("who", ["two", "step"])
async def test_second_factor_of_the_provider_counts(strict: RunningDesk, who: str) -> None:
    await add(strict, password=False)
    async with browser(strict) as page:
        arrived = await by_provider(page, who, invitation=await invited(strict))
        assert arrived.url.path == "/console"
        assert (await me(page))["limited"] is False
        assert (await page.get("/api/tickets")).status_code == 200


@pytest.mark.parametrize("who", ["maya", "one"])
async def test_sign_in_without_the_demanded_factor_is_refused(strict: RunningDesk, who: str) -> None:
    """The invitation is not used up. Without a link, a limited session cannot link either."""
    await add(strict)
    async with browser(strict) as page:
        refused = await by_provider(page, who, invitation=await invited(strict))
        assert refused.status_code == 403 and "requires two-step verification" in refused.text
        assert SESSION not in page.cookies and await links(strict) == []
        await signed_in(page)
        assert (await me(page))["limited"] is True
        assert (await start_link(page)).status_code == 403


@pytest.fixture
async def standing(tmp_path: Path, everybodys_provider: str) -> AsyncIterator[RunningDesk]:
    """A desk whose clock stands still, so that a code is valid however long the test takes."""
    async with started(tmp_path / "data", everybodys_provider, clock=SettableClock(system_clock())) as it:
        yield it


async def linked_with_codes(desk: RunningDesk) -> list[str]:
    """The recovery codes of a linked person whose second factor is on. The provider does not show one."""
    await add(desk)
    async with browser(desk) as page:
        await signed_in(page)
        secret = (await page.post("/api/me/totp", json={"password": PASSWORD})).json()["secret"]
        confirmed = await page.post(
            "/api/me/totp/confirm", json={"totp": pyotp.TOTP(secret).at(desk.desk.clock() // 1000)}
        )
        codes: list[str] = confirmed.json()["recovery_codes"]
        refused = await start_link(page)
        assert refused.status_code == 401 and "totp" in refused.json()["fields"]
        assert await link(page, "one", codes.pop()) == "/account?sign_on=linked"
        return codes


async def test_wrong_codes_after_the_provider_are_limited(standing: RunningDesk) -> None:
    await linked_with_codes(standing)
    async with browser(standing) as page:
        await by_provider(page, "one")
        for _ in range(DEVICE_LIMIT + PAIR_LIMIT):
            assert (await page.post("/auth/oidc/code", data={"totp": "00000x"})).status_code == 401
        limited = await page.post("/auth/oidc/code", data={"totp": "00000x"})
        assert limited.status_code == 429 and "Too many tries." in limited.text


async def test_own_second_factor_is_asked_for_unless_the_provider_shows_one(standing: RunningDesk) -> None:
    codes = await linked_with_codes(standing)
    async with browser(standing) as page:
        asked = await by_provider(page, "one", next="/tickets")
        assert (asked.status_code, asked.url.path) == (200, "/auth/oidc/code")
        assert await me(page) == {}
        wrong = await page.post("/auth/oidc/code", data={"totp": "00000x"})
        assert wrong.status_code == 401 and "didn’t match" in wrong.text
        assert "Recovery code" in (await page.get("/auth/oidc/code?recovery=1")).text
        kept = page.cookies[SIGN_ON]
        done = await page.post("/auth/oidc/code", data={"totp": codes[0], "recovery": "1"})
        assert done.url.path == "/tickets" and (await me(page))["email"] == MAYA
        assert SIGN_ON not in page.cookies
        page.cookies.set(SIGN_ON, kept, domain="127.0.0.1")
        assert (await page.post("/auth/oidc/code", data={"totp": codes[0], "recovery": "1"})).status_code == 401


async def test_code_page_without_a_sign_in_under_way_leads_to_the_sign_in_page(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        assert (await page.get("/auth/oidc/code")).url.path == "/sign-in"
        assert (await page.post("/auth/oidc/code", data={"totp": "000000"})).status_code == 403
        foreign = await page.post(
            "/auth/oidc/code", data={"totp": "000000"}, headers={"Origin": "https://evil.example"}
        )
        assert foreign.status_code == 403
