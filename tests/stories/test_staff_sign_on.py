"""Single sign-on of staff with npm's `oidc-provider`: linking, invitations, signing in, second factors."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
import pyotp
import pytest
from sqlmodel import col, select

from clock import system_clock
from identity.adapters.tables import AuditRow, OwnAccountRow, StaffInvitationRow, StaffSignOnRow, UserRow
from identity.staff_sign_on import DAY_MS
from server.edge.cookies import SESSION, SIGN_ON
from storage.ports import Tx
from tests.identity.provider import CLIENT_ID, CLIENT_SECRET, provider
from tests.running import RunningDesk, enrol, running
from tests.stories.test_account_pages import browser
from tests.stories.test_single_sign_on import BASE, back

MAYA, PASSWORD = "maya@desk.example", "correct horse battery"
MFA = "urn:example:mfa"
PEOPLE = {
    "maya": {"email": "Maya@Company.example", "email_verified": True, "name": "Maya at work"},
    "sam": {"email": "sam@company.example", "email_verified": True},
    "unproven": {"email": "maya@company.example", "email_verified": False},
    "same": {"email": MAYA, "email_verified": True},
    "two": {"email": "maya@company.example", "email_verified": True, "amr": ["pwd", "otp"]},
    "one": {"email": "maya@company.example", "email_verified": True, "amr": ["pwd"]},
    "step": {"email": "maya@company.example", "email_verified": True, "acr": MFA},
}
CALLBACK, STAFF_CALLBACK = f"{BASE}/auth/oidc/callback", f"{BASE}/auth/oidc/staff/callback"


@pytest.fixture(scope="module")
def customers() -> Iterator[str]:
    with provider(PEOPLE, CALLBACK) as url:
        yield url


@pytest.fixture(scope="module")
def team() -> Iterator[str]:
    with provider(PEOPLE, STAFF_CALLBACK) as url:
        yield url


@asynccontextmanager
async def started(
    data: Path, customers: str, team: str | None = None, second_factor: str | None = None, acr: str | None = None
) -> AsyncIterator[RunningDesk]:
    """A desk with one provider for everybody, or with one for customers and one for staff."""
    async with running(
        data,
        base_url=BASE,
        egress_allow="127.0.0.1",
        oidc_issuer=customers,
        oidc_client_id=CLIENT_ID,
        oidc_client_secret=CLIENT_SECRET,
        oidc_staff_issuer=team,
        oidc_staff_client_id=CLIENT_ID if team is not None else None,
        oidc_staff_client_secret=CLIENT_SECRET if team is not None else None,
        second_factor=second_factor,
        oidc_staff_acr=acr,
    ) as desk:
        yield desk


@pytest.fixture
async def desk(tmp_path: Path, customers: str) -> AsyncIterator[RunningDesk]:
    async with started(tmp_path / "data", customers) as it:
        yield it


async def add(desk: RunningDesk, email: str = MAYA, *, password: bool = True, role: str = "agent") -> None:
    await enrol(desk.desk.storage, email, "Maya", role)
    if password:
        people = desk.desk.people
        hashed = await people.guard.hashed_first(PASSWORD, "192.0.2.1")
        await desk.desk.storage.write(lambda tx: people.identity.set_password(tx, email, hashed, system_clock()))


async def signed_in(page: httpx2.AsyncClient, email: str = MAYA) -> None:
    assert (await page.post("/api/session", json={"email": email, "password": PASSWORD})).status_code == 200


async def start_link(page: httpx2.AsyncClient, password: str = PASSWORD) -> httpx2.Response:
    return await page.post("/api/me/sign-on", json={"password": password})


async def link(page: httpx2.AsyncClient, who: str = "maya") -> str:
    """The address of the page after linking."""
    answer = await start_link(page)
    assert answer.status_code == 200, answer.text
    arrived = await page.get(await back(answer.json()["url"], who), follow_redirects=False)
    return arrived.headers.get("location", str(arrived.status_code))


async def linked(desk: RunningDesk, who: str = "maya") -> None:
    await add(desk)
    async with browser(desk) as page:
        await signed_in(page)
        assert await link(page, who) == "/account?sign_on=linked"


async def by_provider(page: httpx2.AsyncClient, who: str, **query: str) -> httpx2.Response:
    begun = await page.get("/auth/oidc/start", params=query, follow_redirects=False)
    assert begun.status_code == 303, begun.text
    return await page.get(await back(begun.headers["location"], who))


async def me(page: httpx2.AsyncClient) -> dict[str, object]:
    """The person who is signed in; empty if nobody is."""
    answer = await page.get("/api/me")
    assert answer.status_code in (200, 401), answer.text
    return dict(answer.json()) if answer.status_code == 200 else {}


async def links(desk: RunningDesk) -> list[StaffSignOnRow]:
    return list(await desk.desk.storage.read(lambda tx: tx.session.exec(select(StaffSignOnRow)).all()))


async def invited(desk: RunningDesk, now: int | None = None) -> str:
    issuer = desk.web.single_sign_on.issuer_of_staff or ""
    staff, at = desk.desk.people.staff_sign_on, system_clock() if now is None else now
    return await desk.desk.storage.write(lambda tx: staff.invite(tx, MAYA, "maya@company.example", issuer, 7, at))


async def audited(desk: RunningDesk) -> list[tuple[str, str, object]]:
    rows = await desk.desk.storage.read(lambda tx: tx.session.exec(select(AuditRow).order_by(col(AuditRow.id))).all())
    return [(row.verb, row.thing, json.loads(row.detail)) for row in rows]


# -- linking -----------------------------------------------------------------------------------


async def test_linked_staff_sign_in_with_the_provider(desk: RunningDesk, customers: str) -> None:
    """The address at the provider is not theirs here: only issuer and `sub` count."""
    await linked(desk)
    async with browser(desk) as page:
        arrived = await by_provider(page, "maya", next="/tickets")
        assert (arrived.status_code, arrived.url.path) == (200, "/tickets")
        said = await me(page)
        assert (said["kind"], said["email"], said["limited"]) == ("staff", MAYA, False)
        assert SIGN_ON not in page.cookies
        state = (await page.get("/api/me/sign-on")).json()
        assert state["linked"]["email"] == "maya@company.example"
        assert (state["issuer"], state["password"]) == (customers, True)
    found = await audited(desk)
    assert ("link", "user", {"issuer": customers, "by": "session"}) in found
    assert ("sign_in", "session", {"by": "single_sign_on", "issuer": customers}) in found


async def test_linking_needs_the_password(desk: RunningDesk) -> None:
    await add(desk)
    async with browser(desk) as page:
        await signed_in(page)
        refused = await start_link(page, "wrong")
        assert refused.status_code == 401 and SIGN_ON not in page.cookies


async def test_link_counts_only_in_the_session_that_began(desk: RunningDesk) -> None:
    """A colleague in the same browser, or nobody, is not linked (login CSRF)."""
    await add(desk)
    await add(desk, "sam@desk.example")
    async with browser(desk) as page:
        await signed_in(page)
        url = await back((await start_link(page)).json()["url"], "maya")
        await signed_in(page, "sam@desk.example")
        assert (await page.get(url)).status_code == 403
        await signed_in(page)
        url = await back((await start_link(page)).json()["url"], "maya")
        page.cookies.delete(SESSION)
        assert (await page.get(url)).status_code == 403
    assert await links(desk) == []


async def test_return_counts_once(desk: RunningDesk) -> None:
    """The same URL again, even with the same cookie, links and signs in nobody."""
    await add(desk)
    async with browser(desk) as page:
        await signed_in(page)
        url = await back((await start_link(page)).json()["url"], "maya")
        kept = page.cookies[SIGN_ON]
        assert (await page.get(url, follow_redirects=False)).headers["location"] == "/account?sign_on=linked"
        assert (await page.request("DELETE", "/api/me/sign-on", json={"password": PASSWORD})).status_code == 204
        page.cookies.set(SIGN_ON, kept, domain="127.0.0.1")
        assert (await page.get(url, follow_redirects=False)).headers["location"] == "/account?sign_on=failed"
    assert await links(desk) == []


async def test_person_of_the_provider_belongs_to_one_member_of_staff(desk: RunningDesk) -> None:
    await linked(desk)
    await add(desk, "sam@desk.example")
    async with browser(desk) as page:
        await signed_in(page, "sam@desk.example")
        assert await link(page) == "/account?sign_on=taken"
        assert await link(page, "denied") == "/account?sign_on=denied"
        assert await link(page, "sam") == "/account?sign_on=linked"
        assert (await start_link(page)).status_code == 409
    assert {row.sub for row in await links(desk)} == {"maya", "sam"}


async def test_unlinked_staff_no_longer_sign_in_with_the_provider(desk: RunningDesk) -> None:
    """Other sessions end. The password still works."""
    await linked(desk)
    async with browser(desk) as page, browser(desk) as other:
        await by_provider(other, "maya")
        await signed_in(page)
        said = {"password": "wrong"}
        assert (await page.request("DELETE", "/api/me/sign-on", json=said)).status_code == 401
        said = {"password": PASSWORD}
        assert (await page.request("DELETE", "/api/me/sign-on", json=said)).status_code == 204
        assert (await page.request("DELETE", "/api/me/sign-on", json=said)).status_code == 409
        assert (await me(page))["email"] == MAYA
        assert await me(other) == {}
        await by_provider(other, "maya")
        # This provider serves customers too. The person is one of them now, and not a member of staff.
        assert (await me(other))["kind"] == "customer"
    assert [verb for verb, thing, _ in await audited(desk) if thing == "user"][-2:] == ["link", "unlink"]


# -- signing in --------------------------------------------------------------------------------


async def test_address_of_staff_makes_nobody_staff(desk: RunningDesk) -> None:
    """Not at their own first sign-in, and not for a customer whose address becomes that of a member of staff."""
    await add(desk)
    async with browser(desk) as page:
        refused = await by_provider(page, "same")
        assert refused.status_code == 403 and "member of the team" in refused.text
        await by_provider(page, "sam")
        assert (await me(page))["kind"] == "customer"
        await add(desk, "sam@company.example")
        await by_provider(page, "sam")
        assert (await me(page))["kind"] == "customer"
    assert await links(desk) == []


async def test_disabled_person_stays_disabled(desk: RunningDesk) -> None:
    """They become no customer either."""
    await linked(desk)
    people = desk.desk.people
    async with browser(desk) as page:
        await by_provider(page, "maya")
        await desk.desk.storage.write(lambda tx: people.identity.disable(tx, MAYA, system_clock()))
        people.forget_sessions()
        assert await me(page) == {}
        refused = await by_provider(page, "maya")
        assert refused.status_code == 403 and await me(page) == {}
    assert await desk.desk.storage.read(lambda tx: tx.session.exec(select(OwnAccountRow)).first()) is None


async def test_two_providers_are_told_apart(tmp_path: Path, customers: str, team: str) -> None:
    """Each has a button and a way back of its own. Neither answers for the other (mix-up)."""
    async with started(tmp_path / "data", customers, team) as desk, browser(desk) as page:
        shown = (await page.get("/sign-in?next=/tickets")).text
        assert "/auth/oidc/start?next=%2Ftickets&amp;for=customers" in shown and "for customers" in shown
        assert "/auth/oidc/start?next=%2Ftickets&amp;for=staff" in shown and "for our team" in shown
        await linked(desk)
        assert (await links(desk))[0].issuer == team
        # The same `sub` of the customers' provider is another person.
        await by_provider(page, "maya", **{"for": "customers"})
        assert (await me(page))["kind"] == "customer"
        await by_provider(page, "maya", **{"for": "staff"})
        assert (await me(page))["kind"] == "staff"
        unknown = await by_provider(page, "sam", **{"for": "staff"})
        assert unknown.status_code == 403 and "No account here is linked" in unknown.text
        for way, path, other in (
            ("staff", "/auth/oidc/staff/callback", "/auth/oidc/callback"),
            ("customers", "/auth/oidc/callback", "/auth/oidc/staff/callback"),
        ):
            async with browser(desk) as mixed:
                begun = await mixed.get("/auth/oidc/start", params={"for": way}, follow_redirects=False)
                url = await back(begun.headers["location"], "maya")
                assert url.startswith(path + "?")
                assert (await mixed.get(url.replace(path, other))).status_code == 403
                assert SESSION not in mixed.cookies


# -- invitations -------------------------------------------------------------------------------


async def test_invited_staff_are_linked_once(desk: RunningDesk, customers: str) -> None:
    """They need no password. The invitation works once."""
    await add(desk, password=False)
    token = await invited(desk)
    async with browser(desk) as page, browser(desk) as other:
        arrived = await by_provider(page, "maya", invitation=token)
        assert (arrived.status_code, arrived.url.path) == (200, "/console")
        assert (await me(page))["email"] == MAYA
        assert (await page.get("/api/me/sign-on")).json()["password"] is False
        again = await by_provider(other, "sam", invitation=token)
        assert again.status_code == 403 and "has been used, or is too old" in again.text
        await by_provider(other, "maya")
        assert (await me(other))["email"] == MAYA
    assert ("link", "user", {"issuer": customers, "by": "invitation"}) in await audited(desk)


@pytest.mark.parametrize("who", ["unproven", "sam", "same"])
async def test_invitation_of_another_address_links_nobody(desk: RunningDesk, who: str) -> None:
    """An address that the provider has not verified does not count. The invitation still works for the right person."""
    await add(desk)
    token = await invited(desk)
    async with browser(desk) as page:
        refused = await by_provider(page, who, invitation=token)
        assert refused.status_code == 403 and "for another address" in refused.text
        assert SESSION not in page.cookies and await links(desk) == []
        await by_provider(page, "maya", invitation=token)
        assert (await me(page))["email"] == MAYA


async def test_old_revoked_or_invented_invitation_is_refused(desk: RunningDesk) -> None:
    await add(desk)
    old = await invited(desk, now=system_clock() - 8 * DAY_MS)
    async with browser(desk) as page:
        assert (await by_provider(page, "maya", invitation=old)).status_code == 403
        token = await invited(desk)
        people = desk.desk.people
        await desk.desk.storage.write(lambda tx: people.staff_sign_on.withdraw(tx, MAYA, system_clock()))
        assert (await by_provider(page, "maya", invitation=token)).status_code == 403
        assert (await by_provider(page, "maya", invitation="x" * 43)).status_code == 403
        assert (await page.get("/auth/oidc/start", params={"invitation": "short"})).status_code == 403
        assert SESSION not in page.cookies


async def test_invitation_of_a_disabled_person_is_refused(desk: RunningDesk) -> None:
    await add(desk)
    token = await invited(desk)
    await desk.desk.storage.write(lambda tx: desk.desk.people.identity.disable(tx, MAYA, system_clock()))
    async with browser(desk) as page:
        assert (await by_provider(page, "maya", invitation=token)).status_code == 403
    assert await links(desk) == []


async def test_invitation_of_another_issuer_is_refused(desk: RunningDesk) -> None:
    """The provider in the settings has changed since."""
    await add(desk)
    token = await invited(desk)

    def moved(tx: Tx) -> None:
        tx.session.exec(select(StaffInvitationRow)).one().issuer = "https://old.example"

    await desk.desk.storage.write(moved)
    async with browser(desk) as page:
        assert (await by_provider(page, "maya", invitation=token)).status_code == 403


async def test_link_with_another_issuer_does_not_count(desk: RunningDesk, customers: str) -> None:
    """The same `sub` of another issuer is another person. A new link replaces the old one."""
    await linked(desk)

    def moved(tx: Tx) -> None:
        tx.session.exec(select(StaffSignOnRow)).one().issuer = "https://old.example"

    await desk.desk.storage.write(moved)
    async with browser(desk) as page:
        await by_provider(page, "maya")
        assert (await me(page))["kind"] == "customer"
        await signed_in(page)
        assert (await page.get("/api/me/sign-on")).json()["linked"] is None
        assert await link(page) == "/account?sign_on=linked"
    assert [row.issuer for row in await links(desk)] == [customers]


# -- second factors ----------------------------------------------------------------------------


@pytest.fixture
async def strict(tmp_path: Path, customers: str) -> AsyncIterator[RunningDesk]:
    """A desk that demands a second factor from agents."""
    async with started(tmp_path / "data", customers, second_factor="agent", acr=MFA) as it:
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


async def test_own_second_factor_is_asked_for_unless_the_provider_shows_one(desk: RunningDesk) -> None:
    await add(desk)
    async with browser(desk) as page:
        await signed_in(page)
        secret = (await page.post("/api/me/totp", json={"password": PASSWORD})).json()["secret"]
        confirmed = await page.post("/api/me/totp/confirm", json={"totp": pyotp.TOTP(secret).now()})
        codes = confirmed.json()["recovery_codes"]
        assert await link(page, "one") == "/account?sign_on=linked"
    async with browser(desk) as page:
        asked = await by_provider(page, "one", next="/tickets")
        assert (asked.status_code, asked.url.path) == (200, "/auth/oidc/code")
        assert await me(page) == {}
        wrong = await page.post("/auth/oidc/code", data={"totp": "000000"})
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


async def test_staff_table_of_users_is_never_changed_by_the_provider(desk: RunningDesk) -> None:
    """Neither name, address nor role come from the provider."""
    await add(desk)

    def stored(tx: Tx) -> list[dict[str, object]]:
        return [row.model_dump() for row in tx.session.exec(select(UserRow)).all()]

    before = await desk.desk.storage.read(stored)
    async with browser(desk) as page:
        await by_provider(page, "maya", invitation=await invited(desk))
        await by_provider(page, "sam")
    assert await desk.desk.storage.read(stored) == before
