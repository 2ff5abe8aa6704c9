"""Single sign-on with npm's `oidc-provider`, from the button to the account."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx2
import pytest
from sqlmodel import select

from clock import system_clock
from identity.adapters.tables import AccountRow, OwnAccountRow, SignOnRow
from server.edge.cookies import SESSION, SIGN_ON
from storage.ports import Tx
from tests.identity.provider import CLIENT_ID, CLIENT_SECRET, provider
from tests.mailbox import account_letters
from tests.running import DEADLINE_S, RunningDesk, SettableClock, enrol, running
from tests.stories.test_account_pages import browser
from tests.stories.test_accounts import signed_up

PEOPLE = {
    "dani": {"email": "Danielle@northlake.example", "email_verified": True, "name": "Danielle Roy"},
    "maya": {"email": "maya@desk.example", "email_verified": True, "name": "Somebody"},
    "nina": {"email": "nina@northlake.example", "email_verified": False, "name": "Nina"},
}


BASE = "http://desk.example"
"""The public address of the desk, to which the provider sends the browser back."""


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider(PEOPLE, f"{BASE}/auth/oidc/callback") as url:
        yield url


@pytest.fixture
async def desk(tmp_path: Path, issuer: str) -> AsyncIterator[RunningDesk]:
    async with running(
        tmp_path / "data",
        base_url=BASE,
        egress_allow="127.0.0.1",
        oidc_issuer=issuer,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
    ) as started:
        yield started


async def to_provider(page: httpx2.AsyncClient, following: str = "") -> str:
    """The address of the provider to which the button leads."""
    answer = await page.get("/auth/oidc/start", params={"next": following}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def back(url: str, who: str) -> str:
    """The address to which the provider sends the browser, after `who` has signed in there."""
    async with httpx2.AsyncClient(trust_env=False, timeout=DEADLINE_S) as there:
        while not url.startswith(BASE):
            answer = await there.get(url)
            assert answer.status_code in (302, 303), answer.text
            url = urljoin(url, answer.headers["location"])
            if "/interaction/" in url:
                url += "?denied=1" if who == "denied" else f"?as={who}"
        return url.removeprefix(BASE)


async def signs_in(page: httpx2.AsyncClient, who: str, following: str = "") -> httpx2.Response:
    return await page.get(await back(await to_provider(page, following), who))


async def rows(desk: RunningDesk, table: type[SignOnRow] | type[OwnAccountRow]) -> int:
    return len(await desk.desk.storage.read(lambda tx: tx.session.exec(select(table)).all()))


async def test_customer_signs_in_and_gets_one_account(desk: RunningDesk) -> None:
    """The button is on the sign-in page. The second time, issuer and `sub` find the account."""
    async with browser(desk) as page:
        assert "/auth/oidc/start?next=%2Frequests" in (await page.get("/sign-in?next=/requests")).text
        arrived = await signs_in(page, "dani", "/requests")
        assert (arrived.status_code, arrived.url.path) == (200, "/requests")
        assert SESSION in page.cookies and SIGN_ON not in page.cookies
        me = (await page.get("/api/me")).json()
        assert (me["kind"], me["email"], me["name"]) == ("customer", "danielle@northlake.example", "Danielle Roy")
    async with browser(desk) as other:
        await signs_in(other, "dani")
        assert (await other.get("/api/me")).json()["id"] == me["id"]
    assert (await rows(desk, SignOnRow), await rows(desk, OwnAccountRow)) == (1, 1)


async def test_customer_with_an_account_keeps_it(desk: RunningDesk) -> None:
    """The verified address connects the account once. Later the address at the provider does not matter."""
    await signed_up(desk, email="danielle@northlake.example")
    async with browser(desk) as page:
        await signs_in(page, "dani")
        assert (await page.get("/api/me")).status_code == 200
        await signs_in(page, "dani")
    assert await rows(desk, OwnAccountRow) == 1
    told = [(kind, to) for kind, to, _, _ in await account_letters(desk) if kind == "sign_on_linked"]
    assert told == [("sign_on_linked", "danielle@northlake.example")]

    def moved(tx: Tx) -> None:
        row = tx.session.exec(select(OwnAccountRow)).one()
        row.email = "elsewhere@northlake.example"
        account = tx.session.exec(select(AccountRow)).one()
        account.email = "elsewhere@northlake.example"

    await desk.desk.storage.write(moved)
    async with browser(desk) as page:
        await signs_in(page, "dani")
        assert (await page.get("/api/me")).json()["email"] == "elsewhere@northlake.example"


async def test_customer_without_a_password_is_asked_for_none(tmp_path: Path, issuer: str) -> None:
    """Right after a sign-in nothing is asked. Later they sign in again. A wrong password gets the common answer."""
    # The provider's tokens carry the real time: 5 minutes away from the desk's, before the pause and after it.
    clock = SettableClock(system_clock() - 300_000)
    async with (
        running(
            tmp_path / "data",
            clock,
            base_url=BASE,
            egress_allow="127.0.0.1",
            oidc_issuer=issuer,
            oidc_client_id=CLIENT_ID,
            oidc_client_secret=CLIENT_SECRET,
        ) as desk,
        browser(desk) as page,
        browser(desk) as other,
    ):
        await signs_in(other, "dani")
        await signs_in(page, "dani")
        account = (await page.get("/account")).text
        assert "You have no password here." in account and "Current password" not in account
        assert "to confirm" not in account
        said = {"email": "danielle@northlake.example", "password": "a guess of somebody"}
        known = await desk.http().post("/api/session", json=said)
        unknown = await desk.http().post("/api/session", json={**said, "email": "nobody@northlake.example"})
        assert (known.status_code, known.text) == (unknown.status_code, unknown.text) == (401, unknown.text)
        devices = (await page.get("/api/me/sessions")).json()["sessions"]
        device = next(one["id"] for one in devices if not one["current"])
        clock.forward(600)
        late = (await page.get("/account")).text
        assert "Sign in again" in late and 'type="password"' not in late
        for path in ("/api/me/sessions", f"/api/me/sessions/{device}"):
            refused = await page.request("DELETE", path, json={})
            assert refused.status_code == 401 and refused.json()["fields"] == {"sign_in": "Sign in again to confirm."}
        await signs_in(page, "dani")
        done = await page.post("/account", data={"do": "devices", "device": device})
        assert "Signed out there." in done.text
        assert (await other.get("/api/me")).status_code == 401


async def test_unverified_address_makes_no_account(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        refused = await signs_in(page, "nina")
        assert refused.status_code == 403 and "confirmed your email address" in refused.text
        assert SESSION not in page.cookies
    assert (await rows(desk, SignOnRow), await rows(desk, OwnAccountRow)) == (0, 0)


async def test_address_of_staff_signs_nobody_in(desk: RunningDesk) -> None:
    """Single sign-on makes and promotes no staff."""
    await enrol(desk.desk.storage, "maya@desk.example", "Maya Lind")
    async with browser(desk) as page:
        refused = await signs_in(page, "maya")
        assert refused.status_code == 403 and "member of the team" in refused.text
        assert (await page.get("/api/me")).status_code == 401
    assert await rows(desk, SignOnRow) == 0


async def test_person_who_refuses_at_the_provider_is_not_signed_in(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        refused = await signs_in(page, "denied")
        assert refused.status_code == 403 and "finish signing in" in refused.text
        assert SIGN_ON not in page.cookies


async def test_state_counts_only_in_the_browser_that_began(desk: RunningDesk) -> None:
    """Somebody else's state and code sign nobody in (login CSRF, stolen state)."""
    async with browser(desk) as page, browser(desk) as other:
        stolen = await back(await to_provider(page), "dani")
        for url in (stolen, stolen.replace("state=", "state=x"), "/auth/oidc/callback"):
            assert (await other.get(url)).status_code == 403
        await to_provider(other)
        assert (await other.get(stolen)).status_code == 403
        assert SESSION not in other.cookies


