"""Staff who use single sign-on with npm's `oidc-provider`."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import httpx2
from sqlmodel import col, select

from clock import system_clock
from identity.adapters.tables import AuditRow, StaffSignOnRow
from tests.identity.provider import CLIENT_ID, CLIENT_SECRET
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


@asynccontextmanager
async def started(
    data: Path,
    customers: str | None,
    team: str | None = None,
    second_factor: str | None = None,
    acr: str | None = None,
    clock: Callable[[], int] = system_clock,
) -> AsyncIterator[RunningDesk]:
    """A desk with one provider for everybody, or with one for customers and one for staff."""
    async with running(
        data,
        clock,
        base_url=BASE,
        egress_allow="127.0.0.1",
        oidc_issuer=customers,
        oidc_client_id=CLIENT_ID if customers is not None else None,
        oidc_client_secret=CLIENT_SECRET if customers is not None else None,
        oidc_staff_issuer=team,
        oidc_staff_client_id=CLIENT_ID if team is not None else None,
        oidc_staff_client_secret=CLIENT_SECRET if team is not None else None,
        second_factor=second_factor,
        oidc_staff_acr=acr,
    ) as desk:
        yield desk


async def add(desk: RunningDesk, email: str = MAYA, *, password: bool = True, role: str = "agent") -> None:
    await enrol(desk.desk.storage, email, "Maya", role)
    if password:
        people = desk.desk.people
        hashed = await people.guard.hashed_first(PASSWORD, "192.0.2.1")
        await desk.desk.storage.write(lambda tx: people.identity.set_password(tx, email, hashed, system_clock()))


async def signed_in(page: httpx2.AsyncClient, email: str = MAYA) -> None:
    assert (await page.post("/api/session", json={"email": email, "password": PASSWORD})).status_code == 200


async def start_link(page: httpx2.AsyncClient, password: str = PASSWORD, totp: str | None = None) -> httpx2.Response:
    return await page.post("/api/me/sign-on", json={"password": password, "totp": totp})


async def link(page: httpx2.AsyncClient, who: str = "maya", totp: str | None = None) -> str:
    """The address of the page after linking. `totp` is needed if two-step verification is on."""
    answer = await start_link(page, totp=totp)
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
