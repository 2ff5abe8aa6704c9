"""Invitations of staff to single sign-on."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlmodel import select

from clock import system_clock
from identity.adapters.tables import StaffInvitationRow, StaffSignOnRow, UserRow
from identity.staff_sign_on import DAY_MS
from server.edge.cookies import SESSION
from storage.ports import Tx
from tests.mailbox import account_letters
from tests.running import RunningDesk
from tests.stories.staff_with_provider import (
    MAYA,
    add,
    audited,
    by_provider,
    invited,
    link,
    linked,
    links,
    me,
    signed_in,
    started,
)
from tests.stories.test_account_pages import browser


@pytest.fixture
async def desk(tmp_path: Path, everybodys_provider: str) -> AsyncIterator[RunningDesk]:
    async with started(tmp_path / "data", everybodys_provider) as it:
        yield it


async def test_invited_staff_are_linked_once(desk: RunningDesk, everybodys_provider: str) -> None:
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
    assert ("link", "user", {"issuer": everybodys_provider, "by": "invitation"}) in await audited(desk)
    assert [(kind, to) for kind, to, *_ in await account_letters(desk)] == [("sign_on_linked", MAYA)]


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


async def test_link_with_another_issuer_does_not_count(desk: RunningDesk, everybodys_provider: str) -> None:
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
    assert [row.issuer for row in await links(desk)] == [everybodys_provider]


async def test_staff_are_never_changed_by_the_provider(desk: RunningDesk) -> None:
    """Neither name, address nor role come from the provider."""
    await add(desk)

    def stored(tx: Tx) -> list[dict[str, object]]:
        return [row.model_dump() for row in tx.session.exec(select(UserRow)).all()]

    before = await desk.desk.storage.read(stored)
    async with browser(desk) as page:
        await by_provider(page, "maya", invitation=await invited(desk))
        await by_provider(page, "sam")
    assert await desk.desk.storage.read(stored) == before