async def test_code_counts_once(desk: RunningDesk) -> None:
    async with browser(desk) as page:
        url = await back(await to_provider(page), "dani")
        kept = page.cookies[SIGN_ON]
        await page.get(url)
    async with browser(desk) as again:
        again.cookies.set(SIGN_ON, kept, domain="127.0.0.1")
        assert (await again.get(url)).status_code == 403
        assert SESSION not in again.cookies


async def test_code_of_another_sign_in_is_refused(desk: RunningDesk) -> None:
    """An injected code does not fit the verifier of this browser (PKCE)."""
    async with browser(desk) as page, browser(desk) as other:
        code = parse_qs(urlsplit(await back(await to_provider(other), "dani")).query)["code"][0]
        url = await back(await to_provider(page), "dani")
        mine = parse_qs(urlsplit(url).query)["code"][0]
        assert (await page.get(url.replace(mine, code))).status_code == 403


@pytest.mark.parametrize("iss", ["iss=http%3A%2F%2Fevil.example", ""])
async def test_redirect_of_another_issuer_is_refused(desk: RunningDesk, iss: str) -> None:
    """Mix-up: the redirect names another issuer, or none although this provider always does."""
    async with browser(desk) as page:
        url = await back(await to_provider(page), "dani")
        path, _, query = url.partition("?")
        others = [pair for pair in query.split("&") if not pair.startswith("iss=")]
        assert len(others) == len(query.split("&")) - 1
        assert (await page.get(f"{path}?{'&'.join([*others, iss])}")).status_code == 403
        assert SESSION not in page.cookies


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example", "/\\evil.example"])
async def test_page_that_follows_is_our_own(desk: RunningDesk, following: str) -> None:
    async with browser(desk) as page:
        url = await back(await to_provider(page, following), "dani")
        assert (await page.get(url, follow_redirects=False)).headers["location"] == "/"


async def test_customer_may_begin_with_the_provider_where_they_sign_in_or_up(desk: RunningDesk) -> None:
    """Not where they choose a new password."""
    async with browser(desk) as page:
        for path, offered in (("/sign-in", True), ("/sign-up", True), ("/sign-up?forgotten=1", False)):
            shown = await page.get(path)
            assert shown.status_code == 200 and ('href="/auth/oidc/start"' in shown.text) is offered, path


async def test_desk_without_a_provider_has_no_button(tmp_path: Path) -> None:
    async with running(tmp_path / "data") as plain, browser(plain) as page:
        for path in ("/sign-in", "/sign-up"):
            assert "/auth/oidc/start" not in (await page.get(path)).text
        assert (await page.get("/auth/oidc/start")).status_code == 403
        assert (await page.get("/auth/oidc/callback?code=a&state=b")).status_code == 403


async def test_provider_that_does_not_answer_leaves_the_password(tmp_path: Path) -> None:
    async with (
        running(
            tmp_path / "data",
            egress_allow="127.0.0.1",
            oidc_issuer="http://127.0.0.1:9",
            oidc_client_id="desk",
            oidc_client_secret="secret",
        ) as alone,
        browser(alone) as page,
    ):
        answer = await page.get("/auth/oidc/start")
        assert answer.status_code == 403 and "sign in with a password" in answer.text
