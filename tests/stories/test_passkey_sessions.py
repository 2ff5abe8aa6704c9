"""Sessions and passkeys: which sessions end with a passkey, and what a reset of the password cuts off."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from unittest.mock import create_autospec

import httpx2
import msgspec
import pyotp
import pytest

from identity.accounts import Browser
from identity.adapters.confirming import Confirming
from identity.adapters.own_passkeys import OwnPasskeys
from identity.adapters.store import SqlStore
from identity.passkey_ceremonies import Party, Shown
from refusals import Refused
from server.edge.cookies import SESSION
from storage.ports import Storage, Tx
from tests.identity.authenticator import Authenticator
from tests.mailbox import account_letters
from tests.running import Client, RunningDesk, SettableClock
from tests.stories.test_account_pages import browser
from tests.stories.test_accounts import DANIELLE, PASSWORD, signed_up
from tests.stories.test_passkeys import BASE, MAYA, added, audited, member, names, options, set_password, shows


@pytest.fixture
def settings() -> dict[str, str]:
    return {"base_url": BASE}


def parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def me(page: httpx2.AsyncClient) -> int:
    return (await page.get("/api/me")).status_code


async def connected(desk: RunningDesk, page: httpx2.AsyncClient) -> Client:
    """A connection of a member of staff, with the session of the page."""
    cookie = f"{SESSION}={page.cookies[SESSION]}"
    line = await desk.connect("staff", {"Cookie": cookie, "Origin": desk.origin})
    await line.command("hello")
    return line


async def remove(page: httpx2.AsyncClient, **given: str) -> httpx2.Response:
    """Remove the person's oldest passkey."""
    one = (await page.get("/api/me/passkeys")).json()["passkeys"][0]["id"]
    return await page.request("DELETE", f"/api/me/passkeys/{one}", json=given)


async def with_app(page: httpx2.AsyncClient) -> pyotp.TOTP:
    """Turn two-step verification on."""
    begun = (await page.post("/api/me/totp", json={"password": PASSWORD})).json()
    return pyotp.TOTP(begun["secret"])


async def test_ceremony_begun_before_a_reset_adds_no_passkey(desk: RunningDesk) -> None:
    """The session was looked up just before the reset, so the desk still trusts it for a moment."""
    async with browser(desk) as page:
        await member(desk, page)
        begun = (await page.post("/api/me/passkeys/options", json={})).json()["options"]
        created = Authenticator(BASE).create(begun)
        assert await me(page) == 200
        await set_password(desk, MAYA)
        refused = await page.post("/api/me/passkeys", json={"name": "Laptop", "passkey": created})
        assert refused.status_code == 401, refused.text
        assert (await page.post("/api/session", json={"email": MAYA, "password": PASSWORD})).status_code == 200
        assert await names(page) == []


