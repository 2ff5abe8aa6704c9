"""Staff link their single sign-on, and sign in with it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from clock import system_clock
from identity.adapters.confirming import Confirming, Here
from identity.adapters.staff_sign_ons import StaffSignOns
from identity.adapters.tables import OwnAccountRow
from identity.oidc import Proven
from identity.tokens import fingerprint
from refusals import Refused
from server.edge.cookies import SESSION, SIGN_ON
from tests.mailbox import account_letters
from tests.running import RunningDesk
from tests.stories.staff_with_provider import (
    MAYA,
    PASSWORD,
    add,
    audited,
    by_provider,
    link,
    linked,
    links,
    me,
    signed_in,
    start_link,
    started,
)
from tests.stories.test_account_pages import browser
from tests.stories.test_single_sign_on import back


@pytest.fixture
async def desk(tmp_path: Path, everybodys_provider: str) -> AsyncIterator[RunningDesk]:
    async with started(tmp_path / "data", everybodys_provider) as it:
        yield it


async def test_linked_staff_sign_in_with_the_provider(desk: RunningDesk, everybodys_provider: str) -> None:
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
        assert (state["issuer"], state["password"]) == (everybodys_provider, True)
    assert ("sign_on_linked", MAYA, None, None) in await account_letters(desk)
    found = await audited(desk)
    assert ("link", "user", {"issuer": everybodys_provider, "by": "session"}) in found
    assert ("sign_in", "session", {"by": "single_sign_on", "issuer": everybodys_provider}) in found


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


MAYA_THERE = Proven(issuer="https://id.example", sub="maya", email=None, email_verified=False, name=None)


async def test_link_begun_before_a_reset_links_nobody(desk: RunningDesk) -> None:
    """The session was looked up, and the provider asked, just before the reset."""
    await add(desk)
    people, storage = desk.desk.people, desk.desk.storage
    async with browser(desk) as page:
        await signed_in(page)
        cookie = page.cookies[SESSION]
    actor = await people.actor_of_session(cookie)
    assert actor is not None
    await storage.write(lambda tx: people.identity.set_password(tx, MAYA, "hash", system_clock()))
    sign_ons = StaffSignOns(
        storage, system_clock, people, Confirming(storage, system_clock, people), desk.desk.account_letters
    )
    with pytest.raises(Refused) as refused:
        await sign_ons.link(Here(actor, fingerprint(cookie), "192.0.2.1"), MAYA_THERE)
    assert refused.value.code == "unauthorized" and await links(desk) == []


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


async def test_two_providers_are_told_apart(tmp_path: Path, everybodys_provider: str, teams_provider: str) -> None:
    """Each has a button and a way back of its own. Neither answers for the other (mix-up)."""
    async with started(tmp_path / "data", everybodys_provider, teams_provider) as desk, browser(desk) as page:
        shown = (await page.get("/sign-in?next=/tickets")).text
        assert "/auth/oidc/start?next=%2Ftickets&amp;for=customers" in shown and "for customers" in shown
        assert "/auth/oidc/start?next=%2Ftickets&amp;for=staff" in shown and "for our team" in shown
        await linked(desk)
        assert (await links(desk))[0].issuer == teams_provider
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


async def test_provider_for_staff_alone_makes_no_customers(tmp_path: Path, teams_provider: str) -> None:
    async with started(tmp_path / "data", None, teams_provider) as desk, browser(desk) as page:
        shown = (await page.get("/sign-in")).text
        assert "/auth/oidc/start?for=staff" in shown and "for customers" not in shown
        for query in ({}, {"for": "staff"}, {"for": "nobody"}):
            refused = await by_provider(page, "sam", **query)
            assert refused.status_code == 403 and "No account here is linked" in refused.text
        assert (await page.get("/auth/oidc/callback?code=x&state=x")).status_code == 403
        await linked(desk)
        await by_provider(page, "maya")
        assert (await me(page))["email"] == MAYA


async def test_nothing_in_the_address_is_shown(desk: RunningDesk) -> None:
    hostile = "<script>globalThis.ran=1</script>"
    query = {"error": hostile, "error_description": hostile, "state": hostile, "iss": hostile, "code": hostile}
    async with browser(desk) as page:
        for path in ("/auth/oidc/callback", "/auth/oidc/staff/callback"):
            assert hostile not in (await page.get(path, params=query)).text
        for name in ("next", "for", "invitation"):
            begun = await page.get("/auth/oidc/start", params={name: hostile}, follow_redirects=False)
            assert hostile not in begun.text and "globalThis" not in begun.headers.get("location", "")