async def test_setup_begun_before_a_reset_turns_no_second_factor_on(desk: RunningDesk, clock: SettableClock) -> None:
    async with browser(desk) as page:
        await member(desk, page)
        app = await with_app(page)
        assert await me(page) == 200
        await set_password(desk, MAYA)
        refused = await page.post("/api/me/totp/confirm", json={"totp": app.at(clock() // 1000)})
        assert refused.status_code == 401, refused.text
        assert (await page.post("/api/session", json={"email": MAYA, "password": PASSWORD})).json()["totp"] is False


async def test_removing_a_passkey_ends_the_other_sessions_in_which_it_was_used(desk: RunningDesk) -> None:
    """Sessions with the password or with another passkey go on, and so does the present one."""
    own = await signed_up(desk)
    laptop = await added(own, "Laptop")
    async with browser(desk) as by_laptop, browser(desk) as here, browser(desk) as by_password, browser(desk) as phones:
        assert (await shows(by_laptop, laptop.show(await options(by_laptop)))).status_code == 200
        assert (await shows(here, laptop.show(await options(here)))).status_code == 200
        said = {"email": DANIELLE, "password": PASSWORD}
        assert (await by_password.post("/api/session", json=said)).status_code == 200
        phone = await added(by_password, "Phone")
        assert (await shows(phones, phone.show(await options(phones)))).status_code == 200
        assert (await remove(here)).status_code == 204
        assert [await me(page) for page in (by_laptop, here, by_password, phones)] == [401, 200, 200, 200]
        assert await names(here) == ["Phone"]
    assert (await audited(desk, "remove", "passkey"))[0]["sessions"] == 2


async def test_account_page_says_that_a_removed_passkey_ends_sessions(desk: RunningDesk) -> None:
    own = await signed_up(desk)
    await added(own)
    async with browser(desk) as page:
        page.cookies = own.cookies
        account = (await page.get("/account")).text
        assert "Other devices that used it are signed out." in account
        one = (await own.get("/api/me/passkeys")).json()["passkeys"][0]["id"]
        done = await page.post("/account/passkeys", data={"do": "remove", "id": one})
        assert "Other devices that used it are signed out." in done.text


async def test_passkey_that_is_removed_while_it_signs_in_is_no_copy(desk: RunningDesk) -> None:
    own = await signed_up(desk)
    device = await added(own)
    it, owner = desk.desk, (await own.get("/api/me")).json()["id"]
    confirming = Confirming(it.storage, it.clock, it.people)

    async def removed_first(unit: Callable[[Tx], object]) -> object:
        await it.storage.write(lambda tx: SqlStore().remove_passkeys(tx, owner))
        return await it.storage.write(unit)

    storage = create_autospec(Storage, instance=True)
    storage.read, storage.write = it.storage.read, removed_first
    passkeys = OwnPasskeys(storage, it.clock, it.secret, it.people, confirming, it.account_letters)
    party, browser_here = Party("desk.localhost", BASE, "Desk"), Browser(None, None, prefixed=False)
    shown = msgspec.convert(device.show(passkeys.ask("holder", party)), Shown)
    with pytest.raises(Refused) as refused:
        await passkeys.sign_in(shown, "holder", party, "192.0.2.1", browser_here, None)
    assert refused.value.code == "unauthorized"
    await it.people.watch.save()
    assert [one["reason"] for one in await audited(desk, "fail", "session")] == ["passkey"]


async def test_owner_is_told_of_a_new_passkey_by_a_letter(desk: RunningDesk) -> None:
    """In the language of the account. The letter does not have the name that somebody gave the passkey."""
    customer = await signed_up(desk)
    assert (await customer.patch("/api/me", json={"locale": "fr"})).status_code == 200
    await added(customer, "Mallory’s phone")
    async with browser(desk) as page:
        await member(desk, page)
        await added(page)
    told = [one for one in await account_letters(desk) if one[0] == "passkey_added"]
    assert [(to, locale, token) for _, to, locale, token in told] == [(DANIELLE, "fr", None), (MAYA, None, None)]
    files = [parsed(path.read_bytes()) for path in (desk.settings.data / "mail").glob("*.eml")]
    theirs = {mail["To"]: mail for mail in files if "passkey" in mail["Subject"] or "clé d’accès" in mail["Subject"]}
    assert theirs[DANIELLE]["Subject"] == "Une clé d’accès a été ajoutée à votre compte"
    french, english = (text_of(theirs[to]) for to in (DANIELLE, MAYA))
    assert f"{BASE}/sign-up?forgotten=1" in french and "Mallory" not in french
    assert "tell an administrator at once" in english and f"{BASE}/account" in english


async def test_synced_passkey_whose_devices_count_apart_is_no_copy(desk: RunningDesk) -> None:
    """The desk remembers that the authenticator said so when the passkey was added. A copy cannot claim it later."""
    device = await added(await signed_up(desk), synced=True)
    other = Authenticator(BASE, credential=device.credential, key=device.key, user=device.user, synced=True)
    async with browser(desk) as page:
        for one in (device, device, other):
            assert (await shows(page, one.show(await options(page)))).status_code == 200
    bound = await added(await signed_up(desk, "ana@northlake.example"))
    copy = Authenticator(BASE, credential=bound.credential, key=bound.key, user=bound.user, synced=True)
    async with browser(desk) as page:
        for one, status in ((bound, 200), (bound, 200), (copy, 401)):
            assert (await shows(page, one.show(await options(page)))).status_code == status


async def test_late_change_asks_for_the_code_too_if_two_step_verification_is_on(
    desk: RunningDesk, clock: SettableClock
) -> None:
    async with browser(desk) as page:
        await member(desk, page)
        app = await with_app(page)
        await page.post("/api/me/totp/confirm", json={"totp": app.at(clock() // 1000)})
        assert (await page.post("/api/me/passkeys/options", json={})).status_code == 200
        clock.forward(600)
        said = (await page.get("/api/me/passkeys")).json()
        assert (said["recent"], said["password"], said["code"]) == (False, True, True)
        for given in ({"password": PASSWORD}, {"password": PASSWORD, "totp": "000000"}):
            refused = await page.post("/api/me/passkeys/options", json=given)
            assert refused.status_code == 401 and "totp" in refused.json()["fields"]
        code = app.at(clock() // 1000)
        right = await page.post("/api/me/passkeys/options", json={"password": PASSWORD, "totp": code})
        assert right.status_code == 200
        again = await page.post("/api/me/passkeys/options", json={"password": PASSWORD, "totp": code})
        assert again.status_code == 401 and "totp" in again.json()["fields"]


class TestRequiredSecondFactor:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"base_url": BASE, "second_factor": "agent"}

    async def test_session_is_limited_after_its_only_passkey_was_removed(self, desk: RunningDesk) -> None:
        """Another passkey still counts."""

        async def limited(page: httpx2.AsyncClient) -> bool:
            return bool((await page.get("/api/me")).json()["limited"])

        async with browser(desk) as page, browser(desk) as other:
            await member(desk, page)
            device = await added(page)
            assert (await shows(other, device.show(await options(other)))).url.path == "/console"
            await added(other, "Phone")
            assert (await remove(other)).status_code == 204
            assert not await limited(other) and await me(page) == 401
            assert (await remove(other)).status_code == 204
            assert await limited(other)

    async def test_connections_of_all_sessions_end_with_the_last_passkey(self, desk: RunningDesk) -> None:
        """The first session removes the passkey with which it began, and goes on. The second one removes the other."""
        async with browser(desk) as first, browser(desk) as second:
            await member(desk, first)
            await added(first)
            phone = await added(first, "Phone")
            assert (await shows(second, phone.show(await options(second)))).status_code == 200
            assert (await remove(first)).status_code == 204
            lines = [await connected(desk, page) for page in (first, second)]
            assert (await remove(second)).status_code == 204
            assert [await line.ended() for line in lines] == [4003, 4003]
